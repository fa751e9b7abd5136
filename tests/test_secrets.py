"""No secret comes out: not by printing, not by an error, not by a traceback, not from a command."""

import base64
import gc
import json
import os
import subprocess
import sys
import traceback
import urllib.parse
from hashlib import shake_256
from pathlib import Path

import pytest

import sealwright
import wrapping
from sealwright.provision import MaterialKind, combine, new_material, read_hex_material
from sealwright.secret import Secret
from sealwright.telemetry import HeldKeys, Messages, parse_header, read_reply
from sealwright.telemetry.format.headers import parse_headers

MARKERS = [shake_256(f"made for testing: marker {number}".encode()).digest(16) for number in range(20)]
UID = bytes.fromhex("0002000089282245")


def _forms(marker):
    """Return every form in which a marker could stand somewhere."""
    octets = marker
    for text in (octets.hex(), octets.hex().upper(), base64.b64encode(octets).decode().rstrip("=")):
        yield text.encode()
    yield octets
    yield base64.urlsafe_b64encode(octets).rstrip(b"=")
    yield urllib.parse.quote(octets).encode()
    yield urllib.parse.quote(base64.b64encode(octets)).encode()
    yield repr(octets)[2:-1].encode()
    yield str(list(octets))[1:-1].encode()


FORMS = [form for marker in MARKERS for form in _forms(marker)]


def _assert_quiet(*produced):
    for thing in produced:
        octets = thing if isinstance(thing, bytes) else str(thing).encode(errors="surrogateescape")
        assert not [form for form in FORMS if form in octets]


def _produced_by(arguments, folder, environment=None):
    """Run a command in a folder; return what it shows, and every file that it writes."""
    given = {path.name for path in folder.iterdir()}
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-m", "sealwright", *arguments],
        cwd=folder,
        env={**os.environ, **(environment or {}), "PYTHONWARNINGS": "always"},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.stdout or done.stderr
    assert b"Traceback" not in done.stderr
    written = [path.read_bytes() for path in folder.iterdir() if path.name not in given]
    return done.stdout, done.stderr, *written


def _header(number):
    return b"\x11\x01" + UID[2:] + number.to_bytes(8)


def _reply(number, **changes):
    """Return a v1 reply whose key is a marker."""
    return {
        "Nonce": base64.b64encode(_header(number)[4:]).decode(),
        "MACLength": 128,
        "CipherSuite": "AES_128_CCM",
        "Key": base64.b64encode(MARKERS[number % len(MARKERS)]).decode(),
        "ROTPublicUID": UID.hex(),
    } | changes


def _line(number, **changes):
    return {"EncryptedHeader": _header(number).hex(), **_reply(number, **changes)}


def _key_file(folder, lines):
    path = folder / "keys.jsonl"
    path.touch(mode=0o600)
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return path


