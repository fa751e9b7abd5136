"""`sealwright demo`: a made day that is opened before your eyes, and key material on its way to devices."""

import re
import stat
import sys

import pytest

from filing import names_in
from sealwright.simulator.el2g import El2gSimulator
from sealwright.simulator.el2g.account import Account
from sealwright.simulator.el2g.answers import secure_objects
from sealwright.simulator.service.refusal import RefusalError


def test_the_demo_is_right(sealwright, folder):
    """Every row comes out right, it says so, and nothing is written."""
    done = sealwright("demo")
    text = done.out.decode()
    assert (done.code, done.err) == (0, "")
    assert "2,000 of 2,000 rows are exactly what the devices had sealed or what befell them" in text
    assert "outcome        opened" in text
    assert "duplicate      false" in text
    assert names_in(folder) == ["good.jsonl", "keys.jsonl", "messages.jsonl"]


@pytest.mark.usefixtures("folder")
def test_another_seed_is_another_day(sealwright):
    """The seed makes the day; the same seed makes the same one."""
    first, again, other = (sealwright("demo", "--seed", seed).out.splitlines()[1] for seed in (1, 1, 2))
    assert first == again != other


def test_the_kept_files_open_to_the_same_bytes(sealwright, folder):
    """What --keep leaves is what `open` makes of it; only the owner may read the keys."""
    assert sealwright("demo", "--keep", "day").code == 0
    day = folder / "day"
    assert names_in(day) == ["keys.jsonl", "messages.jsonl", "opened.jsonl"]
    assert stat.S_IMODE((day / "keys.jsonl").stat().st_mode) == 0o600
    done = sealwright(
        "open", day / "messages.jsonl", "--keys", day / "keys.jsonl", "-o", "again", "--plaintext", "utf8"
    )
    assert done.code == 3
    assert (folder / "again").read_bytes() == (day / "opened.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("keys.jsonl", "--keep"),
        (".", "--keep: . exists already: name a new folder"),
        ("no/day", "--keep: no/day cannot be made: No such file or directory"),
    ],
)
def test_a_folder_that_cannot_be_kept_in(sealwright, folder, place, words):
    """Only a new folder takes the files: nothing is overwritten."""
    before = names_in(folder)
    done = sealwright("demo", "--keep", place)
    assert done.code == 2
    assert words in done.err
    assert names_in(folder) == before


def test_the_service_demo_is_right(sealwright, folder):
    """Plan, fetch, open, the bill by both ledgers, and again without a call; nothing is written."""
    done = sealwright("demo", "--service", "--seed", "5")
    text = done.out.decode()
    assert (done.code, done.err) == (0, "")
    assert (
        "2,000 of 2,000 rows are exactly what the devices had sealed or what befell them, both times" in text
    )
    least, most = re.search(r"0 of them held: ([\d,]+) to ([\d,]+) billed calls", text).groups()
    paid, logged = re.search(
        r"calls, ([\d,]+) of them billed, 0 possibly; .* log has ([\d,]+)", text
    ).groups()
    numbers = [int(each.replace(",", "")) for each in (least, paid, most)]
    assert paid == logged
    assert numbers == sorted(numbers)
    assert "opened again, from the store" in text
    assert "\n  0 calls\n" in text
    assert names_in(folder) == ["good.jsonl", "keys.jsonl", "messages.jsonl"]


@pytest.mark.usefixtures("folder")
def test_the_service_demo_keeps_nothing(sealwright):
    """--keep is for files; there are none."""
    done = sealwright("demo", "--service", "--keep", "day")
    assert done.code == 2
    assert "--keep: with --service nothing is kept" in done.err


