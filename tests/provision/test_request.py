"""REQUEST.json: complete, without a key, and noticed when it is changed."""

import hashlib
import json

import msgspec
import pytest

import openpgp_maker
from openpgp_maker import YEAR, flags, key, lifetime, message, packet, user
from recipe_provision import PAYLOAD
from sealwright.errors import InputError
from sealwright.provision import import_object, wrap
from sealwright.provision.material import MaterialKind, new_material
from sealwright.provision.request import read_request
from wrapping import MASTER, asc, public_block, recipient, signer


@pytest.fixture(scope="module")
def request_():
    """Return the request of a master key."""
    return wrap(MASTER, recipient(), signer(2048))


def test_what_stands_in_it(request_):
    """The body as it is sent, with its digests and fingerprints, and the key check values."""
    told = json.loads(request_.to_json())
    assert (told["method"], told["path"]) == ("POST", "/rtp/secure-objects")
    whole = json.dumps(told | {"sha256": ""}, separators=(",", ":"), ensure_ascii=False).encode()
    assert told["sha256"] == hashlib.sha256(whole).hexdigest()
    assert told["envelope_sha256"] == hashlib.sha256(told["body"]["encryptedKey"].encode()).hexdigest()
    assert told["recipient_subkey"] == recipient().subkey.fingerprint
    assert told["signer"] == signer(2048).public_key.key.fingerprint
    assert told["body"]["customerPgpPublicKey"] == signer(2048).public_key.armored
    assert (told["kcv_cmac"], told["kcv_legacy"]) == MASTER.material.check_values


def test_one_line_and_no_key(request_):
    """The armour's line ends are escaped once, by the encoder alone (section 11)."""
    text = request_.to_json()
    assert b"\n" not in text
    assert b"-----BEGIN PGP MESSAGE-----\\n\\n" in text
    assert PAYLOAD not in text
    assert PAYLOAD.upper() not in text


def test_no_digest_of_other_material():
    """Of an HMAC key nothing can be guessed from a request but its length."""
    made = wrap(
        import_object(new_material(MaterialKind.HMAC, 1), name="n", object_id="1"), recipient(), signer(2048)
    )
    assert (made.kcv_cmac, made.kcv_legacy) == (None, None)


def test_read_again(request_):
    """It comes back whole."""
    assert read_request(request_.to_json()) == request_
    pretty = json.dumps(json.loads(request_.to_json()), indent=2).encode()
    assert read_request(pretty) == request_


def test_read_again_when_the_signers_time_is_over(request_):
    """A request stays what it is while its signer's key ends."""
    made, name = key("signer_2048"), "Made For Testing"
    ended = packet(6, made.body) + user(made, name, hashed=flags(0x03) + lifetime(YEAR))
    told = claim(request_, body={"customerPgpPublicKey": public_block(ended).decode()})
    assert read_request(told).signer == request_.signer


@pytest.mark.parametrize(
    "change", [{"name": "other"}, {"objectId": "83000001"}, {"keySize": "AES128"}, {"more": 1}]
)
def test_changed_bodies(request_, change):
    """Whatever is changed in the body, the digest tells."""
    told = json.loads(request_.to_json())
    told["body"] |= change
    with pytest.raises(InputError, match="it is not the one that its digest names: make it again"):
        read_request(json.dumps(told).encode())


OTHER = "0123456789ABCDEF0123456789ABCDEF01234567"
CLAIMS = {
    "recipient": OTHER,
    "recipient_subkey": OTHER,
    "signer": OTHER,
    "kcv_cmac": "0" * 10,
    "kcv_legacy": None,
    "envelope_sha256": "a" * 64,
}


@pytest.mark.parametrize("name", CLAIMS)
def test_changed_claims(request_, name):
    """Nor is anything else changed, of which a receipt would say that it was so."""
    told = json.loads(request_.to_json()) | {name: CLAIMS[name]}
    with pytest.raises(InputError, match="it is not the one that its digest names: make it again"):
        read_request(json.dumps(told).encode())


