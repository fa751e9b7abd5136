"""Readers of key bytes: their errors come from frames that hold none, however a traceback is shown."""

import base64
import io
import json
import traceback
from pathlib import Path

import pytest

import sealwright
from openpgp_maker import armored, key, packet, secret_body, user
from sealwright.cli.el2g_simulate import _opener
from sealwright.cli.material_file import read_material
from sealwright.cli.secret_option import SecretChoice
from sealwright.cli.signer_option import signer_at, signer_key_at, verifying_keys_at
from sealwright.errors import SealwrightError
from sealwright.provision import (
    EnvelopeMaker,
    MaterialKind,
    Receiver,
    is_locked,
    new_signer_file,
    read_hex_material,
    read_manifest,
    read_signer,
    read_signer_key,
    read_verifying_keys,
)
from sealwright.secret import Secret
from wrapping import PASSPHRASE, asc, now, recipient, signer

OURS = Path(sealwright.__file__).parent
OCTETS = bytes(range(200, 233))
"""Made for testing: a byte too long for a key."""

HEX = OCTETS.hex()
SMALL = key("signer_3072")
SIGNER = packet(5, secret_body(SMALL)) + user(SMALL, "Made For Testing")
ARMORED = armored("PRIVATE KEY BLOCK", SIGNER).encode()
MANY = OCTETS * 4000
ROW = {"name": "n", "objectId": "1", "secureObjectType": "MASTER_KEY"}


def _rows(*rows, path="m.jsonl"):
    text = "".join(f"{row if isinstance(row, str) else json.dumps(ROW | row)}\n" for row in rows)
    return list(read_manifest(io.BytesIO(text.encode()), path))


def _sign(place):
    with signer_at(place, SecretChoice("p", None, None, ())):
        pass


class _NoSigner:
    """A signer whose card was taken out."""

    public_key = signer(2048).public_key

    def sign(self, digest):
        """Fail."""
        raise SealwrightError(f"made for testing: {len(digest)}")


def _seal():
    EnvelopeMaker(recipient(), _NoSigner(), clock=now).seal(Secret(HEX.encode()))


# What is read, and the function that reads it and must fail; paths are of files in the test's folder.
READERS = {
    "read_hex_material": lambda _: read_hex_material(MaterialKind.AES, HEX.encode()),
    "read_hex_material, half a byte": lambda _: read_hex_material(MaterialKind.AES, HEX[1:].encode()),
    "read_hex_material, no hex": lambda _: read_hex_material(MaterialKind.AES, HEX.encode() + b"x"),
    "read_manifest, too long": lambda _: _rows({"hex": HEX}),
    "read_manifest, foreign": lambda _: _rows({"hex": HEX, "more": 1}),
    "read_manifest, no text": lambda _: _rows({"hex": [HEX]}),
    "read_manifest, no JSON": lambda _: _rows(f'{{"hex": "{HEX}"'),
    "read_manifest, twice": lambda _: _rows({"hex": HEX[:32]}, {"hex": HEX[:32]}),
    "read_manifest, CSV": lambda _: _rows("name,hex", f"n,{HEX},{HEX}", path="m.csv"),
    "read_manifest, file": lambda folder: _rows({"file": str(folder / "key.hex")}),
    "read_manifest, raw": lambda folder: _rows({"file": str(folder / "key.raw"), "encoding": "raw"}),
    "read_material": lambda folder: _material(folder / "key.hex"),
    "read_material, raw": lambda folder: _material(folder / "key.raw", raw=True),
    "read_material, no kind": lambda folder: _material(folder / "key.hex", kind=None),
    "SecretChoice, file": lambda folder: _secret(folder / "many", None),
    "SecretChoice, command": lambda folder: _secret(None, f"cat {folder / 'many'} {folder / 'none'}"),
    "read_signer_key": lambda _: read_signer_key(SIGNER, clock=now),
    "read_signer_key, armoured": lambda _: read_signer_key(ARMORED, clock=now),
    "read_verifying_keys": lambda _: read_verifying_keys(SIGNER, clock=now),
    "is_locked": lambda _: is_locked(SIGNER, clock=now),
    "is_locked, cut": lambda _: is_locked(SIGNER[:-700], clock=now),
    "is_locked, armoured": lambda _: is_locked(ARMORED, clock=now),
    "read_signer": lambda _: read_signer(ARMORED, PASSPHRASE, clock=now),
    "signer_at": lambda folder: _sign(str(folder / "signer.asc")),
    "signer_key_at": lambda folder: signer_key_at(str(folder / "signer.asc")),
    "verifying_keys_at": lambda folder: verifying_keys_at(str(folder / "signer.asc")),
    "new_signer_file": lambda _: new_signer_file("n", Secret(HEX.encode()), bits=3072),
    "Receiver": lambda _: Receiver(ARMORED, clock=now),
    "Receiver.open": lambda _: Receiver(asc("recipients/recipient_secret"), clock=now).open(
        asc("envelopes/refused_sha1").decode(), asc("signers/signer_4096").decode()
    ),
    "el2g simulate": lambda _: _opener(ARMORED),
    "EnvelopeMaker": lambda _: _seal(),
}