def test_the_provision_demo_is_right(sealwright, folder):
    """Wrapped, submitted, refused, assigned, provisioned, read back, proved, deleted; nothing is written."""
    done = sealwright("demo", "--provision")
    text = done.out.decode()
    assert (done.code, done.err) == (0, "")
    assert re.search(r"EdgeLock 2GO, simulated on this machine, at http://127\.0\.0\.1:\d+/api/v1", text)
    assert re.search(r"MASTER_KEY   83000010  AES key of 32 bytes, KCV [0-9A-F]{10}\n", text)
    assert "HMAC_KEY     83000011  HMAC key of 64 bytes\n" in text  # and no digest of it
    assert "422 Unprocessable Entity: Import failed: envelope:" in text
    for state in ("GENERATION_TRIGGERED", "GENERATION_COMPLETED", "PROVISIONING_COMPLETED"):
        assert f"9 {state}\n" in text
    answers = re.findall(r"^ {2}(?:master|hmac)? +([0-9a-f]{32,64})$", text, re.MULTILINE)
    assert [len(answer) for answer in answers] == [32, 32, 64, 64]
    assert (answers[0], answers[2]) == (answers[1], answers[3])
    assert text.splitlines()[-1].startswith("everything is right: 3 objects came to 3 devices")
    assert "WRONG" not in text
    assert names_in(folder) == ["good.jsonl", "keys.jsonl", "messages.jsonl"]


@pytest.mark.usefixtures("folder")
def test_another_seed_is_other_material(sealwright):
    """The seed makes the material: from the device group on, the same seed says the same."""
    first, again, other = (
        sealwright("demo", "--provision", "--seed", seed).out.partition(b"device group")[2]
        for seed in (1, 1, 2)
    )
    assert first == again != other


def _flipped(octets):
    return bytes([octets[0] ^ 1, *octets[1:]])


def _other_bytes(monkeypatch):
    real = secure_objects.received
    monkeypatch.setattr(secure_objects, "received", lambda *asked: _flipped(real(*asked)))


def _trust(monkeypatch):
    real, known = secure_objects.received, {}

    def trusting(opener, message, *asked):
        try:
            known[message] = real(opener, message, *asked)
        except RefusalError:
            assert message in known  # by another public key
        return known[message]

    monkeypatch.setattr(secure_objects, "received", trusting)


def _no_device(monkeypatch):
    monkeypatch.setattr(El2gSimulator, "connect", lambda _self, _uid: [])


def _other_key_on_devices(monkeypatch):
    real = Account.holdings
    monkeypatch.setattr(
        Account, "holdings", lambda *asked: {oid: _flipped(key) for oid, key in real(*asked).items()}
    )


def _keep_devices(monkeypatch):
    monkeypatch.setattr(Account, "leave", lambda _self, _device: None)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (_other_bytes, "WRONG: it did not get what was wrapped: master"),
        (_trust, "WRONG: it did not refuse a forged request"),
        (_no_device, "WRONG: it did not come to PROVISIONING_COMPLETED"),
        (_other_key_on_devices, "WRONG: it did not answer as the key does"),
        (_keep_devices, "WRONG: it did not go on: el2g device-groups delete: 409"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_the_provision_demo_notices(sealwright, monkeypatch, fault, words):
    """A service that is not as it must be is shown and counted, and the end is an error."""
    fault(monkeypatch)
    done = sealwright("demo", "--provision")
    text = done.out.decode()
    assert (done.code, words in text) == (1, True), text
    assert "everything is right" not in text
    assert re.fullmatch(r"WRONG: \d+ of these steps", text.splitlines()[-1])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--service"], "--service and --provision are two demos"),
        (["--keep", "day"], "--keep: with --provision nothing is kept: `sealwright el2g simulate` stays"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_options_that_do_not_go_with_provision(sealwright, options, words):
    """One demo at a time, and no files of this one."""
    done = sealwright("demo", "--provision", *options)
    assert (done.code, words in done.err) == (2, True), done.err


@pytest.mark.usefixtures("folder")
def test_the_provision_demo_without_the_extra(sealwright, monkeypatch):
    """Says what is missing and how to get it."""
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    for name in list(sys.modules):
        if name.startswith(("sealwright.simulator.el2g", "sealwright.simulator.service")):
            monkeypatch.delitem(sys.modules, name)
    done = sealwright("demo", "--provision")
    assert done.code == 2
    assert "demo --provision: uvicorn is not installed: pip install 'sealwright[simulator]'" in done.err
