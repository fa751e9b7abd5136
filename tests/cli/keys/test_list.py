"""`sealwright keys list`: what may be shown."""

import json

import pytest

import making
import stores
from sealwright import KeyStore
from sealwright.cli.keys_.list_ import spell
from sealwright.secret import Secret
from sealwright.telemetry import Entry
from sealwright.telemetry.keys.keeping.entry import Owner


def test_ids_devices_and_ages(sealwright, filled):
    """A line an entry, the number of devices at the end, and no key."""
    psk = Entry.of_psk(making.V1_HEADER[:14], Secret(making.KEY), making.UID, 0, Owner())
    with KeyStore(filled, stores.SECRET, origin="https://a.example") as store:
        store.keep_entries([psk])
        store.keep([stores.irregular(stores.header(3))])
    done = sealwright("keys", "list")
    lines = done.out.decode().splitlines()
    assert (
        lines[0] == "11010000892822" + "45621f7593c47f0000  0002000089282245  v1         uplink    file  0m"
    )
    assert [line.split()[2] for line in lines] == ["v1", "v2", "integrity", "v2", "dtls", "v1"]
    assert lines[3].split()[3] == "downlink"
    assert lines[4].startswith(making.V1_HEADER[:14].hex() + " ")
    assert lines[4].endswith("d")
    assert lines[5].split()[4] == "https://a.example"
    assert done.err == f"6 keys of 1 device in {filled}\n"
    assert not making.shown((done.out + done.err.encode()).decode(), making.KEY, making.MAC_KEY)


def test_for_programs(sealwright, filled):
    """The same in JSON, with suites and what is irregular."""
    with KeyStore(filled, stores.SECRET) as store:
        store.keep([stores.irregular(stores.header(3))])
        store.keep_entries([Entry.of_psk(making.V1_HEADER[:14], Secret(making.KEY), making.UID, 0, Owner())])
    shown = json.loads(sealwright("keys", "list", "--json").out)
    assert shown[0] | {"learned": ""} == {
        "id": making.V1_HEADER.hex(),
        "device": making.UID.hex(),
        "kind": "v1",
        "direction": "uplink",
        "suite": "AES_128_CCM",
        "irregular": [],
        "origin": "file",
        "account": "default",
        "learned": "",
    }
    assert shown[4]["irregular"] == ["nonce"]
    assert (shown[5]["kind"], shown[5]["suite"], shown[5]["learned"]) == (
        "dtls",
        None,
        "1970-01-01T00:00:00+00:00",
    )
    assert not making.shown(json.dumps(shown), making.KEY, making.MAC_KEY)


@pytest.mark.usefixtures("filled")
def test_some_devices(sealwright):
    """--device chooses, by the whole UID."""
    assert sealwright("keys", "list", "--device", making.UID.hex()).out.count(b"\n") == 4
    assert sealwright("keys", "list", "--device", "00" * 8).out == b""


def test_without_a_secret(sealwright, filled, monkeypatch):
    """The text says how to give it."""
    monkeypatch.delenv("SEALWRIGHT_STORE_SECRET")
    done = sealwright("keys", "list")
    assert done.code == 2
    assert f"store: {filled} is encrypted: give its secret by --store-secret-file" in done.err


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0m"), (59, "0m"), (60, "1m"), (7199, "1h"), (86_400 * 400, "400d"), (-5, "0m")]
)
def test_ages(seconds, text):
    """In the largest whole unit."""
    assert spell(seconds) == text


def test_damaged_rows_are_said(sealwright, filled):
    """A warning, and the others are shown."""
    with KeyStore(filled, stores.SECRET) as store:
        store._tables._ask("UPDATE keys SET salt = zeroblob(16) WHERE id = 1")
    done = sealwright("keys", "list")
    assert done.out.count(b"\n") == 3
    assert f"warning: store: {filled} has damaged rows, which count as absent\n" in done.err
