"""Quirks: each changes what it names, and the strict reader still gets the same parameters."""

import pytest

from sealwright.simulator.device import Device
from sealwright.simulator.ublox.quirks import Quirk, as_sent
from sealwright.telemetry import read_reply

DEVICE = Device(1, 0)
HEADER = DEVICE.send().message[:16]
REPLY = DEVICE.root.reply(HEADER)
DIGITS = {"ROTPublicUID": "0002000089282245", "Key": "oCa2JO0sqs4F4L//fMScNA=="}


def test_without_quirks_nothing_changes():
    """Lists and objects inside one another stay what they are."""
    value = [{"a": [1, None, {"message": "x"}]}, REPLY]
    assert as_sent(value, ()) == value


def test_bare_uids():
    """Digits alone become the number that they are; letters stay; names of members lose their zeros."""
    told = as_sent(
        {
            **DIGITS,
            "ROTPublicUIDs": ["0002000089282245", "00020000892822ab"],
            "0002000089282256": {},
            "00020000892822ab": {},
        },
        {Quirk.BARE_UIDS},
    )
    assert told["ROTPublicUID"] == 2000089282245
    assert told["ROTPublicUIDs"] == [2000089282245, "00020000892822ab"]
    assert {"2000089282256", "00020000892822ab"} <= told.keys()


def test_base64():
    """Without padding, with stray bits, or both; texts of whole groups have no room for stray bits."""
    assert as_sent(DIGITS, {Quirk.UNPADDED_BASE64})["Key"] == "oCa2JO0sqs4F4L//fMScNA"
    assert as_sent(DIGITS, {Quirk.STRAY_BITS})["Key"] == "oCa2JO0sqs4F4L//fMScNB=="
    assert as_sent(DIGITS, {Quirk.STRAY_BITS, Quirk.UNPADDED_BASE64})["Key"] == "oCa2JO0sqs4F4L//fMScNB"
    assert as_sent({"Nonce": "BbUgA2S3/b938wAA"}, {Quirk.STRAY_BITS}) == {"Nonce": "BbUgA2S3/b938wAA"}


def test_sentences_and_certificates():
    """`Message` for `message`; line ends escaped twice."""
    assert as_sent({"message": "x"}, {Quirk.CAPITAL_MESSAGE}) == {"Message": "x"}
    pem = {"Certificate": "-----BEGIN CERTIFICATE-----\nMII\n", "Note": "a\nb"}
    assert as_sent(pem, {Quirk.ESCAPED_PEM}) == {
        "Certificate": "-----BEGIN CERTIFICATE-----\\nMII\\n",
        "Note": "a\nb",
    }


def test_fields_come_and_go():
    """KIV is younger than the others; something younger still may come."""
    assert "KIV" not in as_sent(REPLY, {Quirk.WITHOUT_KIV})
    assert "KIV" in as_sent({**REPLY, "AESIV": ""}, {Quirk.WITHOUT_KIV})
    assert as_sent({"KIV": ""}, {Quirk.WITHOUT_KIV}) == {"KIV": ""}
    assert as_sent(REPLY, {Quirk.NEW_FIELDS}).keys() - REPLY.keys() == {"AddedLater"}
    assert as_sent({"a": 1}, {Quirk.NEW_FIELDS}) == {"a": 1}


@pytest.mark.parametrize("quirk", Quirk)
def test_a_strict_reader_takes_every_one(quirk):
    """No quirk changes what a reply says."""
    read = read_reply(as_sent(REPLY, {quirk}), header=HEADER)
    plain = read_reply(REPLY, header=HEADER)
    assert read.key.matches(plain.key)
    assert (read.uid, read.nonce, read.suite) == (plain.uid, plain.nonce, plain.suite)
    assert read.irregular == ({"base64"} if quirk is Quirk.STRAY_BITS else set())
