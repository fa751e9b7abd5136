"""The whitelist as a CSV file: written and read as the document describes it."""

import pytest

from sealwright.errors import RequestError
from sealwright.services.ublox import Entry, read_whitelist, write_whitelist

UID = "00020001003fffff"


def test_there_and_back():
    """What is written has the document's header and rows, and reads the same."""
    entries = [Entry(UID, "ADD"), Entry(UID.upper(), "DELETE")]
    body = write_whitelist(entries)
    assert body == f"Id,Type,Action\n{UID},ROTPublicUID,ADD\n{UID.upper()},ROTPublicUID,DELETE\n".encode()
    assert list(read_whitelist(body)) == entries


@pytest.mark.parametrize(
    "change", [lambda body: body.replace(b"\n", b"\r\n"), lambda body: b"\xef\xbb\xbf" + body]
)
def test_files_of_spreadsheets(change):
    """Line ends of Windows, a byte order mark and empty lines are read over."""
    body = write_whitelist([Entry(UID, "ADD")]) + b"\n"
    assert list(read_whitelist(change(body))) == [Entry(UID, "ADD")]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "row 1 must be Id,Type,Action"),
        (b"Id,Type\n", "row 1 must be Id,Type,Action"),
        (b"Id,Type,Action\n00020001003ffff,ROTPublicUID,ADD\n", "row 2, Id, must be 16 hex digits"),
        (b"Id,Type,Action\n00020001003fffff,IMEI,ADD\n", "row 2, Type, must be ROTPublicUID"),
        (b"Id,Type,Action\n00020001003fffff,ROTPublicUID,add\n", "row 2, Action, must be ADD or DELETE"),
        (b"Id,Type,Action\n00020001003fffff,ROTPublicUID\n", "row 2 must have 3 columns"),
        (b'Id,Type,Action\n"00020001003fffff"x,ROTPublicUID,ADD\n', "is not CSV in UTF-8"),
        (b"Id,Type,Action\n\xff,ROTPublicUID,ADD\n", "is not CSV in UTF-8"),
    ],
)
def test_wrong_rows(body, words):
    """A wrong row is named by its number."""
    with pytest.raises(RequestError, match=words):
        list(read_whitelist(body))


def test_wrong_entries():
    """An entry that the service would not take is not written."""
    with pytest.raises(RequestError, match="row 3, Id,"):
        write_whitelist([Entry(UID, "ADD"), Entry("22", "ADD")])
