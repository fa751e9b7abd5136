"""The gpg agent as a signer: a real one, and one that does not keep to its protocol."""

import hashlib
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from tempfile import TemporaryDirectory

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

import gnupg
from openpgp_maker import key
from sealwright.errors import SignerError
from sealwright.provision import agent, wrap
from sealwright.provision.agent import AgentSigner, keygrip
from sealwright.secret import Secret
from wrapping import MASTER, PASSPHRASE, asc, now, public, recipient

TEXT = b"what is signed"
DIGEST = hashlib.sha256(TEXT).digest()
FINGERPRINT = key("signer_4096").fingerprint.hex().upper()
BY_SUBKEY = key("owner").fingerprint.hex().upper()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Return GnuPG with a signer's locked key, and one whose subkey signs."""
    judge = gnupg.gpg_at(tmp_path_factory.mktemp("agent"))
    judge.run(
        "--pinentry-mode",
        "loopback",
        "--passphrase",
        "made for testing",
        "--import",
        stdin=asc("signers/signer_4096_locked"),
    )
    judge.take(asc("signers/signer_by_subkey_secret"), asc("signers/signer_3072_secret"))
    yield judge
    judge.stop()


@pytest.fixture
def gpg_home(home, monkeypatch):
    """Let the signer find this GnuPG, whose agent has forgotten every passphrase."""
    monkeypatch.setenv("GNUPGHOME", str(home.home))
    home.stop()
    return home


def assert_signs(signer, made):
    """Verify a signature with the key of the vectors' maker."""
    made.private.public_key().verify(signer.sign(DIGEST), TEXT, PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize("given", [FINGERPRINT, f"gpg:{FINGERPRINT.lower()}", f"0x{FINGERPRINT}"])
@pytest.mark.usefixtures("gpg_home")
def test_the_agent_signs(given):
    """By the fingerprint as people write it; again and again over one connection."""
    with AgentSigner(given, PASSPHRASE) as signer:
        assert signer.public_key.key.fingerprint == FINGERPRINT
        assert repr(signer) == f"<AgentSigner {FINGERPRINT}>"
        assert_signs(signer, key("signer_4096"))
        assert_signs(signer, key("signer_4096"))


@pytest.mark.usefixtures("gpg_home")
def test_a_subkey_signs():
    """Where the primary key only certifies."""
    with AgentSigner(BY_SUBKEY, Secret(b"")) as signer:
        assert_signs(signer, key("signer_2048"))


@pytest.mark.usefixtures("gpg_home")
def test_an_envelope_by_the_agent():
    """What it signs is verified before it leaves."""
    with AgentSigner(FINGERPRINT, PASSPHRASE) as signer:
        assert wrap(MASTER, recipient(), signer).signer == FINGERPRINT


@pytest.mark.usefixtures("gpg_home")
def test_threads_take_turns():
    """One connection, two threads."""
    with AgentSigner(FINGERPRINT, PASSPHRASE) as signer, ThreadPoolExecutor(2) as pool:
        made = list(pool.map(signer.sign, [DIGEST] * 2))
        assert made == [signer.sign(DIGEST)] * 2


def test_keygrips_are_those_of_gpg(home):
    """The agent knows keys by them."""
    listed = home.run("--with-colons", "--with-keygrip", "--list-keys").stdout.decode()
    theirs = re.findall(r"^grp:+([0-9A-F]{40}):", listed, re.MULTILINE)
    assert {keygrip(public(key(f"signer_{size}"))) for size in (2048, 3072, 4096)} <= set(theirs)


@pytest.mark.parametrize(
    ("fingerprint", "passphrase", "words"),
    [
        ("A" * 16, None, "is no fingerprint: give gpg: and its 40 hex digits"),
        ("A" * 40, None, "gpg has no key AAAA"),
        (key("signer_3072").fingerprint.hex(), None, "RSA-3072"),
        (FINGERPRINT, Secret(b"another"), "the passphrase or PIN is not that of the key"),
    ],
)
@pytest.mark.usefixtures("gpg_home")
def test_refused(fingerprint, passphrase, words):
    """Each with its own text."""
    with pytest.raises(SignerError, match=words), AgentSigner(fingerprint, passphrase) as signer:
        signer.sign(DIGEST)


def test_only_the_public_half_is_there(gpg, monkeypatch):
    """The keyring of the judge has no secret half of the signer."""
    monkeypatch.setenv("GNUPGHOME", str(gpg.home))
    with pytest.raises(
        SignerError, match=f"the secret half of {FINGERPRINT} is not there: import it, or put in the card"
    ):
        AgentSigner(FINGERPRINT)


def test_without_gpg(monkeypatch):
    """What to install is said."""
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SignerError, match="gpg is not installed: install GnuPG, or give a key file"):
        AgentSigner(FINGERPRINT)


class Played:
    """An agent that says what a test lets it say, a list of lines for each command."""

    def __init__(self, path, *answers):
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(path)
        self._server.listen()
        self.heard = []
        self._answers = list(answers)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        connection, _ = self._server.accept()
        with connection, connection.makefile("rwb") as stream:
            stream.write(b"OK ready\n")
            stream.flush()
            for line in stream:
                self.heard.append(line)
                if line.startswith((b"OPTION", b"HAVEKEY", b"SIGKEY", b"SETHASH")):
                    stream.write(b"OK\n")
                elif self._answers:
                    stream.write(self._answers.pop(0))
                else:
                    return
                stream.flush()

    def close(self):
        """Listen no more."""
        self._server.close()


