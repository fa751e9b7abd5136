"""CBC-CS1 and HMAC: the MAC first, the cipher after it, and both as libcrypto has them."""

import pytest

import libcrypto
from recipe import draw, flip
from sealwright.errors import Outcome
from sealwright.telemetry import open_message, open_messages
from sealwright.telemetry.opening.portable import signed
from telemetry.opening.opening_samples import books, outcomes, sample, with_every_flip

CHICKEN = b"I would like the General Gau's Chicken, please, and wonton soup."


@pytest.fixture(name="aes_calls")
def counted_aes(monkeypatch):
    """Count what AES is asked to decrypt, through the very object that the engine uses."""
    calls = []
    make = signed._block_cipher

    class Counted:
        def __init__(self, key):
            self.aes = make(key)

        def update(self, octets):
            calls.append(len(octets))
            return self.aes.update(octets)

    monkeypatch.setattr(signed, "_block_cipher", Counted)
    return calls


def test_aes_never_meets_a_message_whose_mac_fails(monkeypatch, aes_calls):
    """Of all bit flips of a message the genuine one alone is decrypted: its blocks, and no others."""
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "portable")
    each = sample("v2", "mac first", bytes(40))
    batch = open_messages(with_every_flip(each.message), each.book)
    assert batch.counts()[Outcome.OPENED] == 1
    assert sum(aes_calls) == 48


def test_a_forged_batch_costs_no_aes_at_all(monkeypatch, aes_calls):
    """Without a right MAC no AES runs, whatever the length of the body says."""
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "portable")
    each = sample("v2", "forged")
    forged = [each.message[:28] + bytes(extra) for extra in range(16, 100)]
    assert set(outcomes(open_messages(forged, each.book))) == {Outcome.NOT_AUTHENTIC}
    assert aes_calls == []


def test_a_wrong_length_and_a_wrong_mac_are_one_outcome_and_text():
    """A message that was cut is not told from one whose MAC was changed."""
    each = sample("v2", "one word")
    batch = open_messages([each.message[:-1], each.message + b"\0", flip(each.message, -1)], each.book)
    assert set(outcomes(batch)) == {Outcome.NOT_AUTHENTIC}
    assert not batch.reason.any()


def test_the_mac_is_compared_whole():
    """Fifteen right bytes of sixteen are not enough, at any place."""
    for kind in ("v2", "integrity"):
        each = sample(kind, f"whole/{kind}")
        forged = [flip(each.message, -at) for at in range(1, 17)]
        assert not list(open_messages(forged, each.book).opened())


@pytest.mark.parametrize("bits", [128, 256])
@pytest.mark.parametrize("kind", ["v2", "integrity"])
def test_every_length_to_300_opens(kind, bits):
    """Each length around the block borders."""
    lengths = range(16 if kind == "v2" else 0, 301)
    there = [sample(kind, f"{kind}/{n}", draw(f"{kind}/{n}", n), bits=bits) for n in lengths]
    batch = open_messages([each.message for each in there], books(there))
    assert batch.to_list() == [each.text for each in there]


@pytest.mark.parametrize(
    ("length", "body"),
    [
        (17, "97c6353568f2bf8cb4d8a580362da7ff7f"),
        (31, "97687268d6ecccc0c07b25e25ecfe5fc00783e0efdb2c1d445d4c8eff7ed22"),
        (32, "97687268d6ecccc0c07b25e25ecfe58439312523a78662d5be7fcbcc98ebf5a8"),
    ],
)
def test_the_known_answers_of_rfc_3962(length, body):
    """RFC 3962's texts, their last two blocks in the order of CS1; whole blocks are plain CBC."""
    cipher = signed._block_cipher(b"chicken teriyaki")
    assert signed._decrypt_cs1(cipher, bytes(16), bytes.fromhex(body)) == CHICKEN[:length]
    assert libcrypto.seal_cs1(b"chicken teriyaki", bytes(16), CHICKEN[:length]).hex() == body


def test_many_keys_open_in_one_batch():
    """More keys than the engine keeps ciphers for."""
    there = [sample("v2", f"keys/{n}", draw(f"{n}", 20), bits=(128, 256)[n % 2]) for n in range(1_100)]
    batch = open_messages([each.message for each in there * 2], books(there))
    assert batch.to_list() == [each.text for each in there] * 2


def test_a_reply_without_kiv_opens():
    """KIV may be absent where the layout does not cover it."""
    each = sample("v2", "no kiv")
    assert open_message(each.message, {k: v for k, v in each.line.items() if k != "KIV"}) == each.text