def _shown(error):
    """Return an error with the local variables of every frame of our own, as error reporters show them."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    seen = [
        line
        for frame in told.stack
        for line in (frame.locals or {}).values()
        if "sealwright" in frame.filename
    ]
    chain = [each for each in (error.__cause__, error.__context__) if each is not None]
    return "\n".join([str(error), repr(error), *seen, *(_shown(each) for each in chain)])


def _raised(function, *args, **kwargs):
    with pytest.raises(sealwright.SealwrightError) as caught:
        function(*args, **kwargs)
    return caught.value


def test_markers_are_found_where_they_are():
    """The search itself works: each form of a marker is found in a text that holds it."""
    for form in FORMS:
        with pytest.raises(AssertionError):
            _assert_quiet(b"before " + form + b" behind")


def test_objects_are_quiet(tmp_path):
    """Nothing that holds keys shows them: repr, str, format."""
    keys = sealwright.KeyFile(_key_file(tmp_path, [_line(number) for number in range(20)]))
    headers = parse_headers(Messages.of([_header(number) + bytes(20) for number in range(20)]))
    table = keys.resolve(headers)
    held = HeldKeys()
    parameters = read_reply(_reply(0), header=_header(0))
    held.add(parameters)
    batch = sealwright.open_messages([_header(1) + bytes(20)], keys)
    things = [keys, table, held, parameters, parameters.key, batch, keys.refused, keys.psks, keys.extra]
    _assert_quiet(*map(repr, things), *map(str, things), *(f"{thing}" for thing in things))


BAD_CHANGES = {
    "not base64": {"Key": base64.b64encode(MARKERS[3]).decode() + "!"},
    "too short": {"Key": base64.b64encode(MARKERS[4][:15]).decode()},
    "odd length": {"Key": base64.b64encode(MARKERS[5]).decode()[:-3]},
    "nonce missing": {"Nonce": None},
    "another device": {"ROTPublicUID": "0002000000000000"},
    "unknown suite": {"CipherSuite": "AES_128_GCM"},
    "MAC length": {"MACLength": 64},
    "equal keys": {
        "CipherSuite": "AES_128_CS1_HMAC_SHA256",
        "EncryptionKey": base64.b64encode(MARKERS[6]).decode(),
        "AuthenticationKey": base64.b64encode(MARKERS[6]).decode(),
        "AESIV": base64.b64encode(bytes(16)).decode(),
    },
}


@pytest.mark.parametrize("changes", BAD_CHANGES.values(), ids=BAD_CHANGES)
def test_errors_about_replies_are_quiet(changes):
    """An error about a reply shows no key of it, nor do the frames of sealwright that it went through."""
    message = _header(3) + bytes(20)
    for call in (
        lambda: read_reply(_reply(3, **changes), header=_header(3)),
        lambda: sealwright.open_message(message, _reply(3, **changes)),
        lambda: sealwright.open_messages([message], {_header(3): _reply(3, **changes)}).require_all(),
        lambda: sealwright.discover(b"\x29", _reply(3, **changes)),
    ):
        _assert_quiet(_shown(_raised(call)))


@pytest.mark.parametrize(
    "bad",
    [
        json.dumps(_line(3))[:-1],
        json.dumps(_line(3)).replace('"Key"', '"Kay"'),
        json.dumps(_line(3)).replace('="', '*"'),
        json.dumps(_line(3))[:-1] + ', "Key": "again"}',
        json.dumps(_line(3)).replace('"Nonce"', '"None"'),
        json.dumps(_line(4) | {"EncryptedHeader": _header(1).hex()}),
        "[" * 200_000,
    ],
    ids=["cut off", "no key", "foreign character", "name twice", "no nonce", "header told twice", "deep"],
)
def test_errors_about_key_files_are_quiet(tmp_path, bad):
    """An error about a key file tells file and line, and shows nothing of the line."""
    path = _key_file(tmp_path, [_line(1), bad, _line(2)])
    error = _raised(sealwright.KeyFile, path)
    assert error.line == 2
    _assert_quiet(_shown(error))


def test_a_message_that_fails_is_quiet(tmp_path):
    """An error about a message shows no key that was tried, nor any in the source."""
    keys = sealwright.KeyFile(_key_file(tmp_path, [_line(number) for number in range(20)]))
    message = _header(7) + bytes(24)
    _assert_quiet(_shown(_raised(sealwright.open_message, message, keys)))
    _assert_quiet(_shown(_raised(sealwright.open_message, message, _reply(7))))
    parameters = read_reply(_reply(7), header=parse_header(message).raw)
    _assert_quiet(_shown(_raised(sealwright.open_message, message, parameters)))
    short = read_reply(_reply(7))
    _assert_quiet(_shown(_raised(sealwright.seal_message, b"text", short)))


COMMANDS = {
    "open": [
        "open",
        "messages.txt",
        "--keys",
        "keys.jsonl",
        "-o",
        "out.jsonl",
        "--rejects",
        "rejects.jsonl",
        "--report",
        "report.json",
    ],
    "open to stdout": ["open", "messages.txt", "--keys", "keys.jsonl", "--json"],
    "open with bad keys": ["open", "messages.txt", "--keys", "bad.jsonl"],
    "inspect": ["inspect", "messages.txt", "--discover", "--keys", "keys.jsonl", "--json"],
    "inspect with bad keys": ["inspect", "messages.txt", "--discover", "--keys", "bad.jsonl"],
    "doctor": ["doctor"],
}


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_commands_are_quiet(tmp_path, arguments):
    """No command shows a key: not on standard output or error, not in a file, not in its debug log."""
    changes = list(BAD_CHANGES.values())[4:]
    good = [_line(number) for number in range(10)]
    refused = [_line(10 + number, **change) for number, change in enumerate(changes)]
    _key_file(tmp_path, [*good, *refused])
    (tmp_path / "bad.jsonl").write_text(json.dumps(_line(1))[:-3])
    messages = [sealwright.seal_message(b"text", read_reply(_reply(n), header=_header(n))) for n in range(10)]
    (tmp_path / "messages.txt").write_text("\n".join(message.hex() for message in messages) + "\n00\n\n31")
    _assert_quiet(*_produced_by(arguments, tmp_path))


STORE_SECRET = Secret(MARKERS[18] + MARKERS[19])
"""32 bytes: a store key's wrapping shows nothing of it."""