@pytest.fixture
def played(monkeypatch):
    """Return a function that plays an agent and makes a signer that talks to it."""
    started = []
    with TemporaryDirectory(prefix="sw") as folder, ExitStack() as signers:

        def play(*answers, passphrase=None):
            path = f"{folder}/S.{len(started)}"
            started.append(Played(path, *answers))
            programs = {"gpg": asc("signers/signer_2048"), "gpgconf": path.encode()}
            monkeypatch.setattr(agent, "_run", lambda program, *_: programs[program])
            signer = AgentSigner(key("signer_2048").fingerprint.hex(), passphrase, clock=now)
            return signers.enter_context(signer), started[-1]

        yield play
        for each in started:
            each.close()


def expression(octets):
    """Return what an agent answers with."""
    whole = b"(7:sig-val(3:rsa(1:s%d:%s)))" % (len(octets), octets)
    return b"D " + whole.replace(b"%", b"%25").replace(b"\n", b"%0A").replace(b"\r", b"%0D") + b"\nOK\n"


def test_short_numbers_and_escapes(played):
    """A number with leading zeros, and octets that a line cannot have."""
    value = b"\x00%\n\r" + bytes(250)
    signer, _ = played(b"S PROGRESS x\n# remark\n" + expression(value))
    assert signer.sign(DIGEST) == bytes(3) + b"%\n\r" + bytes(250)


def test_what_is_inquired(played):
    """The passphrase where it is asked for; nothing else is ever given."""
    signer, heard = played(
        b"INQUIRE PINENTRY_LAUNCHED 123\n",
        b"INQUIRE PASSPHRASE\n",
        b"",
        expression(b"\x01" * 256),
        passphrase=Secret(b"a\nb%"),
    )
    assert signer.sign(DIGEST) == b"\x01" * 256
    assert heard.heard[-3:] == [b"END\n", b"D %61%0A%62%25\n", b"END\n"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"ERR 67108881 No secret key <GPG Agent>\n", "it has no such secret key"),
        (b"ERR 83886179 Operation cancelled <Pinentry>\n", "was not given"),
        (b"ERR 67109147 Something else\n", "the gpg agent: Something else"),
        (b"ERR x\n", "the gpg agent: "),
        (b"NONSENSE\n", "does not keep to its protocol"),
        (b"D (7:sig-val(3:dsa(1:r1:x)))\nOK\n", "has not answered with an RSA signature"),
        (b"D (7:sig-val(3:rsa(1:s256:short)))\nOK\n", "has not answered with an RSA signature"),
        (b"OK\n", "has not answered with an RSA signature"),
        (b"D " + b"x" * 40_000 + b"\nD " + b"x" * 40_000 + b"\n", "does not keep to its protocol"),
    ],
)
def test_answers_that_are_none(played, answer, words):
    """No signature comes of them."""
    signer, _ = played(answer)
    with pytest.raises(SignerError, match=words):
        signer.sign(DIGEST)


def test_an_agent_that_goes_away(played):
    """In the middle of a signature, and after it."""
    signer, _ = played()
    for _ in range(2):
        with pytest.raises(SignerError, match=r"the gpg agent (does not keep|has gone)"):
            signer.sign(DIGEST)


def test_an_agent_that_is_not_there(monkeypatch, tmp_path):
    """Its socket is a name and no more."""
    programs = {"gpg": asc("signers/signer_2048"), "gpgconf": str(tmp_path / "S").encode()}
    monkeypatch.setattr(agent, "_run", lambda program, *_: programs[program])
    with pytest.raises(SignerError, match="does not answer: No such file or directory"):
        AgentSigner(key("signer_2048").fingerprint.hex(), clock=now)


def test_an_agent_that_is_none(monkeypatch):
    """It hangs up before it has said a word."""
    with TemporaryDirectory(prefix="sw") as folder, socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{folder}/S")
        server.listen()
        programs = {"gpg": asc("signers/signer_2048"), "gpgconf": f"{folder}/S".encode()}
        monkeypatch.setattr(agent, "_run", lambda program, *_: programs[program])
        with ThreadPoolExecutor(1) as pool:
            called = pool.submit(server.accept)
            called.add_done_callback(lambda call: call.result()[0].close())
            with pytest.raises(SignerError, match="does not keep to its protocol, or has ended"):
                AgentSigner(key("signer_2048").fingerprint.hex(), clock=now)


def test_what_pinentry_must_know(played, monkeypatch):
    """The terminal, where there is one; nothing of it where a passphrase is given."""
    monkeypatch.setenv("GPG_TTY", "/dev/pts/7")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("DISPLAY", raising=False)
    _, heard = played()
    assert heard.heard[:2] == [b"OPTION ttyname=/dev/pts/7\n", b"OPTION ttytype=xterm\n"]
    _, heard = played(passphrase=PASSPHRASE)
    assert heard.heard[0] == b"OPTION pinentry-mode=loopback\n"


def test_programs_that_cannot_be_run(monkeypatch, tmp_path):
    """A file that is no program."""
    program = tmp_path / "gpg"
    program.write_bytes(b"\x7fnothing")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SignerError, match="gpg cannot be run: OSError"):
        AgentSigner(FINGERPRINT)
