"""Counts by device: proved where messages opened, claimed where they did not."""

from types import SimpleNamespace

import numpy as np

import making
from filing import key_file, signed, v1, v2
from sealwright import KeyFile, open_messages
from sealwright.errors import Outcome, Reason
from sealwright.telemetry import DuplicateWindow
from sealwright.telemetry.pipeline.report import tally
from sealwright.telemetry.pipeline.report.devices import DeviceCounts


def _counts(messages, keys):
    batch = open_messages(messages, keys)
    found = DeviceCounts()
    found.add(batch, batch.reason, batch.repeats(DuplicateWindow()))
    return found.devices()


def _forged(number):
    return b"\x11\x01" + number.to_bytes(6) + bytes(24)


def test_what_opened_and_what_its_header_claims(tmp_path):
    """A failure of a known device stands in its row, under the claimed UID; malformed ones have none."""
    damaged = v1(5)[:-1] + bytes([v1(5)[-1] ^ 1])
    messages = [v1(1), v1(2), v1(2), v1(1, b"another"), damaged, b"", v2(), signed(), _forged(7), _forged(7)]
    devices = _counts(messages, KeyFile(key_file(tmp_path)))
    rows = {row.uid or row.claimed_uid: row for row in devices.listed}
    device = rows[making.UID.hex()]
    assert devices.exact
    assert devices.others is None
    assert (device.opened, device.duplicates, device.nonce_reuse) == (6, 1, 1)
    assert device.failed == {"not_authentic": 1}
    assert device.claimed_uid == "????" + device.uid[4:]
    stranger = rows["????000000000007"]
    assert (stranger.uid, stranger.opened, stranger.failed) == (None, 0, {"unknown_header": 2})
    assert sum(row.opened + row.failures for row in devices.listed) == len(messages) - 1


def _batch(uids, outcome, tails):
    """Return what a batch shows, for devices that nobody has messages of."""
    count = len(uids)
    claimed = np.array([list(tail.to_bytes(6)) for tail in tails], np.uint8)
    headers = SimpleNamespace(
        kind=np.ones(count, np.uint8), take=lambda rows: SimpleNamespace(uid_tail=claimed[rows])
    )
    raw = b"".join(uid.to_bytes(8) for uid in uids)
    uid = np.frombuffer(raw, np.uint8).reshape(-1, 8)
    return SimpleNamespace(uid=uid, outcome=np.array(outcome, np.uint8), headers=headers)


NEVER = Outcome.NOT_AUTHENTIC.code


def test_two_devices_with_the_same_six_bytes():
    """Which of them a failed message claims to be nobody knows: it has a row of its own."""
    tail = 0xAABBCCDDEEFF
    first, second = 0x0001 << 48 | tail, 0x0002 << 48 | tail
    batch = _batch([first, second, 0], [0, 0, NEVER], [tail] * 3)
    none = np.zeros(3, np.bool_)
    found = DeviceCounts()
    found.add(batch, np.zeros(3, np.uint8), (none, none))
    told = [(row.uid, row.claimed_uid, row.opened, row.failures) for row in found.devices().listed]
    assert told == [
        (None, "????aabbccddeeff", 0, 1),
        ("0001aabbccddeeff", None, 1, 0),
        ("0002aabbccddeeff", None, 1, 0),
    ]


def test_the_list_is_bounded_and_the_rest_is_summed():
    """Those with most failures are listed; of the others their number and sums."""
    tails = [number for number in range(1, 6) for _ in range(number)]
    batch = _batch([0] * 15, [Outcome.NO_PARAMETERS.code] * 15, tails)
    none = np.zeros(15, np.bool_)
    found = DeviceCounts()
    found.add(batch, np.full(15, Reason.UNKNOWN_HEADER.code, np.uint8), (none, none))
    devices = found.devices(2)
    assert [row.failures for row in devices.listed] == [5, 4]
    others = devices.others
    assert (devices.count, others.devices, others.opened, others.failed) == (5, 3, 0, 6)
    assert others.failed_by == {"unknown_header": 6}


def test_more_devices_than_memory_holds(monkeypatch):
    """Forged headers may claim any number of devices: then counts are lower bounds, and it is said."""
    monkeypatch.setattr(tally.Tally.__init__, "__defaults__", (8,))
    batch = _batch([0] * 40, [NEVER] * 40, list(range(40)))
    none = np.zeros(40, np.bool_)
    found = DeviceCounts()
    found.add(batch, np.zeros(40, np.uint8), (none, none))
    devices = found.devices()
    assert (devices.count, devices.exact, devices.others.failed) == (8, False, 32)


def test_a_device_that_used_a_nonce_twice_comes_first():
    """It is an alarm, however many failures others have."""
    batch = _batch([5, 5, 0, 0], [0, 0, NEVER, NEVER], [5, 5, 9, 9])
    reuse = np.array([False, True, False, False])
    found = DeviceCounts()
    found.add(batch, np.zeros(4, np.uint8), (np.zeros(4, np.bool_), reuse))
    assert [row.nonce_reuse for row in found.devices().listed] == [1, 0]