@pytest.fixture
def store(tmp_path):
    """Return a store with twenty keys."""
    path = tmp_path / "keys.sqlite"
    sealwright.KeyStore.create(path, STORE_SECRET)
    with sealwright.KeyStore(path, STORE_SECRET) as store:
        store.keep([read_reply(_reply(n), header=_header(n)) for n in range(18)])
        yield store


def test_stores_are_quiet(store):
    """Nothing that a store consists of shows a key: neither its own nor those it keeps."""
    entries = list(store.entries())
    names = [entry.name for entry in entries]
    found = store.look_up(names, names)
    cache = sealwright.CachedSource(store=store)
    headers = parse_headers(Messages.of([_header(number) + bytes(20) for number in range(18)]))
    table = cache.resolve(headers)
    things = [store, entries, found, cache, table, store._vault, store._tables, cache._memory, store.spent]
    things += [STORE_SECRET, store._vault.store_key, *(entry.parameters() for entry in entries)]
    _assert_quiet(*map(repr, things), *map(str, things), *(f"{thing}" for thing in things))
    _assert_quiet(*(path.read_bytes() for path in Path(store.where).parent.glob("keys.sqlite*")))


class Failing:
    """An upstream that hands over an answer and then fails."""

    def resolve(self, _headers, *, exact=False, keep=None):
        """Fail with the answer in hand."""
        answer = read_reply(_reply(17), header=_header(17))
        keep(answer)
        raise sealwright.InputError(f"service: out of order, {exact}")


def test_errors_about_stores_are_quiet(store, tmp_path):
    """No error shows a secret, nor does any frame of sealwright between it and the caller."""
    where = store.where
    for secret in (Secret(MARKERS[1] + MARKERS[2]), Secret(MARKERS[3].hex().encode())):
        _assert_quiet(_shown(_raised(sealwright.KeyStore, where, secret)))
        _assert_quiet(_shown(_raised(sealwright.KeyStore, tmp_path / "none", secret)))
        _assert_quiet(_shown(_raised(sealwright.KeyStore.create, where, secret)))
    url = f"redis://user:{MARKERS[4].hex()}@127.0.0.1:1/0?password={MARKERS[5].hex()}"
    _assert_quiet(_shown(_raised(sealwright.KeyStore, url, STORE_SECRET)))
    message = _header(99) + bytes(24)
    _assert_quiet(_shown(_raised(sealwright.open_message, message, store)))
    source = sealwright.CachedSource(Failing(), store=store)
    _assert_quiet(_shown(_raised(sealwright.open_message, message, source)))
    store._tables._ask("PRAGMA query_only = ON")
    _assert_quiet(_shown(_raised(store.purge, lambda _: True)))
    _assert_quiet(_shown(_raised(store.rekey, Secret(MARKERS[6] + MARKERS[7]))))


STORE_COMMANDS = {
    "init": ["keys", "init", "--store", "new.sqlite"],
    "import": ["keys", "import", "keys.jsonl"],
    "import what others say": ["keys", "import", "others.jsonl"],
    "import a broken file": ["keys", "import", "bad.jsonl"],
    "list": ["keys", "list"],
    "list as JSON": ["keys", "list", "--json"],
    "export": ["keys", "export", "-o", "exported"],
    "purge": ["keys", "purge", "--all", "--yes"],
    "purge without --yes": ["keys", "purge", "--all"],
    "rekey": ["keys", "rekey", "--new-store-secret-file", "new-secret"],
    "a wrong secret": ["keys", "list", "--store-secret-file", "new-secret"],
    "a secret by command": ["keys", "list", "--store-secret-command", "sh -c 'cat new-secret; false'"],
    "open": ["open", "messages.txt", "--store", "keys.sqlite", "-o", "out.jsonl", "--report", "report.json"],
    "open with both": ["open", "messages.txt", "--keys", "keys.jsonl", "--store", "keys.sqlite", "--json"],
    "seal": ["seal", "texts.jsonl", "--keys", "sets.jsonl", "--offline-set", "-o", "sealed.jsonl"],
    "doctor": ["doctor"],
}


