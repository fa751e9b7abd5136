"""What both simulated services do on the command line: names in the help, warnings, new files."""

import click
import pytest

from sealwright.cli.el2g_simulate import command as el2g_simulate
from sealwright.cli.simulate_ import command as simulate
from sealwright.cli.simulating import choose
from sealwright.simulator.el2g import Slip
from sealwright.simulator.ublox import Quirk

COMMANDS = {"ublox": ("simulate",), "el2g": ("el2g", "simulate")}


@pytest.mark.parametrize(
    ("command", "option", "names"), [(simulate, "quirks", Quirk), (el2g_simulate, "slips", Slip)]
)
def test_the_help_names_all(command, option, names):
    """The help is shown without the simulator, so it says for itself what there is."""
    (words,) = [each.help for each in command.params if each.name == option]
    assert words.partition(": ")[2].partition(", or all.")[0] == ", ".join(names)


def test_choosing():
    """By name, in the order that they are given, or all of them."""
    assert choose("--quirk", ("short-keys", "bare-uids"), Quirk) == [Quirk.SHORT_KEYS, Quirk.BARE_UIDS]
    assert choose("--quirk", ("short-keys", "all"), Quirk) == list(Quirk)
    with pytest.raises(
        click.UsageError, match=r"--slip: there is no 'odd'; choose one of stray-next, .*or all"
    ):
        choose("--slip", ("text-ids", "odd"), Slip)


@pytest.mark.parametrize(("service", "option"), [("ublox", "--messages"), ("el2g", "--recipient")])
def test_an_address_that_cannot_be_had(sealwright, tmp_path, service, option):
    """It draws the warning, and no file is left that the next try would stumble over."""
    path = tmp_path / "new"
    done = sealwright(*COMMANDS[service], "--host", "256.0.0.1", option, path)
    assert (done.code, "cannot listen at 256.0.0.1" in done.err, path.exists()) == (2, True, False)
    assert "in plain HTTP: whoever knows the seed knows the credentials" in done.err


@pytest.mark.parametrize(("service", "option"), [("ublox", "--messages"), ("el2g", "--recipient")])
def test_a_file_that_is_there(sealwright, tmp_path, service, option):
    """It stays as it is, and nothing is announced."""
    path = tmp_path / "old"
    path.write_bytes(b"old")
    done = sealwright(*COMMANDS[service], option, path)
    assert (done.code, done.out, path.read_bytes()) == (2, b"", b"old")
    assert f"{option}: {path} exists already: name a new file" in done.err
