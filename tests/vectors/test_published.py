"""Published vectors, framed as messages and run through the public API.

They are read from the folder SEALWRIGHT_PUBLISHED_VECTORS, else from `shared/vectors` beside the
repository. Where it is there, every case of our shape runs and the counts are asserted.
"""

import base64
import gzip
import hmac
import json
import os
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from sealwright.errors import MessageError, Outcome, SealError
from sealwright.telemetry import DEFAULT_LAYOUTS, open_message, open_messages, read_reply, seal_message

FOLDER = Path(
    os.environ.get("SEALWRIGHT_PUBLISHED_VECTORS", Path(__file__).parents[2].parent / "shared" / "vectors")
)

pytestmark = [
    pytest.mark.skipif(
        not FOLDER.is_dir(),
        reason=f"1,457 published cases of our shape are not run: there is no folder {FOLDER}"
        " (SEALWRIGHT_PUBLISHED_VECTORS names another)",
    ),
    pytest.mark.usefixtures("each_engine"),
]

MAC_KEY = bytes(range(16))
OVER_BODY = DEFAULT_LAYOUTS.choose("integrity=body")
OVER_IV_AND_BODY = DEFAULT_LAYOUTS.choose("v2=iv+body")


def load(path):
    """Read a JSON file of the folder, gzipped or not."""
    octets = (FOLDER / path).read_bytes()
    return json.loads(gzip.decompress(octets) if path.endswith(".gz") else octets)


def b64(octets):
    """Return base64 as the service writes it."""
    return base64.b64encode(octets).decode()


def octets_of(case, *names):
    """Return fields of hex digits as bytes."""
    return (bytes.fromhex(case[name]) for name in names)


def framed_ccm(number, case):
    """Return (header, reply, message): the case as the v1 message `1101xxxx | nonce | ciphertext | tag`."""
    key, nonce, sealed = octets_of(case, "key", "nonce", "ct")
    header = b"\x11\x01" + number.to_bytes(2) + nonce
    reply = {
        "ROTPublicUID": (b"\x00\x02" + header[2:8]).hex(),
        "MACLength": 128,
        "CipherSuite": f"AES_{8 * len(key)}_CCM",
        "Key": b64(key),
        "Nonce": b64(nonce),
    }
    return header, reply, header + sealed


def assert_ccm(cases):
    """Open the cases in one batch, and one by one; seal those that are valid."""
    framed = [framed_ccm(number, case) for number, case in enumerate(cases)]
    texts = [bytes.fromhex(case["pt"]) if case["valid"] else None for case in cases]
    batch = open_messages([message for *_, message in framed], {header: reply for header, reply, _ in framed})
    assert batch.to_list() == texts
    failed = {Outcome.of(code) for code in batch.outcome.tolist()} - {Outcome.OPENED}
    assert failed <= {Outcome.NOT_AUTHENTIC}
    for (header, reply, message), text in zip(framed, texts, strict=True):
        if text is None:
            with pytest.raises(MessageError, match="not_authentic"):
                open_message(message, reply)
        else:
            assert open_message(message, reply) == text
            assert seal_message(text, read_reply(reply, header=header)) == message


def test_ccm_cases_with_our_nonce_and_tag():
    """276 cases: 134 have no associated data and are our format; 142 have some and are not."""
    cases = load("compact/ccm_target.json.gz")["cases"]
    ours = [case for case in cases if not case["aad"]]
    assert (len(cases), len(ours), sum(case["valid"] for case in ours)) == (276, 134, 67)
    assert_ccm(ours)


def test_wycheproof_ccm():
    """552 cases: the 94 with 12-byte nonce, 16-byte tag, 128 or 256-bit key and no associated data."""
    groups = load("wycheproof/aes_ccm_test.json")["testGroups"]
    ours = [
        {
            "key": test["key"],
            "nonce": test["iv"],
            "pt": test["msg"],
            "ct": test["ct"] + test["tag"],
            "valid": test["result"] == "valid",
        }
        for group in groups
        for test in group["tests"]
        if (group["ivSize"], group["tagSize"]) == (96, 128) and group["keySize"] != 192 and not test["aad"]
    ]
    assert (sum(len(group["tests"]) for group in groups), len(ours)) == (552, 94)
    assert_ccm(ours)


def test_the_standards_own_ccm_examples_have_another_shape():
    """None of the 28 examples of SP 800-38C and RFC 3610 lacks associated data: none is our format."""
    cases = load("rfc/sp800-38c_rfc3610_ccm.json")["tests"]
    assert Counter(bool(case["aad"]) for case in cases) == {True: 28}


def framed_cs1(number, key, iv, body, mac_key=MAC_KEY):
    """Return (header, reply, message): the body as a v2 message with the MAC of the default layout."""
    header = b"\x28" + number.to_bytes(3) + bytes(6) + b"\x01\x00"
    reply = {
        "ROTPublicUID": "0002000000000000",
        "MACLength": 128,
        "CipherSuite": f"AES_{8 * len(key)}_CS1_HMAC_SHA256",
        "EncryptionKey": b64(key),
        "AuthenticationKey": b64(mac_key),
        "AESIV": b64(iv),
    }
    return header, reply, header + body + hmac.digest(mac_key, header + body, "sha256")[:16]


