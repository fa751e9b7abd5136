"""The fleet: what it says must come out does come out, and the same seed says the same."""

import json
from collections import Counter
from hashlib import sha256

import pytest

from sealwright.errors import InputError, Outcome, Reason
from sealwright.simulator.device import Style
from sealwright.simulator.faults import FAULTS
from sealwright.simulator.fleet import Fleet
from sealwright.telemetry import KeyFile, open_messages


def opened(fleet, folder):
    """Open a fleet's day with its own key file."""
    path = folder / "keys.jsonl"
    path.touch(mode=0o600)
    path.write_text("".join(f"{json.dumps(line)}\n" for line in fleet.key_lines()))
    return open_messages([row.message for row in fleet.day()], KeyFile(path))


@pytest.mark.parametrize("seed", range(5))
def test_each_message_becomes_what_the_fleet_says(seed, tmp_path):
    """Outcome, reason, plaintext, UID and flags of every row are those that the fleet foretells."""
    fleet = Fleet(seed=seed, devices=12, messages=900, faults=0.1)
    batch, day = opened(fleet, tmp_path), fleet.day()
    assert batch.to_list() == [row.text for row in day]
    assert [Outcome.of(code) for code in batch.outcome.tolist()] == [row.outcome for row in day]
    # That a text is no hex is seen where rows are read: opening knows only that a message is missing.
    seen = {Reason.UNDECODABLE_TEXT: Reason.MISSING}
    reasons = [Reason.of(code) for code in batch.reason.tolist()]
    assert reasons == [seen.get(row.reason, row.reason) for row in day]
    assert [uid.tobytes() for uid in batch.uid] == [row.device if row.text else bytes(8) for row in day]
    assert batch.duplicate.tolist() == [row.fault == "duplicate" for row in day]
    assert batch.nonce_reuse.tolist() == [row.fault == "nonce_reuse" for row in day]


def test_the_counts_by_outcome_are_those_of_the_key_file_and_the_opening(tmp_path):
    """The default fleet: 2,000 messages, 2 % of them with a fault, each outcome but one."""
    fleet = Fleet()
    counts = Counter(row.outcome for row in fleet.day())
    told = opened(fleet, tmp_path).counts()
    assert {outcome: count for outcome, count in told.items() if count} == counts
    assert counts.total() == 2_000
    assert set(Outcome) - counts.keys() == {Outcome.NOT_ATTEMPTED}
    assert sum(bool(row.fault) for row in fleet.day()) == 40


@pytest.mark.parametrize("share", [0.0001, 0.02, 0.5])
def test_every_kind_of_fault_is_there(share):
    """However small the share, each fault befalls one message at least."""
    assert {row.fault for row in Fleet(messages=400, faults=share).day()} == {"", *FAULTS}


def test_the_smallest_fleet_still_has_every_kind_of_fault():
    """Four devices, one of each style, and as few messages as are allowed."""
    assert {row.fault for row in Fleet(devices=4, messages=38).day()} == {"", *FAULTS}


def test_a_fleet_without_faults_opens_whole(tmp_path):
    """A share of 0 means none at all."""
    assert opened(Fleet(messages=200, faults=0), tmp_path).require_all()


def test_the_same_seed_gives_the_same_bytes():
    """Twice the same, another seed differs, and the bytes are those of every machine and Python."""
    fleet = Fleet(seed=7, devices=8, messages=200)
    written = json.dumps([fleet.rows(), fleet.key_lines()])
    again = Fleet(seed=7, devices=8, messages=200)
    assert written == json.dumps([again.rows(), again.key_lines()])
    assert fleet.rows() != Fleet(seed=8, devices=8, messages=200).rows()
    assert (
        sha256(written.encode()).hexdigest()
        == "a44965bb90e7593bb489699ec4aba63c6bb1d9bc8d0e542979b8b6a23b9ee9e5"
    )


def test_rows_are_what_a_gateway_would_write():
    """A row has the device in hex, the time, and the payload in hex; time never runs backwards."""
    fleet = Fleet(messages=300)
    rows = fleet.rows()
    assert all(row.keys() == {"device", "time", "payload"} for row in rows)
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)
    assert rows[0]["time"] == "2026-01-15T00:00:00+00:00"
    for row, sealed in zip(rows, fleet.day(), strict=True):
        assert row["device"] == sealed.device.hex()
        if sealed.message is not None:
            assert row["payload"] == sealed.message.hex()


def test_texts_look_like_telemetry():
    """Every plaintext is a small JSON object with a warmth, a dampness and a charge."""
    for row in Fleet(messages=300).day():
        if row.text is not None:
            assert json.loads(row.text).keys() == {"n", "t", "rh", "batt"}


def test_automatic_devices_have_one_key_line_and_the_others_one_a_message():
    """The shortcut is needed: most v1 messages have a header that no line tells."""
    fleet = Fleet(devices=10, messages=400, faults=0)
    told = {line["EncryptedHeader"] for line in fleet.key_lines()}
    untold = [row for row in fleet.day() if row.payload[:32] not in told and row.payload[0] == "1"]
    assert len(untold) == 5 * 39  # five of ten devices, each told once and 39 times not
    assert len(told) == 5 + 5 * 40


def test_every_fault_names_styles_that_exist():
    """A fault befalls some style, and its outcome is its reason's."""
    for fault in FAULTS.values():
        assert set(fault.styles) <= set(Style)
        assert fault.outcome is fault.reason.outcome or not fault.reason


@pytest.mark.parametrize(
    "numbers",
    [{"devices": 3}, {"devices": 2**16 + 1}, {"messages": 53}, {"faults": 0.6}, {"faults": -0.1}],
)
def test_numbers_without_room_are_refused(numbers):
    """A fleet that could not have every style or every fault is an InputError."""
    with pytest.raises(InputError, match="fleet: "):
        Fleet(**numbers)
