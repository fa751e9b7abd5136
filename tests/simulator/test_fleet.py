"""The fleet: what it says must come out does come out, and the same seed says the same."""

import json
from collections import Counter
from hashlib import sha256

import pytest

from sealwright.errors import InputError, Outcome, Reason
from sealwright.simulator.device import Make
from sealwright.simulator.faults import FAULTS, Place, faults_of
from sealwright.simulator.fleet import Fleet
from sealwright.simulator.rotation import AUTOMATIC, CONTINUOUS, Rotation, RotationType
from sealwright.telemetry import HeldKeys, KeyFile, Kind, headers, open_messages, read_reply


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
    assert {row.fault for row in Fleet(messages=400, faults=share).day()} == {"", *faults_of(served=False)}


def test_the_smallest_fleet_still_has_every_kind_of_fault():
    """Four devices, one of each style, and as few messages as are allowed."""
    assert {row.fault for row in Fleet(devices=4, messages=38).day()} == {"", *faults_of(served=False)}


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
        == "d405daaa8e1de683977819108c5c907884089e86c84b9d0d91d7ca88fecb1e10"
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


def test_every_fault_can_befall_somebody():
    """A fault befalls some kind of device, and its outcome is its reason's."""
    for fault in FAULTS.values():
        assert any(fault.can_befall(device) for device in Fleet(devices=4).made_devices())
        assert fault.outcome is fault.reason.outcome or not fault.reason


def test_lines_are_spoilt_only_where_there_is_one_for_each_header():
    """A v1 device with one line for a whole day never loses it."""
    automatic = Fleet(devices=4).made_devices()[0]
    assert (automatic.kind, automatic.rotation, automatic.own_lines) == (Kind.V1, AUTOMATIC, False)
    spoiling = [fault for fault in FAULTS.values() if fault.place is Place.KEY_FILE]
    assert len(spoiling) == 5
    assert not any(fault.can_befall(automatic) for fault in spoiling)


def test_automatic_rotation_gives_a_key_for_each_period(tmp_path):
    """500 keys of 20 counters each: 25 devices that change their key every day, over 20 days."""
    make = Make(Kind.V1, Rotation(RotationType.AUTOMATIC, days=1))
    fleet = Fleet(devices=25, messages=10_000, faults=0, days=20, makes=(make,))
    headers = [row.message[:16] for row in fleet.day()]
    counters = Counter(header[:14] for header in headers)
    assert set(counters.values()) == {20}
    assert len(counters) == len(fleet.key_lines()) == 500
    assert {header[14:] for header in headers} == {n.to_bytes(2) for n in range(20)}
    assert opened(fleet, tmp_path).require_all()


@pytest.mark.parametrize("kind", [Kind.V2, Kind.INTEGRITY])
@pytest.mark.parametrize("rotation", [AUTOMATIC, CONTINUOUS])
def test_v2_and_signed_devices_rotate_too(kind, rotation, tmp_path):
    """Under automatic rotation the messages of a period share their keys, else each has its own."""
    fleet = Fleet(devices=3, messages=90, faults=0, days=21, makes=(Make(kind, rotation),))
    keys = {(line["ROTPublicUID"], line["AuthenticationKey"]) for line in fleet.key_lines()}
    assert len(fleet.key_lines()) == 90
    assert len(keys) == (9 if rotation is AUTOMATIC else 90)
    assert opened(fleet, tmp_path).require_all()


def test_crooked_nonces_are_told_by_the_reply_alone(tmp_path):
    """Then a key serves no other header: every header needs its own answer."""
    fleet = Fleet(devices=6, messages=60, faults=0, crooked=True, makes=(Make(Kind.V1, AUTOMATIC),))
    assert Counter(Outcome.of(code) for code in opened(fleet, tmp_path).outcome.tolist()) == {
        Outcome.OPENED: 6,
        Outcome.NO_PARAMETERS: 54,
    }
    assert answered(fleet).require_all()


def answered(fleet):
    """Open a fleet's days as with a service that answers every header of a device it knows."""
    held, devices = HeldKeys(), {device.uid: device for device in fleet.made_devices()}
    messages = [row.message for row in fleet.day()]
    for header in headers(messages):
        device = devices.get(b"\x00\x02" + header.uid_tail)
        if device is not None:
            reply = device.root.reply(header.raw)
            held.add(read_reply(reply, header=header.raw, purpose=header.purpose))
    return open_messages(messages, held)


@pytest.mark.parametrize("seed", range(3))
def test_a_served_fleet_becomes_what_it_says(seed):
    """Forged headers are answered and open nothing; unknown devices are not answered."""
    fleet = Fleet(seed=seed, devices=20, messages=900, faults=0.1, days=30, served=True)
    batch, day = answered(fleet), fleet.day()
    assert {row.fault for row in day} == {"", *faults_of(served=True)}
    assert batch.to_list() == [row.text for row in day]
    assert [Outcome.of(code) for code in batch.outcome.tolist()] == [row.outcome for row in day]
    assert batch.duplicate.tolist() == [row.fault == "duplicate" for row in day]
    assert batch.nonce_reuse.tolist() == [row.fault == "nonce_reuse" for row in day]


@pytest.mark.parametrize(
    "numbers",
    [
        {"devices": 3},
        {"devices": 2**16 + 1},
        {"messages": 53},
        {"days": 0},
        {"faults": 0.6},
        {"faults": -0.1},
    ],
)
def test_numbers_without_room_are_refused(numbers):
    """A fleet that could not have every style or every fault is an InputError."""
    with pytest.raises(InputError, match="fleet: "):
        Fleet(**numbers)
