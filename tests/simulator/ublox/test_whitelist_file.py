"""The CSV file for the whitelist: done whole or not at all."""

import json

import pytest

from sealwright.simulator.ublox import UbloxSimulator
from simulating import ask, call

PATH = "/device/whitelist/add"
SAMPLE = "Id,Type,Action\r\n00020001003ffff,ROTPublicUID,ADD\r\n"


def upload(simulator, text, content_type="application/octet-stream"):
    """Send a file and return the status and the message."""
    raw = text if isinstance(text, bytes) else text.encode()
    answered = ask(simulator, PATH, raw, content_type=content_type)
    return answered.status, json.loads(answered.body)["message"]


@pytest.mark.parametrize(
    "content_type", ["application/octet-stream", "Application/Octet-Stream; charset=utf-8"]
)
def test_the_documents_sample_row(content_type):
    """Its UID has 15 digits: a zero in front makes it one of 16."""
    simulator = UbloxSimulator()
    assert upload(simulator, SAMPLE, content_type) == (200, "Success")
    rows = call(simulator, "/device/whitelist/get")["DeviceWhitelist"]
    assert rows == [{"Id": "000020001003ffff", "Type": "ROTPublicUID"}]


def test_rows_add_and_delete_in_order():
    """Empty lines do not matter, nor does the last line's end."""
    simulator = UbloxSimulator()
    text = "Id,Type,Action\n00020001003FFFF1,ROTPublicUID,ADD\n\n00020001003ffff2,ROTPublicUID,ADD\n"
    assert upload(simulator, text + "00020001003ffff1,ROTPublicUID,DELETE")[0] == 200
    assert list(simulator.account.devices.whitelist) == ["00020001003ffff2"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not CSV with a header row"),
        (b"\xff\xfe", "not CSV with a header row"),
        ('Id,Type,Action\n"x', "not CSV with a header row"),
        ("00020001003ffff1,ROTPublicUID,ADD\n", "The header row must be Id,Type,Action"),
        ("Id,Type,Action\n00020001003ffff1,IMEI,ADD\n", "Row 2 must be a ROTPublicUID"),
        ("Id,Type,Action\n00020001003ffff1,ROTPublicUID,KEEP\n", "Row 2 must be a ROTPublicUID"),
        ("Id,Type,Action\n00020001003ffff1,ROTPublicUID\n", "Row 2 must be a ROTPublicUID"),
        (SAMPLE + "zz,ROTPublicUID,ADD\n", "Row 3: Invalid ROTPublicUID"),
    ],
)
def test_files_that_are_refused(text, words):
    """400 that names the row; nothing of the file is done."""
    simulator = UbloxSimulator()
    status, message = upload(simulator, text)
    assert status == 400
    assert words in message
    assert simulator.account.devices.whitelist == {}
