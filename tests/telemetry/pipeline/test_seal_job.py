"""Texts in, messages out: how rows are read and what stands behind them."""

import io
import json

import pytest

import making
from filing import json_lines
from sealwright.errors import InputError
from sealwright.telemetry import Problem, Sealed
from sealwright.telemetry.pipeline.seal_job import TEXT_FORMS, SealOptions, run

UID = making.UID.hex()


class Sealer:
    """Seals by reversing, and keeps what it was asked."""

    def __init__(self):
        self.asked = []

    def seal(self, messages):
        """Seal some."""
        self.asked.append(list(messages))
        return [
            Sealed(text[::-1], b"kiv") if text else Sealed(None, problem=Problem.NO_SETS)
            for _, text in messages
        ]


def seal(tmp_path, content, **options):
    """Return what becomes of a file, the summary, and what was sealed."""
    sealer = Sealer()
    out = tmp_path / "out"
    summary = run(io.BytesIO(content), sealer, str(out), SealOptions(**options))
    return out.read_bytes(), summary, sealer.asked


def test_rows_and_their_columns(tmp_path):
    """A row's own text, and four columns behind it."""
    row = {"rot_public_uid": UID, "plaintext": "0001", "n": 7}
    out, summary, asked = seal(tmp_path, json_lines(row))
    assert json.loads(out) == row | {"payload": "0100", "kiv": b"kiv".hex(), "repeat": False, "problem": None}
    assert asked == [[(making.UID, b"\0\1")]]
    assert (summary.rows, summary.sealed, summary.repeats, summary.problems) == (1, 1, 0, {})


def test_many_rows(tmp_path):
    """A thousand at a time, in order."""
    rows = [{"rot_public_uid": UID, "plaintext": f"{n:04x}"} for n in range(2500)]
    out, summary, asked = seal(tmp_path, json_lines(*rows))
    assert [len(part) for part in asked] == [1024, 1024, 452]
    assert [json.loads(line)["plaintext"] for line in out.splitlines()] == [row["plaintext"] for row in rows]
    assert summary.sealed == 2500


def test_an_empty_file(tmp_path):
    """Gives an empty file."""
    out, summary, _ = seal(tmp_path, b"")
    assert (out, summary.rows) == (b"", 0)


@pytest.mark.parametrize(
    ("form", "value", "text"),
    [
        ("hex", "", b""),
        ("hex", "00fF", b"\0\xff"),
        ("hex", "0", None),
        ("hex", 7, None),
        ("base64", "AP8=", b"\0\xff"),
        ("base64", "!", None),
        ("base64", {}, None),
        ("utf8", "ä", "ä".encode()),
        ("utf8", ["a"], None),
        ("json", {"a": [1, None]}, b'{"a":[1,null]}'),
        ("json", "a", b'"a"'),
    ],
)
def test_texts(form, value, text):
    """As `open` writes them."""
    if text is None:
        with pytest.raises(ValueError, match="not"):
            TEXT_FORMS[form](value)
    else:
        assert TEXT_FORMS[form](value) == text


def test_columns_by_path_and_a_prefix(tmp_path):
    """A dotted path goes down in JSON; the added columns may have a prefix."""
    row = {"device": {"uid": UID}, "payload": {"text": "hello"}}
    options = {"uid_column": "device.uid", "column": "payload.text", "plaintext": "utf8", "prefix": "sealed_"}
    out, _, asked = seal(tmp_path, json_lines(row), **options)
    assert asked == [[(making.UID, b"hello")]]
    assert list(json.loads(out)) == [*row, "sealed_payload", "sealed_kiv", "sealed_repeat", "sealed_problem"]


def test_problems_are_counted(tmp_path):
    """By word, and with what more is known."""
    rows = [
        {"rot_public_uid": UID, "plaintext": ""},
        {"rot_public_uid": "?", "plaintext": "00"},
        {"rot_public_uid": UID},
    ]
    out, summary, _ = seal(tmp_path, json_lines(*rows))
    assert [json.loads(line)["problem"] for line in out.splitlines()] == [
        "no_sets",
        "uid_malformed",
        "no_text",
    ]
    assert summary.problems == {"no_sets": 1, "uid_malformed": 1, "no_text": 1}
    assert summary.details[Problem.NO_SETS.explanation] == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (json_lines({"plaintext": "00"}), "has a column 'rot_public_uid': choose .* out of: plaintext"),
        (json_lines({"rot_public_uid": UID}), "has a column 'plaintext'"),
        (b"nonsense\n", r"out of: \(there are none\)"),
        (
            json_lines(*[{"rot_public_uid": UID, "plaintext": "00"}] * 1500, {"kiv": 1}),
            "before row 1,502: there are columns named kiv already",
        ),
    ],
    ids=["no device", "no text", "no JSON", "a taken column later"],
)
def test_input_errors(tmp_path, content, words):
    """And no output is left."""
    with pytest.raises(InputError, match=words):
        seal(tmp_path, content)
    assert not list(tmp_path.iterdir())


def test_csv(tmp_path):
    """Rows with too few fields have neither device nor text."""
    out, _, asked = seal(tmp_path, f"rot_public_uid,plaintext\n{UID},00\n{UID}\n".encode(), format="csv")
    assert asked == [[(making.UID, b"\0")]]
    assert out.splitlines()[2] == f"{UID},,,,false,uid_malformed".encode()
    with pytest.raises(InputError, match="there is no column 'device'"):
        seal(tmp_path, b"plaintext\n00\n", format="csv", uid_column="device")
