"""Secrets come from files, commands and the environment, and errors name the place, never the value."""

import sys

import click
import pytest

from sealwright.cli.secret_options import SecretOption, find_secret
from sealwright.errors import CredentialsError

WANTED = SecretOption("pass-word", "the password", ("TEST_PASSWORD", "OTHER_PASSWORD"))


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch):
    for name in WANTED.variables:
        monkeypatch.delenv(name, raising=False)


def _find(**options):
    return find_secret(WANTED, {"pass_word_file": None, "pass_word_command": None, **options})


def _file(folder, octets, mode=0o600):
    path = folder / "secret"
    path.write_bytes(octets)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("octets", "value"), [(b"marker\n", b"marker"), (b"marker\r\n", b"marker"), (b" mar ker", b" mar ker")]
)
def test_files(tmp_path, capsys, octets, value):
    """One line end behind the secret is no part of it; everything else is."""
    path = _file(tmp_path, octets)
    found = _find(pass_word_file=str(path))
    assert (found.secret.reveal(), found.source) == (value, f"the password from {path}")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_files_that_others_can_read(tmp_path, capsys, mode):
    """A secret that others can read draws a warning that says what to do."""
    path = _file(tmp_path, b"marker", mode)
    _find(pass_word_file=str(path))
    said = capsys.readouterr().err
    assert f"chmod 600 {path}" in said
    assert "marker" not in said


def test_commands():
    """What a command writes is the secret; it runs without a shell."""
    command = f"{sys.executable} -c \"print('mark' + 'er')\""
    found = _find(pass_word_command=command)
    assert (found.secret.reveal(), found.source) == (b"marker", "the password from --pass-word-command")
    assert _find(pass_word_command="echo $HOME; true").secret.reveal() == b"$HOME; true"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("false", "the password: --pass-word-command has ended with exit code 1"),
        ("true", "the password: --pass-word-command gives 0 bytes: a secret has 1 to"),
        ("/no/such/command", "the password: --pass-word-command cannot be run: No such file"),
        ("echo 'marker", "the password: --pass-word-command cannot be run: it is no command line"),
        ("", "the password: --pass-word-command cannot be run"),
    ],
)
def test_commands_that_fail(command, words):
    """A command that fails, or says nothing, is an error that names the option."""
    with pytest.raises(CredentialsError, match=words) as caught:
        _find(pass_word_command=command)
    assert "marker" not in str(caught.value)


def test_an_empty_file(tmp_path):
    """A file with nothing in it is an error that names it."""
    with pytest.raises(CredentialsError, match="secret gives 0 bytes"):
        _find(pass_word_file=str(_file(tmp_path, b"\n")))


def test_the_environment(monkeypatch):
    """Variables come last, the first of them first; an empty one is none."""
    assert _find() is None
    monkeypatch.setenv("OTHER_PASSWORD", "second")
    monkeypatch.setenv("TEST_PASSWORD", "")
    assert _find().source == "the password from OTHER_PASSWORD"
    monkeypatch.setenv("TEST_PASSWORD", "first")
    assert _find().secret.reveal() == b"first"
    assert _find(pass_word_command="echo third").secret.reveal() == b"third"


def test_two_places(tmp_path):
    """Who names two places is asked which."""
    with pytest.raises(click.UsageError, match="one of --pass-word-file and --pass-word-command"):
        _find(pass_word_file=str(_file(tmp_path, b"x")), pass_word_command="true")


def test_what_is_missing():
    """The words for a missing secret name every place."""
    assert WANTED.missing == (
        "the password is missing: "
        "give one of --pass-word-file, --pass-word-command, TEST_PASSWORD, OTHER_PASSWORD"
    )
