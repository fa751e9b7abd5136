"""Messages as gpg reads them: every size, cipher and compression that section 12 allows."""

import itertools

import pytest

from openpgp_maker import key
from sealwright.provision._openpgp.armor import armor
from sealwright.provision._openpgp.cipher import CIPHERS
from sealwright.provision._openpgp.message import write_message
from sealwright.secret import Secret
from wrapping import now, public, signer, small_subkey

PAYLOADS = [b"00", bytes(range(32)).hex().encode(), bytes(500).hex().encode()]
RECIPIENTS = {2048: small_subkey(2048), 3072: small_subkey(3072), 4096: key("owner_subkey")}
NUMBERS = {"AES256": 9, "AES192": 8, "AES128": 7}


def write(payload, recipient, by, cipher="AES256", *, compress=False):
    """Return a message of ours."""
    return write_message(
        Secret(payload),
        recipient=public(recipient),
        signer=by.public_key.key,
        sign=by.sign,
        cipher=CIPHERS[cipher],
        compress=compress,
        now=now(),
    ).message


@pytest.mark.parametrize(
    ("to", "by", "cipher", "compress"),
    list(itertools.product(RECIPIENTS, (2048, 4096), NUMBERS, (False, True))),
)
def test_gpg_agrees(gpg, to, by, cipher, compress):
    """It decrypts to the payload, the signature is valid, and the algorithms are those asked for."""
    payload = PAYLOADS[(to // 1024 + by // 1024 + compress) % len(PAYLOADS)]
    own = signer(by)
    message = write(payload, RECIPIENTS[to], own, cipher, compress=compress)
    told = gpg.judge(armor("MESSAGE", message).encode())
    assert told.payload == payload
    assert told.signed_by == own.public_key.key.fingerprint
    assert (told.cipher, told.digest, told.compression) == (NUMBERS[cipher], 8, 2 if compress else 0)
    assert told.kinds == [1, 18, *([8] if compress else []), 4, 11, 2]
    assert f"DECRYPTION_INFO 2 {NUMBERS[cipher]} 0\n" in told.status  # with a code, and no AEAD
    assert "mode b" in told.packets


@pytest.mark.parametrize("payload", PAYLOADS, ids=len)
def test_short_and_long_payloads(gpg, payload):
    """From one byte to the longest file."""
    told = gpg.judge(armor("MESSAGE", write(payload, key("owner_subkey"), signer())).encode())
    assert (told.payload, told.signed_by != "") == (payload, True)


def test_every_message_has_its_own_session_key():
    """The same payload twice: other octets behind the names of the keys."""
    one, two = (write(b"00", key("owner_subkey"), signer(2048)) for _ in range(2))
    assert one != two
    assert one[:12] == two[:12]


def test_no_text_in_the_clear():
    """Neither the payload nor what announces the signature can be seen."""
    payload = PAYLOADS[1]
    message = write(payload, key("owner_subkey"), signer(2048))
    assert payload not in message
    assert message.count(signer(2048).public_key.key.key_id) == 0
