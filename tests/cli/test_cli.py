"""The list of commands, and the help text of each.

`SEALWRIGHT_WRITE_HELP=1` writes what --help says now into tests/cli/help/, where a reviewer sees it.
"""

import os
import re
from pathlib import Path

import click
import pytest

from sealwright.cli import cli

HELP = Path(__file__).parent / "help"
COMMANDS = cli.list_commands(click.Context(cli))


def words_of(text):
    """Return a help text without what depends on the version of click: its way to break lines."""
    return re.sub(r"\s+", " ", text).strip()


@pytest.mark.parametrize("name", ["sealwright", *COMMANDS])
def test_help(sealwright, name):
    """What --help says is what has been looked at."""
    done = sealwright(*([] if name == "sealwright" else [name]), "--help")
    assert (done.code, done.err) == (0, "")
    path = HELP / f"{name}.txt"
    if os.environ.get("SEALWRIGHT_WRITE_HELP"):
        path.write_bytes(done.out)
    assert words_of(path.read_text()) == words_of(done.out.decode())


def test_every_kept_help_text_has_its_command():
    """No text stays behind when its command goes."""
    assert {path.stem for path in HELP.glob("*.txt")} == {"sealwright", *COMMANDS}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_what_the_command_does(name):
    """A command's line in the list stands without importing it, and its file knows the same name."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.name == name


def test_without_a_command_the_help_is_shown(sealwright):
    """Nothing to do is no silence."""
    done = sealwright()
    assert b"Usage: sealwright" in done.out + done.err.encode()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["opne"], "No such command 'opne'"), (["--nonsense"], "No such option")],
    ids=["command", "option"],
)
def test_what_is_not_known(sealwright, arguments, words):
    """A word that is no command or option ends with 2."""
    done = sealwright(*arguments)
    assert done.code == 2
    assert words in done.err


def test_version(sealwright):
    """--version tells the name and a number."""
    done = sealwright("--version")
    assert re.fullmatch(rb"sealwright, version \d+\.\d+\.\S+\n", done.out)


def test_the_alias_is_not_listed(sealwright):
    """`decrypt --help` is the help of `open`."""
    told = sealwright("decrypt", "--help").out
    assert told.replace(b"sealwright decrypt", b"sealwright open", 1) == sealwright("open", "--help").out
