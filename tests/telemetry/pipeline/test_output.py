"""Outputs appear when they are complete, and what cannot be written is told before any work."""

import os
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from filing import names_in
from sealwright.errors import InputError
from sealwright.telemetry.pipeline.output import LateFile, check_output, same_place

NOBODY = 65534


@contextmanager
def nobody(*places):
    """Own these places and be nobody within the block: root may write anywhere, and nobody may not.

    Who is not root already is left as they are.
    """
    if os.geteuid():
        yield
        return
    try:
        for place in places:
            os.chown(place, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, 0)  # 0 is kept, to come back to
    except OSError as problem:
        pytest.skip(f"there is no other user in this namespace: {problem}")
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


def write(path, content=b"new"):
    """Write a whole output."""
    with LateFile(str(path)) as file:
        file.stream.write(content)


def break_off(path, error):
    """Write half an output."""
    with LateFile(str(path)) as file:
        file.stream.write(b"half")
        raise error


def fill_the_disk(path):
    """Write a whole output to a disk that turns out to be full when the last bytes reach it."""
    with LateFile(str(path)) as file:
        os.dup2(os.open("/dev/full", os.O_WRONLY), file.stream.fileno())
        file.stream.write(b"whole")


def test_an_output_appears_at_the_end(tmp_path):
    """While it is written the place is empty; then it is whole, and nothing is left beside it."""
    out = tmp_path / "out.jsonl"
    with LateFile(str(out)) as file:
        file.stream.write(b"whole")
        file.stream.flush()
        assert not out.exists()
    assert out.read_bytes() == b"whole"
    assert names_in(tmp_path) == ["out.jsonl"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_error_leaves_the_place_as_it_was(tmp_path, error):
    """What was there stays there, and what was written is gone."""
    out = tmp_path / "out.jsonl"
    out.write_bytes(b"old")
    with pytest.raises(error):
        break_off(out, error)
    assert out.read_bytes() == b"old"
    assert names_in(tmp_path) == ["out.jsonl"]


def test_a_full_disk_leaves_nothing(tmp_path):
    """An error at the very end, when the last bytes reach the disk, removes them too."""
    with pytest.raises(OSError, match="No space left"):
        fill_the_disk(tmp_path / "out")
    assert names_in(tmp_path) == []


def test_a_name_as_long_as_names_may_be(tmp_path):
    """The unfinished output has a short name of its own, so 255 bytes are allowed."""
    out = tmp_path / ("ü" * 127)
    check_output(str(out), (), force=False)
    write(out)
    assert out.read_bytes() == b"new"


def test_a_link_keeps_its_place(tmp_path):
    """What a link points at is written, and the link stays."""
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_a_replaced_file_keeps_its_permissions(tmp_path, mode):
    """A file that only its owner could read is not opened to others."""
    out = tmp_path / "out"
    out.touch()
    out.chmod(mode)
    write(out)
    assert stat.S_IMODE(out.stat().st_mode) == mode


def test_a_device_is_written_as_it_is():
    """/dev/null is neither replaced nor in need of --force."""
    check_output("/dev/null", (), force=False)
    write("/dev/null")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_pipe_is_written_as_it_is(tmp_path):
    """A named pipe carries the output to its reader."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    check_output(str(pipe), (), force=False)
    write(pipe, b"through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)


def test_standard_output_is_not_closed(capfdbinary):
    """`-` is standard output, which is flushed and stays open."""
    check_output("-", ("-",), force=False)
    write("-", b"to standard output")
    assert capfdbinary.readouterr().out == b"to standard output"


@pytest.fixture
def house(tmp_path):
    """Make a folder in which every mistake can be made."""
    (tmp_path / "input").write_bytes(b"input")
    (tmp_path / "there").write_bytes(b"there")
    (tmp_path / "folder").mkdir()
    (tmp_path / "to input").symlink_to("input")
    (tmp_path / "same").hardlink_to(tmp_path / "input")
    (tmp_path / "to folder").symlink_to("folder")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "force", "words"),
    [
        ("there", False, "exists already: choose another name, or --force to replace it"),
        ("folder", True, "is a folder: name a file in it"),
        ("to folder", True, "is a folder"),
        ("input", True, "is an input too: choose another name"),
        ("to input", True, "is an input too"),
        ("same", True, "is an input too"),
        ("folder/../input", True, "is an input too"),
        ("missing/out", False, "there is no folder .*missing: make it first"),
        ("there/out", False, "there is no folder .*there: make it first"),
        ("x" * 256, False, "cannot be written: File name too long"),
        ("ü" * 128, False, "cannot be written: File name too long"),
        ("a\0b", False, "is no name for a file"),
    ],
    ids=[
        "exists",
        "a folder",
        "a link to a folder",
        "the input",
        "a link to the input",
        "another name of the input",
        "the input by another way",
        "no such folder",
        "a file for a folder",
        "a long name",
        "a name long in bytes",
        "a NUL",
    ],
)
def test_what_cannot_or_must_not_be_written(house, name, force, words):
    """Each mistake has a text that names the output, and what to do."""
    with pytest.raises(InputError, match=f"^output: .*{words}"):
        check_output(str(house / name), ("-", str(house / "input")), force=force)


def test_a_name_that_is_no_text(house):
    """A name with foreign bytes is a name like any other."""
    check_output(os.fsdecode(os.fsencode(house) + b"/\xff\xfe"), (), force=False)


@pytest.mark.parametrize("force", [False, True], ids=["new", "force"])
def test_what_may_be_written(house, force):
    """A new name may be written, and with --force one that exists."""
    check_output(str(house / ("there" if force else "new")), (str(house / "input"),), force=force)


@pytest.mark.parametrize(
    ("name", "folder_mode", "file_mode", "words"),
    [
        ("new", 0o700, 0o600, None),
        ("there", 0o700, 0o600, None),
        ("new", 0o500, 0o600, "is not writable: look at the permissions"),
        ("there", 0o500, 0o600, "is not writable: look at the permissions"),
        ("there", 0o700, 0o400, "is not writable: look at the permissions"),
        ("new", 0o600, 0o600, "cannot be written: Permission denied"),
    ],
)
def test_permissions(name, folder_mode, file_mode, words):
    """They are looked at before any work: those of the folder, and those of a file that is replaced."""
    # Not in tmp_path, whose folders belong to the user of the run alone.
    with tempfile.TemporaryDirectory() as folder:
        place, there = Path(folder), Path(folder) / "there"
        there.touch()
        there.chmod(file_mode)
        with nobody(place, there):
            place.chmod(folder_mode)
            try:
                problem = _problem(place / name)
            finally:
                place.chmod(0o700)
        assert words in problem if words else problem is None


def _problem(path):
    try:
        check_output(str(path), (), force=True)
    except InputError as problem:
        return str(problem)
    return None


@pytest.mark.parametrize(
    ("path", "other", "same"),
    [
        ("-", "-", True),
        ("-", "out", False),
        ("out", "-", False),
        ("out", "./out", True),
        ("out", "folder/../out", True),
        ("out", "rejects", False),
        ("input", "to input", True),
    ],
)
def test_two_outputs_may_not_be_one(house, monkeypatch, path, other, same):
    """Two names of one place are known for what they are."""
    monkeypatch.chdir(house)
    assert same_place(path, other) is same
