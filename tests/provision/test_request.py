"""REQUEST.json: complete, without a key, and noticed when it is changed."""

import hashlib
import json

import pytest

from recipe_provision import PAYLOAD
from sealwright.errors import InputError
from sealwright.provision import import_object, wrap
from sealwright.provision.material import MaterialKind, new_material
from sealwright.provision.request import read_request
from wrapping import MASTER, recipient, signer


@pytest.fixture(scope="module")
def request_():
    """Return the request of a master key."""
    return wrap(MASTER, recipient(), signer(2048))


def test_what_stands_in_it(request_):
    """The body as it is sent, with its digests and fingerprints, and the key check values."""
    told = json.loads(request_.to_json())
    assert (told["method"], told["path"]) == ("POST", "/rtp/secure-objects")
    body = json.dumps(told["body"], separators=(",", ":"), ensure_ascii=False).encode()
    assert body == request_.octets
    assert told["sha256"] == hashlib.sha256(body).hexdigest()
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


@pytest.mark.parametrize(
    "change", [{"name": "other"}, {"objectId": "83000001"}, {"keySize": "AES128"}, {"more": 1}]
)
def test_changed_bodies(request_, change):
    """Whatever is changed in the body, the digest tells."""
    told = json.loads(request_.to_json())
    told["body"] |= change
    with pytest.raises(InputError, match="its body is not the one that its digest names"):
        read_request(json.dumps(told).encode())


@pytest.mark.parametrize(
    "text", [b"", b"{}", b"[]", b"\xff", b"[" * 100_000, b'{"format":"sealwright request 2"}']
)
def test_what_is_no_request(text):
    """Other texts."""
    with pytest.raises(InputError, match="it is no file of `sealwright wrap`"):
        read_request(text)
    with pytest.raises(InputError, match="more than 262144 bytes"):
        read_request(b" " * 300_000)
