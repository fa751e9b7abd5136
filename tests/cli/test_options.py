"""Options that several commands have."""

import io
import sys

import click
import pytest

from filing import key_file
from sealwright.cli.open_ import allowance, byte_count
from sealwright.cli.options import choose_layouts, open_input, read_keys
from sealwright.errors import InputError


@pytest.mark.parametrize(
    ("text", "size"), [("1", 1), ("16M", 2**24), ("2k", 2048), ("1G", 2**30), ("1024G", 2**40)]
)
def test_byte_counts(text, size):
    """A number of bytes, with K, M or G behind it or not."""
    assert byte_count(text) == size


@pytest.mark.parametrize("text", ["", "M", "-1", "1.5M", "16 M", "1T", "0", "1025G", "\u0661", "9" * 5000])
def test_what_is_no_byte_count(text):
    """Anything else is refused with an example."""
    with pytest.raises(click.BadParameter, match="16M is one"):
        byte_count(text)


@pytest.mark.parametrize(
    ("text", "number", "share"), [("0", 0, False), ("17", 17, False), ("2%", 2, True), ("0.5%", 0.5, True)]
)
def test_allowances(text, number, share):
    """A number of messages or a share of them."""
    assert allowance(text) == (number, share)


@pytest.mark.parametrize("text", ["", "%", "-1", "1.5", "1/2%", "inf%", "nan%", "1e3", "1_000", "5%%", " 5"])
def test_what_is_no_allowance(text):
    """Anything else is refused."""
    with pytest.raises(click.BadParameter, match="neither a number of messages nor a share"):
        allowance(text)


def test_layouts():
    """Choices add up; what is not named stays as it is."""
    layouts = choose_layouts(("v2=iv+body", "integrity=body,any-uid"))
    assert (layouts.v1.name, layouts.v2.name, layouts.integrity.name) == ("ccm", "iv+body", "body")
    assert not layouts.integrity.check_uid
    with pytest.raises(InputError, match="choose one of"):
        choose_layouts(("v3=body",))


def test_a_quiet_key_file_says_nothing(tmp_path, capsys):
    """A key file of its owner's alone draws no warning."""
    assert len(read_keys(str(key_file(tmp_path)))) == 4
    assert capsys.readouterr().err == ""


def test_a_key_file_for_all_draws_one_line(tmp_path, capsys):
    """One that others can read draws one, however often it is read."""
    path = key_file(tmp_path)
    path.chmod(0o640)
    for _ in range(2):
        read_keys(str(path))
        told = capsys.readouterr().err
        assert told.startswith(f"warning: key file {path} can be read by others")
        assert told.count("\n") == 1


def test_inputs(tmp_path, monkeypatch):
    """A file by its name, standard input by `-`."""
    (tmp_path / "file").write_bytes(b"in the file")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"from standard input")))
    with open_input(str(tmp_path / "file")) as stream:
        assert stream.read() == b"in the file"
    assert open_input("-").read() == b"from standard input"