@pytest.mark.parametrize("arguments", STORE_COMMANDS.values(), ids=STORE_COMMANDS)
def test_commands_with_a_store_are_quiet(store, tmp_path, arguments):
    """No command shows a key, a store's secret or a passphrase, and no file of theirs holds one."""
    store.close()
    _key_file(tmp_path, [_line(number) for number in range(10)])
    other = {**_line(3), "Key": base64.b64encode(MARKERS[4]).decode()}
    (tmp_path / "others.jsonl").write_text(json.dumps(other))
    (tmp_path / "bad.jsonl").write_text(json.dumps(_line(1))[:-3])
    (tmp_path / "sets.jsonl").write_text(json.dumps(_downlink_line()))
    text = {"rot_public_uid": UID.hex(), "plaintext": "00" * 16}
    (tmp_path / "texts.jsonl").write_text(json.dumps(text))
    message = sealwright.seal_message(b"text", read_reply(_reply(1), header=_header(1)))
    (tmp_path / "messages.txt").write_text(message.hex() + "\n00\n\n31")
    (tmp_path / "new-secret").write_text(MARKERS[8].hex() + MARKERS[9].hex())
    environment = {
        "SEALWRIGHT_STORE": str(tmp_path / "keys.sqlite"),
        "SEALWRIGHT_STORE_SECRET": STORE_SECRET.reveal().hex(),
        "SEALWRIGHT_PASSPHRASE": MARKERS[10].hex(),
    }
    shown = _produced_by(arguments, tmp_path, environment)
    _assert_quiet(*shown, (tmp_path / "keys.sqlite").read_bytes())


def _downlink_line():
    kiv = b"\x2a\0\0\1" + UID[2:] + bytes(6)
    return {
        "Direction": "downlink",
        "CipherSuite": "AES_128_CS1_HMAC_SHA256",
        "MACLength": 128,
        "EncryptionKey": base64.b64encode(MARKERS[11]).decode(),
        "AuthenticationKey": base64.b64encode(MARKERS[12]).decode(),
        "AESIV": base64.b64encode(bytes(16)).decode(),
        "KIV": base64.b64encode(kiv).decode(),
        "ROTPublicUID": UID.hex(),
    }


def test_tables_leave_memory_with_their_owner():
    """When a table of keys is dropped nothing of ours keeps it: no cache holds keys behind one's back."""
    keys = HeldKeys()
    keys.add(read_reply(_reply(0), header=_header(0)))
    table = keys.resolve(parse_headers(Messages.of([_header(0) + bytes(16)])))
    del keys
    gc.collect()
    assert not [each for each in gc.get_objects() if isinstance(each, HeldKeys)]
    assert len(table) == 1


def test_material_is_quiet():
    """Nothing that holds key material shows it, nor does an error about it."""
    material = read_hex_material(MaterialKind.AES, MARKERS[0].hex().encode())
    wanted = sealwright.import_object(material, name="n", object_id="83000009")
    request = sealwright.wrap(wanted, wrapping.recipient(), wrapping.signer(2048))
    things = [
        material,
        material.payload(),
        wanted,
        request,
        combine([material, new_material(MaterialKind.AES, 16)]),
    ]
    _assert_quiet(*map(repr, things), *map(str, things), request.to_json())
    for text in (MARKERS[1].hex()[:-1], MARKERS[1].hex() + "00", MARKERS[1].hex() + "xx"):
        _assert_quiet(_shown(_raised(read_hex_material, MaterialKind.AES, text.encode())))
    _assert_quiet(_shown(_raised(combine, [material, material])))
    _assert_quiet(
        _shown(_raised(sealwright.import_object, material, name="n", object_id="0")),
        _shown(_raised(sealwright.import_object, material, name="n", object_id="1", key_size="AES256")),
    )


