"""Secrets on the command line: by a file, a command or the environment, and quiet about themselves."""

import click
import pytest
from click.testing import CliRunner

from sealwright.cli.secret_option import SecretChoice, secret_options
from sealwright.errors import InputError


@click.command()
@secret_options("api-key", "Key of the API", "TEST_API_KEY", "OLD_API_KEY")
@click.option("--loud", is_flag=True)
def command(api_key, loud):
    """Show what was given."""
    secret = api_key.read()
    click.echo(f"{loud} {api_key.source!r} {secret and secret.reveal().decode()}")


def run(*arguments, **environment):
    """Return what the command says."""
    return CliRunner().invoke(command, [*arguments], env=environment)


@pytest.fixture
def file(tmp_path):
    """Return a file with a secret that only its owner can read."""
    path = tmp_path / "secret"
    path.write_bytes(b"the secret\n")
    path.chmod(0o600)
    return path


def test_by_a_file(file):
    """Without its line end."""
    assert run("--api-key-file", str(file)).output == f"False '--api-key-file {file}' the secret\n"
    file.write_bytes(b" spaces stay \r\n")
    assert run("--api-key-file", str(file), "--loud").output.endswith("'  spaces stay \n")


def test_by_a_command(file):
    """What it prints; no shell is between."""
    done = run("--api-key-command", f"cat '{file}'")
    assert done.output == "False '--api-key-command' the secret\n"
    assert (
        run("--api-key-command", "echo $HOME; echo b").output == "False '--api-key-command' $HOME; echo b\n"
    )


def test_by_the_environment(file):
    """The first variable that is set, and an option goes before all."""
    assert run(OLD_API_KEY="old").output == "False 'OLD_API_KEY' old\n"
    assert run(OLD_API_KEY="old", TEST_API_KEY="new").output == "False 'TEST_API_KEY' new\n"
    assert run("--api-key-file", str(file), TEST_API_KEY="new").output.endswith("the secret\n")


def test_none_is_given():
    """That is no error until it is needed."""
    assert run().output == "False '' None\n"
    choice = SecretChoice("api-key", None, None, ("NO_SUCH_VARIABLE",))
    assert choice.read() is None
    with pytest.raises(
        InputError, match="none is given: use --api-key-file, --api-key-command or NO_SUCH_VARIABLE"
    ):
        choice.require()


def test_both_are_given(file):
    """One is enough."""
    done = run("--api-key-file", str(file), "--api-key-command", "true")
    assert (done.exit_code, "--api-key-file and --api-key-command: give one of them" in done.output) == (
        2,
        True,
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"file": "/no/such/file"}, "/no/such/file cannot be read: No such file or directory"),
        ({"file": "/"}, "/ cannot be read: Is a directory"),
        ({"command": "/no/such/program"}, "--api-key-command cannot be run: No such file or directory"),
        ({"command": "echo 'open quote"}, "--api-key-command cannot be run: it is no command line"),
        ({"command": " "}, "--api-key-command cannot be run: it is no command line"),
        ({"command": "sh -c 'echo hush; exit 3'"}, "--api-key-command has ended with exit code 3"),
        ({"command": "true"}, "--api-key-command gives 0 bytes: a secret has 1 to 65536"),
        ({"file": "/dev/zero"}, "gives 65537 bytes: a secret has 1 to 65536"),
    ],
)
def test_secrets_that_cannot_be_had(options, words):
    """Each says what is wrong, and nothing of the secret."""
    choice = SecretChoice("api-key", options.get("file"), options.get("command"), ())
    with pytest.raises(InputError) as caught:
        choice.read()
    assert words in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_file_that_others_can_read(file):
    """A warning of one line, as for key files."""
    file.chmod(0o644)
    done = run("--api-key-file", str(file))
    assert f"warning: {file} can be read by others than its owner: chmod 600 {file}\n" in done.output


def test_what_is_asked_for_on_a_terminal(terminal, monkeypatch):
    """Only where nothing is given and a person is there."""
    choice = SecretChoice("api-key", None, None, ("NO_SUCH_VARIABLE",))
    with pytest.raises(InputError, match="none is given"):
        choice.ask("Key", twice=False)
    terminal("typed")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert choice.ask("Key", twice=False).reveal() == b"typed"


def test_its_repr_shows_no_secret(monkeypatch):
    """It holds where to look and not what is there."""
    monkeypatch.setenv("TEST_API_KEY", "the secret")
    choice = SecretChoice("api-key", None, None, ("TEST_API_KEY",))
    assert "the secret" not in repr(choice)
    assert choice.require().reveal() == b"the secret"


@click.command()
@secret_options("passphrase", "Passphrase")
def without_variable(passphrase):
    """Show what was given."""
    secret = passphrase.read()
    click.echo(f"{passphrase.source!r} {secret and secret.reveal().decode()}")


def test_by_a_descriptor(file):
    """A passphrase, which no variable may hold, can come by a pipe; it is left open for its owner."""
    with file.open("rb") as given:
        number = str(given.fileno())
        done = CliRunner().invoke(without_variable, ["--passphrase-fd", number])
        assert done.output == f"'--passphrase-fd {number}' the secret\n"
        assert not given.closed
        done = CliRunner().invoke(
            without_variable, ["--passphrase-fd", number, "--passphrase-file", str(file)]
        )
        assert "--passphrase-fd and another way: give one of them" in done.output


def test_descriptors_that_are_none():
    """It is said which, and how else a passphrase is given."""
    with pytest.raises(InputError, match="--passphrase-fd 999 cannot be read: Bad file descriptor"):
        SecretChoice("passphrase", None, None, (), 999).read()
    with pytest.raises(InputError, match="use --passphrase-file, --passphrase-command or --passphrase-fd"):
        SecretChoice("passphrase", None, None, ()).require()
    assert "--passphrase-fd" not in CliRunner().invoke(command, ["--help"]).output
