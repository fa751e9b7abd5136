"""From key files into stores and out again: what goes in comes out, and nothing is overwritten unasked."""

import json

import pytest

import making
import stores
from sealwright import KeyFile, KeyStore
from sealwright.errors import InputError
from sealwright.telemetry import import_keys, key_line
from sealwright.telemetry.keys.keeping.entry import Owner
from sealwright.telemetry.keys.keeping.transfer import entries_of

PSK = {
    "KeyID": making.V1_HEADER[:14].hex(),
    "ROTPublicUID": making.UID.hex(),
    "Key": making.b64(making.KEY_256[:32].ljust(32)),
}


def lines():
    """Return a line of each sort, as they are exported."""
    v1 = making.reply_v1(making.V1_HEADER)
    return [
        making.key_line(v1, making.V1_HEADER, Site="north", Rack=7),
        making.key_line(making.reply_v1(stores.header(1), KIV=making.ABSENT), stores.header(1)),
        making.key_line(making.reply_v2(), making.V2_HEADER),
        making.key_line(making.reply_integrity(), making.INTEGRITY_HEADER, Purpose="integrity"),
        making.key_line(making.reply_v2_downlink(), Direction="downlink"),
        making.key_line(making.reply_integrity_downlink(), Direction="downlink", Purpose="integrity"),
        json.dumps(PSK | {"Note": "of the first batch"}),
    ]


@pytest.fixture
def keys(tmp_path):
    """Return a key file with a line of each sort, and one that is refused."""
    refused = making.key_line(making.reply_v1(stores.header(9), MACLength=64), stores.header(9))
    return KeyFile(making.write_key_file(tmp_path / "keys.jsonl", *lines(), refused))


def essence(path):
    """Return what a key file says, in a form that can be compared."""
    keys = KeyFile(path)
    entries = list(entries_of(keys, 0, Owner()))
    return sorted((each.name, each.suite, each.row.reveal(), each.extra.reveal()) for each in entries)


def test_what_goes_in_comes_out(keys, place, tmp_path):
    """An exported file says the same as the file that was imported, unknown fields included."""
    store = place.open()
    assert import_keys(store, keys) == (7, 0)
    exported = [key_line(entry) for entry in store.entries()]
    path = making.write_key_file(tmp_path / "exported.jsonl", *exported)
    again = KeyFile(path)
    assert essence(path) == essence(keys.path)
    assert not again.refused
    assert len(again.psks) == 1
    assert {json.dumps(each, sort_keys=True) for each in again.extra.values()} == {
        '{"Rack": 7, "Site": "north"}',
        '{"Note": "of the first batch"}',
    }
    assert {json.loads(line).get("CipherSuite") for line in exported} == {
        "AES_128_CCM",
        "AES_128_CS1_HMAC_SHA256",
        "HMAC_SHA256",
        None,
    }


def test_importing_again_changes_nothing(keys, place):
    """What is there already is counted and not written."""
    store = place.open()
    import_keys(store, keys)
    before = [entry.learned for entry in store.entries()]
    place.clock.now += 1000
    assert import_keys(store, keys) == (0, 7)
    assert [entry.learned for entry in store.entries()] == before


def test_a_file_that_says_something_else(keys, place, tmp_path):
    """Nothing of it is kept, unless the file is right."""
    store = place.open()
    import_keys(store, keys)
    reply = making.reply_v1(making.V1_HEADER, b"another test key")
    other = making.write_key_file(
        tmp_path / "other.jsonl",
        making.key_line(reply, making.V1_HEADER),
        making.key_line(making.reply_v1(stores.header(5)), stores.header(5)),
    )
    with pytest.raises(InputError, match="says something else about 1 headers than the store does"):
        import_keys(store, KeyFile(other))
    assert len(list(store.entries())) == 7
    assert import_keys(store, KeyFile(other), replace=True) == (2, 0)
    assert len(list(store.entries())) == 8
    table = store.resolve(making.headers_of(making.V1_HEADER))
    assert bytes(table.key[0, :16]) == b"another test key"


def test_what_a_service_has_said_is_not_the_files(keys, file_place):
    """A file's entry stands beside the service's for the same header."""
    service = file_place.open(origin="https://a.example")
    service.keep([stores.parameters(making.V1_HEADER, b"another test key")])
    assert import_keys(file_place.open(), keys) == (7, 0)
    assert len(list(file_place.open().entries())) == 8


def test_many_lines(tmp_path):
    """A file of more lines than one transaction takes."""
    lines = [
        making.key_line(making.reply_v1(stores.header(each)), stores.header(each)) for each in range(10_500)
    ]
    keys = KeyFile(making.write_key_file(tmp_path / "keys.jsonl", *lines))
    store = KeyStore(None, None)
    assert import_keys(store, keys) == (10_500, 0)
    assert import_keys(store, keys) == (0, 10_500)
