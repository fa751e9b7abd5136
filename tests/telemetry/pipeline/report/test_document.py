"""A report's file: read strictly, or refused with words."""

import msgspec
import pytest

from reported import made_report
from sealwright.errors import InputError
from sealwright.telemetry.pipeline.report import document
from sealwright.telemetry.pipeline.report.document import read_report


def test_there_and_back():
    """What is written is read, and is the same."""
    report = made_report()
    assert read_report(report.encode(), "x") == report


def test_fields_of_a_later_version_are_passed_over():
    """The format's number counts up only where a field goes or changes."""
    told = msgspec.json.decode(made_report().encode()) | {"unheard_of": 1}
    assert read_report(msgspec.json.encode(told), "x").rows == 100


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"", "it is not JSON"),
        (b"\xff", "it is not JSON"),
        (b"[" * 200_000, "Expected `object`"),
        (b'{"a":' * 200_000, "it is not JSON"),
        (b"{}", "missing required field"),
        (b"[]", "Expected `object`"),
        (made_report(rows="many").encode(), r"Expected `int`, got `str` - at `\$.rows`"),
        (made_report(format="sealwright report 9").encode(), "says 'sealwright report 9', and this"),
    ],
)
def test_what_is_no_report(octets, words):
    """It is named, and what to do is said."""
    with pytest.raises(InputError, match=f"^report: x .*{words}.*: (name the file|show it with)"):
        read_report(octets, "x")


def test_what_is_too_long(monkeypatch):
    """It is not looked at."""
    monkeypatch.setattr(document, "MOST_BYTES", 10)
    with pytest.raises(InputError, match="longer than any report"):
        read_report(made_report().encode(), "x")
