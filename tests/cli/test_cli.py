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


def _commands(group, *names):
    """Yield the words of every command, each group's before those in it."""
    for name in group.list_commands(click.Context(group)):
        yield *names, name
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from _commands(command, *names, name)


COMMANDS = list(_commands(cli))


def words_of(text):
    """Return a help text without what depends on the version of click: its way to break lines."""
    return re.sub(r"\s+", " ", text).strip()


@pytest.mark.parametrize("words", [(), *COMMANDS], ids=" ".join)
def test_help(sealwright, words):
    """What --help says is what has been looked at."""
    done = sealwright(*words, "--help")
    assert (done.code, done.err) == (0, "")
    path = HELP / f"{'-'.join(words) or 'sealwright'}.txt"
    if os.environ.get("SEALWRIGHT_WRITE_HELP"):
        path.write_bytes(done.out)
    assert words_of(path.read_text()) == words_of(done.out.decode())


def test_every_kept_help_text_has_its_command():
    """No text stays behind when its command goes."""
    assert {path.stem for path in HELP.glob("*.txt")} == {"sealwright", *map("-".join, COMMANDS)}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_list_says_what_the_command_does(words):
    """A command's line in the list stands without importing it, and its file knows the same name."""
    command = cli
    for word in words:
        command = command.get_command(click.Context(command), word)
    assert command.name == words[-1]


def test_without_a_command_the_help_is_shown(sealwright):
    """Nothing to do is no silence."""
    for words in ([], ["keys"]):
        done = sealwright(*words)
        assert b"Usage: sealwright" in done.out + done.err.encode()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["opne"], "No such command 'opne'"),
        (["--nonsense"], "No such option"),
        (["keys", "lits"], "No such command 'lits'"),
    ],
    ids=["command", "option", "in a group"],
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


@pytest.mark.parametrize(("alias", "name"), [("decrypt", "open"), ("encrypt", "seal")])
def test_aliases_are_not_listed(sealwright, alias, name):
    """`decrypt --help` is the help of `open`, `encrypt --help` that of `seal`."""
    told = sealwright(alias, "--help").out
    said = sealwright(name, "--help").out
    assert told.replace(f"sealwright {alias}".encode(), f"sealwright {name}".encode(), 1) == said
    assert f"\n  {alias}".encode() not in sealwright("--help").out


@pytest.mark.parametrize(("name", "verbs"), [("open", "Decrypt and verify"), ("seal", "Encrypt and sign")])
def test_help_begins_with_the_verbs(sealwright, name, verbs):
    """What the command does stands first."""
    said = sealwright(name, "--help").out.decode()
    assert said.split("\n\n")[1].strip().startswith(verbs)