def claim(request, *, body=(), **claims):
    """Return the text of a request that somebody has made anew, its digest with it."""
    changed = msgspec.structs.replace(request, **claims, body=request.body | dict(body))
    return msgspec.structs.replace(changed, sha256=changed.digest()).to_json()


STRANGERS = asc("envelopes/signer_2048").decode()


def _to_another():
    """Return an envelope of the same signer that is encrypted to another key."""
    text = message(PAYLOAD, key("stranger"), key("signer_2048"), "another")
    return openpgp_maker.armored("MESSAGE", text)


def _of(text):
    """Return the changes that put another envelope in, and its digest."""
    return {"body": {"encryptedKey": text}, "envelope_sha256": hashlib.sha256(text.encode()).hexdigest()}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"envelope_sha256": "a" * 64}, "not the one that envelope_sha256 names"),
        ({"body": {"encryptedKey": STRANGERS}}, "not the one that envelope_sha256 names"),
        ({"signer": OTHER}, f"{OTHER} is not its signer: customerPgpPublicKey is the key of"),
        (
            {"body": {"customerPgpPublicKey": asc("signers/signer_4096").decode()}},
            "is not its signer: customerPgpPublicKey is the key of",
        ),
        ({"recipient_subkey": OTHER}, f"encrypted to the key id [0-9A-F]{{16}}, and not to {OTHER}"),
        (_of(_to_another()), f"encrypted to the key id {key('stranger').fingerprint[-8:].hex().upper()}"),
        (_of("no envelope"), "request: envelope: there is no line -----BEGIN PGP"),
        (_of(openpgp_maker.armored("MESSAGE", packet(1, b"\x03"))), "it is no message to one recipient"),
        (
            _of(openpgp_maker.armored("MESSAGE", packet(1, b"\x03") + packet(18, b"\x01"))),
            "request: envelope: it is cut short",
        ),
        ({"body": {"customerPgpPublicKey": "no key"}}, "request: signer: "),
        ({"body": {"customerPgpPublicKey": "\u00e9\u20ac"}}, "request: signer: "),
        ({"body": {"customerPgpPublicKey": 5}}, "no customerPgpPublicKey, or no envelope"),
        ({"body": {"encryptedKey": None}}, "no customerPgpPublicKey, or no envelope"),
        ({"body": {"encryptedKey": "\u20ac"}}, "no customerPgpPublicKey, or no envelope"),
        ({"body": {"secureObjectType": "BINARY_FILE"}}, "no customerPgpPublicKey, or no envelope"),
        (
            {"body": {"secureObjectType": "BINARY_FILE", "payload": {"customerPgpPublicKey": "x"}}},
            "no customerPgpPublicKey, or no envelope",
        ),
    ],
)
def test_claims_that_the_body_does_not_bear_out(request_, changes, words):
    """Receipts repeat them and are signed, so whoever makes a request anew says nothing false there."""
    with pytest.raises(InputError, match=words):
        read_request(claim(request_, **changes))


@pytest.mark.parametrize("kind", list(MaterialKind))
def test_claims_of_each_type(kind):
    """Binary files have their envelope at another place."""
    made = wrap(import_object(new_material(kind, 16), name="n", object_id="1"), recipient(), signer(2048))
    assert read_request(made.to_json()) == made
    with pytest.raises(InputError, match="not the one that envelope_sha256 names"):
        read_request(claim(made, envelope_sha256="a" * 64))


@pytest.mark.parametrize("name", ["recipient", "recipient_subkey", "signer"])
@pytest.mark.parametrize("text", ["", OTHER[-16:], OTHER + "\n", OTHER.lower()])
def test_fingerprints_are_whole(request_, name, text):
    """A key id can be made to order."""
    with pytest.raises(InputError, match="it is no file of `sealwright wrap`"):
        read_request(claim(request_, **{name: text}))


@pytest.mark.parametrize(
    "text", [b"", b"{}", b"[]", b"\xff", b"[" * 100_000, b'{"format":"sealwright request 2"}']
)
def test_what_is_no_request(text):
    """Other texts."""
    with pytest.raises(InputError, match="it is no file of `sealwright wrap`"):
        read_request(text)
    with pytest.raises(InputError, match="more than 262144 bytes"):
        read_request(b" " * 300_000)