@pytest.mark.parametrize("name", ["signer_4096_locked", "signer_4096", "signer_3072_secret"])
def test_errors_about_signers_are_quiet(name):
    """No passphrase is in a frame of ours between the error and the caller."""
    octets = wrapping.asc(f"signers/{name}")
    _assert_quiet(_shown(_raised(sealwright.read_signer, octets, Secret(MARKERS[2].hex().encode()))))


class Refusing:
    """A signer that fails with a payload in the frames above it."""

    public_key = wrapping.signer(2048).public_key

    def sign(self, _digest):
        """Fail, or sign wrongly."""
        return bytes(256)


def test_errors_about_envelopes_are_quiet():
    """An envelope that does not leave shows nothing of what was to be in it."""
    material = read_hex_material(MaterialKind.AES, MARKERS[3].hex().encode())
    wanted = sealwright.import_object(material, name="n", object_id="83000009")
    _assert_quiet(_shown(_raised(sealwright.wrap, wanted, wrapping.recipient(), Refusing())))


_VECTORS = wrapping.FOLDER
_WRAP = [
    "wrap",
    *("--recipient", f"{_VECTORS}/recipients/recipient.asc", "--pin", "pin.json"),
    *("--signer", f"{_VECTORS}/signers/signer_2048_secret.asc"),
]
_NAMED = ["--name", "n", "--oid", "83000009", "--type", "MASTER_KEY"]
_UNDER = ["--passphrase-file", "passphrase"]
WRAP_COMMANDS = {
    "material new": ["material", "new", "aes128", "--from", "key.hex", "-o", "out", *_UNDER],
    "material new, as JSON": ["material", "new", "hmac", "--from", "key.hex", "-o", "out", "--json", *_UNDER],
    "material new of bad hex": ["material", "new", "aes128", "--from", "bad.hex", "-o", "out", *_UNDER],
    "material answer": ["material", "answer", "key.hex", "--kind", "aes", "--challenge", "00"],
    "signer new": [
        *("signer", "new", "--user-id", "n", "--bits", "2048", "-o", "out"),
        *("--signer-passphrase-file", "passphrase"),
    ],
    "signer show": ["signer", "show", f"{_VECTORS}/signers/signer_4096_locked.asc"],
    "recipient show": ["recipient", "show", f"{_VECTORS}/recipients/recipient.asc"],
    "wrap": [*_WRAP, "key.hex", *_NAMED, "-o", "out"],
    "wrap bad hex": [*_WRAP, "bad.hex", *_NAMED, "-o", "out"],
    "wrap a manifest": [*_WRAP, "--manifest", "good.jsonl", "-o", "out", "--threads", "2"],
    "wrap a bad manifest": [*_WRAP, "--manifest", "bad.jsonl", "-o", "out"],
    "wrap under a wrong passphrase": [
        *(*_WRAP[:-1], f"{_VECTORS}/signers/signer_4096_locked.asc", "key.hex", *_NAMED, "-o", "out"),
        *("--signer-passphrase-file", "passphrase"),
    ],
}


@pytest.mark.parametrize("arguments", WRAP_COMMANDS.values(), ids=WRAP_COMMANDS)
def test_commands_that_wrap_are_quiet(tmp_path, arguments):
    """No command shows key material or a passphrase, and no file of theirs holds one."""
    (tmp_path / "key.hex").write_text(MARKERS[4].hex())
    (tmp_path / "bad.hex").write_text(MARKERS[5].hex() + "x")
    (tmp_path / "passphrase").write_text(MARKERS[6].hex())
    pin = wrapping.read_recipient(wrapping.asc("recipients/recipient")).pin
    (tmp_path / "pin.json").write_bytes(pin.to_json())
    row = {"name": "a", "objectId": "1", "secureObjectType": "MASTER_KEY", "hex": MARKERS[7].hex()}
    (tmp_path / "good.jsonl").write_text(json.dumps(row))
    (tmp_path / "bad.jsonl").write_text(f"{json.dumps(row)}\n{json.dumps(row)[:-1]}")
    _assert_quiet(*_produced_by(arguments, tmp_path))