def _material(path, kind=MaterialKind.AES, *, raw=False):
    return read_material(str(path), kind, SecretChoice("p", None, None, ()), raw=raw)


def _secret(file, command):
    return SecretChoice("secret", file and str(file), command, ()).read()


def _forms():
    """Yield every form in which what is secret here could stand in a frame."""
    numbers = [made.private.private_numbers() for made in (SMALL, key("owner_subkey"))]
    pieces = [number.to_bytes(512)[-60:-30] for each in numbers for number in (each.d, each.p, each.q)]
    pieces += [OCTETS[:16], bytes.fromhex("000102030405060708090a0b0c0d0e0f")]
    for piece in pieces:
        yield from (piece.hex(), piece.hex().upper(), base64.b64encode(piece).decode().rstrip("="))
        yield repr(piece)[2:-1].replace("\\'", "'")
        yield repr(list(piece))[1:-1]
    yield from (str(number)[:40] for each in numbers for number in (each.d, each.p, each.q))
    yield from ARMORED.decode().splitlines()[20:30]


FORMS = list(_forms())


def shown(error):
    """Return the locals of every frame of ours from the reader on, of an error and whatever it has met."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames = [each for each in told.stack if OURS in Path(each.filename).parents]
    seen = [f"{name} = {value}" for frame in frames for name, value in (frame.locals or {}).items()]
    others = [each for each in (error.__cause__, error.__context__) if each is not None]
    return "\n".join([str(error), *seen, *map(shown, others)]).replace("\\'", "'")


def held(text):
    """Return the forms that a text holds."""
    return [form for form in FORMS if form in text]


@pytest.mark.parametrize("name", READERS)
def test_no_frame_holds_key_bytes(tmp_path, name):
    """Error trackers show local variables, also those of errors that are not shown themselves."""
    (tmp_path / "key.hex").write_text(HEX)
    (tmp_path / "key.raw").write_bytes(OCTETS)
    (tmp_path / "many").write_bytes(MANY)
    (tmp_path / "signer.asc").write_bytes(ARMORED)
    with pytest.raises(SealwrightError) as caught:
        READERS[name](tmp_path)
    assert not held(shown(caught.value))


@pytest.mark.parametrize("secret", [OCTETS, HEX, HEX.encode(), SIGNER, ARMORED, MANY, list(OCTETS)])
def test_what_a_frame_holds_is_found(secret):
    """The search itself works, for each thing that is read here."""

    def fail(secret):
        raise SealwrightError(f"made for testing: {len(secret)}")

    with pytest.raises(SealwrightError) as caught:
        fail(secret)
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert held(
        "\n".join(str(frame.locals) for frame in told.stack).replace("\\\\", "\\").replace("\\'", "'")
    )
