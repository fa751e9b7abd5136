"""Every length against libcrypto, in both directions: two implementations that share nothing agree.

The published vectors miss faults of long texts: the carry of CCM's counter past one byte (4,080
bytes) and two (1,048,560), a length written in 16 bits (65,535). Those borders are here.
"""

from hashlib import shake_256

import pytest

import frames
from sealwright.secret import Secret
from sealwright.telemetry import Direction, Parameters, Purpose, Suite, open_messages, seal_each

pytestmark = pytest.mark.usefixtures("each_engine")

LENGTHS = (*range(1101), 4080, 4081, 65_535, 65_536, 1_048_560, 1_048_577)
STREAM = shake_256(b"texts of the differential tests").digest(max(LENGTHS))
KEY_BITS = (128, 256)

v1 = pytest.mark.parametrize("bits", KEY_BITS)
ways = pytest.mark.parametrize("one_key", [True, False], ids=["one-key", "own-keys"])


def drawn(label, count):
    """Return bytes that follow from a label."""
    return shake_256(f"differential/{label}".encode()).digest(count)


def parameters(suite, header, key=b"", mac_key=b"", nonce=b""):
    """Return parameters for an uplink header of the device 0002000000000007."""
    return Parameters(
        direction=Direction.UPLINK,
        purpose=Purpose.INTEGRITY if suite is Suite.HMAC_SHA256 else Purpose.PROTECTION,
        suite=suite,
        uid=bytes.fromhex("0002000000000007"),
        header=header,
        key=Secret(key),
        mac_key=Secret(mac_key),
        nonce=nonce,
        kiv=b"",
    )


def ccm_set(number, bits, *, one_key):
    """Return (header, key, nonce) of message `number`: under one key for all, or a key of its own."""
    label = f"ccm/{bits}" if one_key else f"ccm/{bits}/{number}"
    header = bytes.fromhex("1101000000000007") + drawn(label, 6) + number.to_bytes(2)
    return header, drawn(f"{label}/key", bits // 8), header[4:]


def cs1_set(number, bits, *, one_key):
    """Return (header, key, MAC key, IV) of message `number`."""
    label = f"cs1/{bits}" if one_key else f"cs1/{bits}/{number}"
    header = b"\x28" + number.to_bytes(3) + bytes.fromhex("0000000000070100")
    keys = drawn(f"{label}/key", bits // 8), drawn(f"{label}/mac key", bits // 8)
    return header, *keys, drawn(f"cs1/{bits}/{number}/iv", 16)


def damaged(message):
    """Return a message with one bit of its tag flipped."""
    return message[:-1] + bytes([message[-1] ^ 0x80])


def differences(messages, source):
    """Open what libcrypto sealed, in one batch: the lengths of the texts that came out otherwise.

    A second batch holds each message once more with a damaged tag: none of these may open.
    """
    texts = [STREAM[:length] for length in messages]
    sealed = list(messages.values())
    found = open_messages(sealed, source).to_list()
    wrong = [length for length, text, out in zip(messages, texts, found, strict=True) if out != text]
    mixed = [message for each in sealed for message in (damaged(each), each)]
    found = open_messages(mixed, source).to_list()
    wrong += [length for length, out in zip(messages, found[::2], strict=True) if out is not None]
    return wrong + [
        length for length, text, out in zip(messages, texts, found[1::2], strict=True) if out != text
    ]


@v1
@ways
def test_ccm_sealed_by_libcrypto_opens_here(bits, one_key):
    """1,107 lengths in one batch, under one key (taken together) and under as many (taken alone)."""
    suite = Suite(f"AES_{bits}_CCM")
    messages, source = {}, {}
    for number, length in enumerate(LENGTHS):
        header, key, nonce = ccm_set(number, bits, one_key=one_key)
        messages[length] = frames.seal_v1(header, STREAM[:length], key, nonce)
        if not (one_key and number):  # one line for the one key: the other counters take the shortcut
            source[header] = parameters(suite, header, key, nonce=nonce)
    assert differences(messages, source) == []


@v1
@ways
def test_ccm_sealed_here_opens_in_libcrypto(bits, one_key):
    """1,107 lengths in one batch: the bytes are those that libcrypto seals, and it opens them."""
    suite, texts = Suite(f"AES_{bits}_CCM"), [STREAM[:length] for length in LENGTHS]
    sets = [ccm_set(number, bits, one_key=one_key) for number in range(len(LENGTHS))]
    sealed = seal_each(texts, [parameters(suite, header, key, nonce=nonce) for header, key, nonce in sets])
    wrong = [
        len(text)
        for text, message, (header, key, nonce) in zip(texts, sealed.to_list(), sets, strict=True)
        if message != frames.seal_v1(header, text, key, nonce) or frames.open_v1(message, key, nonce) != text
    ]
    assert wrong == []


@v1
@ways
def test_cs1_sealed_by_libcrypto_opens_here(bits, one_key):
    """1,091 lengths from one block up, under one pair of keys and under as many."""
    suite = Suite(f"AES_{bits}_CS1_HMAC_SHA256")
    messages, source = {}, {}
    for number, length in enumerate(LENGTHS[16:]):
        header, key, mac_key, iv = cs1_set(number, bits, one_key=one_key)
        messages[length] = frames.seal_v2(header, STREAM[:length], key, mac_key, iv)
        source[header] = parameters(suite, header, key, mac_key, iv)
    assert differences(messages, source) == []


@v1
@ways
def test_cs1_sealed_here_opens_in_libcrypto(bits, one_key):
    """1,091 lengths in one batch: the bytes are those that libcrypto seals, and it opens them."""
    suite, texts = Suite(f"AES_{bits}_CS1_HMAC_SHA256"), [STREAM[:length] for length in LENGTHS[16:]]
    sets = [cs1_set(number, bits, one_key=one_key) for number in range(len(texts))]
    sealed = seal_each(texts, [parameters(suite, header, *keys) for header, *keys in sets])
    wrong = [
        len(text)
        for text, message, (header, *keys) in zip(texts, sealed.to_list(), sets, strict=True)
        if message != frames.seal_v2(header, text, *keys) or frames.open_v2(message, *keys) != text
    ]
    assert wrong == []


@v1
def test_signed_messages_agree_both_ways(bits):
    """1,107 lengths of signed data under keys of 128 and 256 bits."""
    messages, source = {}, {}
    for number, length in enumerate(LENGTHS):
        header = b"\x29" + number.to_bytes(3) + bytes.fromhex("00000000000701")
        mac_key = drawn(f"integrity/{bits}/{number}", bits // 8)
        source[header] = parameters(Suite.HMAC_SHA256, header, mac_key=mac_key)
        messages[length] = frames.sign(header, STREAM[:length], mac_key)
        assert frames.verify(messages[length], mac_key) == STREAM[:length]
    sealed = seal_each([STREAM[:length] for length in LENGTHS], list(source.values())).to_list()
    wrong = [
        length
        for length, message, there in zip(LENGTHS, sealed, messages.values(), strict=True)
        if message != there
    ]
    assert wrong + differences(messages, source) == []


def test_libcrypto_goes_on_after_a_bad_tag():
    """A bad tag does not spoil the messages after it: OpenSSL 3.0's CCM context would."""
    header, key, nonce = ccm_set(0, 128, one_key=True)
    good = frames.seal_v1(header, b"text", key, nonce)
    assert frames.open_v1(damaged(good), key, nonce) is None
    assert frames.open_v1(good, key, nonce) == b"text"