def test_cbc_cs1_cases():
    """1,053 cases with an HMAC by hashlib: 1,050 open and seal; three under one block are malformed."""
    cases = load("compact/cbc_cs1.json.gz")["cases"]
    valid = [case for case in cases if case["valid"]]
    assert (len(cases), len(valid)) == (1053, 1050)
    framed = [framed_cs1(number, *octets_of(case, "key", "iv", "ct")) for number, case in enumerate(valid)]
    texts = [bytes.fromhex(case["pt"]) for case in valid]
    batch = open_messages([message for *_, message in framed], {header: reply for header, reply, _ in framed})
    assert batch.to_list() == texts
    for (header, reply, message), text in zip(framed, texts, strict=True):
        assert open_message(message, reply) == text
        assert seal_message(text, read_reply(reply, header=header)) == message


def test_cbc_cs1_cases_under_one_block():
    """Three cases have 15 bytes of text: opening calls such a message malformed, sealing refuses."""
    cases = [case for case in load("compact/cbc_cs1.json.gz")["cases"] if not case["valid"]]
    assert len(cases) == 3
    for case in cases:
        key, iv, text = octets_of(case, "key", "iv", "pt")
        header, reply, message = framed_cs1(0, key, iv, text)
        with pytest.raises(MessageError, match="malformed"):
            open_message(message, reply)
        with pytest.raises(SealError, match="one block"):
            seal_message(text, read_reply(reply, header=header))


def assert_signed(cases):
    """Open (key, data, 16-byte tag, valid) as integrity messages whose MAC covers the data alone."""
    header = b"\x29" + bytes(9) + b"\x01"
    for key, data, tag, valid in cases:
        reply = {
            "ROTPublicUID": "0002000000000000",
            "MACLength": 128,
            "CipherSuite": "HMAC_SHA256",
            "AuthenticationKey": b64(_of_our_length(key)),
        }
        message = header + data + tag
        if valid:
            assert open_message(message, reply, layouts=OVER_BODY) == data
            parameters = read_reply(reply, header=header, purpose="integrity")
            assert seal_message(data, parameters, layouts=OVER_BODY) == message
        else:
            with pytest.raises(MessageError, match="not_authentic"):
                open_message(message, reply, layouts=OVER_BODY)


def _of_our_length(key):
    # RFC 2104, section 2: a key longer than 64 bytes is hashed, a shorter one is padded with zeros.
    return sha256(key).digest() if len(key) > 64 else key if len(key) in {16, 32} else key.ljust(32, b"\0")


def test_wycheproof_hmac_sha256():
    """174 cases: 87 tags of 16 bytes as they are; of 87 whole tags the left half, where it decides."""
    groups = load("wycheproof/hmac_sha256_test.json")["testGroups"]
    tests = [(group["tagSize"], test) for group in groups for test in group["tests"]]
    ours = [
        (*octets_of(test, "key", "msg"), bytes.fromhex(test["tag"])[:16], test["result"] == "valid")
        for size, test in tests
        if size == 128 or test["result"] == "valid" or not _right_half(test)
    ]
    counts = (len(tests), sum(size == 128 for size, _ in tests), len(ours), sum(case[3] for case in ours))
    assert counts == (174, 87, 166, 66)
    assert_signed(ours)


def _right_half(test):
    """Tell whether an invalid whole tag is damaged behind its left half only, which is all that we carry."""
    key, data, tag = octets_of(test, "key", "msg", "tag")
    return hmac.digest(key, data, "sha256")[:16] == tag[:16]


def test_rfc_4231():
    """Six cases, each tag cut to its left half; the case with a truncated tag is not in the file."""
    text = (FOLDER / "rfc/rfc-4231-sha256.txt").read_text()
    fields = [line.partition(" = ")[::2] for line in text.splitlines() if " = " in line]
    values = {
        name: [bytes.fromhex(value) for key, value in fields if key == name] for name in ("Key", "Msg", "MD")
    }
    cases = [(key, data, tag[:16], True) for key, data, tag in zip(*values.values(), strict=True)]
    assert len(cases) == 6
    assert_signed(cases)


def test_rfc_8009_texts():
    """Four cases in CS3 order, put in CS1 order: what follows the confounder is the text."""
    cases = load("rfc/rfc8009_aes128_cts_hmac_sha256_128.json")["tests"]
    assert len(cases) == 4
    for case in cases:
        key, mac_key, iv, sealed, text = octets_of(case, "ke", "ki", "iv", "ct_and_mac", "pt")
        body = _cs1_order(sealed[:-16])
        header, reply, _ = framed_cs1(1, key, iv, body, mac_key)
        message = header + body + hmac.digest(mac_key, iv + body, "sha256")[:16]
        assert open_message(message, reply, layouts=OVER_IV_AND_BODY)[16:] == text


def test_rfc_8009_macs():
    """The published MACs cover IV and ciphertext: as signed data all, as a v2 message where CS3 is CS1."""
    cases = load("rfc/rfc8009_aes128_cts_hmac_sha256_128.json")["tests"]
    macs = [list(octets_of(case, "ke", "ki", "iv", "ct_and_mac")) for case in cases]
    assert_signed((mac_key, iv + sealed[:-16], sealed[-16:], True) for _, mac_key, iv, sealed in macs)
    one_block = [case for case in macs if len(case[3]) == 32]
    assert len(one_block) == 1
    for key, mac_key, iv, sealed in one_block:
        header, reply, _ = framed_cs1(1, key, iv, sealed[:-16], mac_key)
        assert len(open_message(header + sealed, reply, layouts=OVER_IV_AND_BODY)) == 16


def _cs1_order(body):
    """Return a CS3 ciphertext in CS1 order: the last two blocks change places (SP 800-38A addendum)."""
    cut = len(body) % 16 or 16
    return body if len(body) == 16 else body[: -16 - cut] + body[-cut:] + body[-16 - cut : -cut]
