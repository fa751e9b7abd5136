"""A file's messages, read once for all who want them."""

import io

import pytest

from filing import json_lines, signed, v1, v2
from sealwright.errors import InputError
from sealwright.telemetry import Messages
from sealwright.telemetry.pipeline.input import Input, Options, claimed_headers

PAYLOADS = [v1(0).hex(), v1(1).hex(), "zz", v2().hex(), v1(0).hex(), signed().hex(), v1(2)[:20].hex()]
ROWS = json_lines(*({"n": n, "payload": payload} for n, payload in enumerate(PAYLOADS)), {"payload": None})
CSV = "n,payload\n" + "".join(f"{n},{payload}\n" for n, payload in enumerate([*PAYLOADS, ""]))
LINES = "".join(payload + "\n" for payload in [*PAYLOADS, "?"])


def read(content, **options):
    """Return the messages of a file, empty where there is none."""
    given = Input.of(io.BytesIO(content), Options(**options), ())
    parts = [Messages.of(part) for part in given.messages()]
    return [message or b"" for part in parts for message in part.to_list()]


@pytest.mark.parametrize(
    ("content", "format_"), [(ROWS, "jsonl"), (CSV.encode(), "csv"), (LINES.encode(), "lines")]
)
def test_every_row_has_its_place(content, format_):
    """Whatever the format, and with nothing where there is no message."""
    expected = [b"" if payload == "zz" else bytes.fromhex(payload) for payload in PAYLOADS]
    assert read(content, format=format_) == [*expected, b""]


def test_headers_of_a_file():
    """Each once, in the order of first sight, with what cannot be read counted."""
    claimed = claimed_headers(io.BytesIO(ROWS), Options())
    assert claimed.headers().kind.tolist() == [1, 1, 2, 3]
    assert (claimed.messages, claimed.formed) == (8, 5)


def test_a_column_of_the_record_is_no_matter_where_nothing_is_added():
    """Headers are read out of what `open` has written as well."""
    rows = json_lines({"outcome": "opened", "payload": v1().hex()})
    assert claimed_headers(io.BytesIO(rows), Options()).formed == 1
    with pytest.raises(InputError, match="outcome already"):
        Input.of(io.BytesIO(rows), Options(), Options().added)


def test_a_file_without_the_column():
    """It is an error, and says which columns there are."""
    with pytest.raises(InputError, match="--column out of: text"):
        claimed_headers(io.BytesIO(json_lines({"text": "ab"})), Options())
