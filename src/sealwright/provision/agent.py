"""A signer whose secret key never leaves the gpg agent, or the smart card behind it.

The agent signs digests itself: SIGKEY names the key by its keygrip, SETHASH gives the digest and
PKSIGN signs (GnuPG manual, "Agent's Assuan Protocol"). The lines are those of Assuan.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import unquote_to_bytes

from sealwright.errors import SignerError
from sealwright.provision.signer import read_signer_key
from sealwright.secret import quiet

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.provision._openpgp.keys import PublicKey
    from sealwright.provision.signer import SignerKey
    from sealwright.secret import Secret

GPG: Final = "gpg:"
"""What stands before the fingerprint of a key of the agent, where key files can be named too."""

_FINGERPRINT: Final = re.compile(r"[0-9A-F]{40}")
_SIGNATURE: Final = re.compile(rb"\(7:sig-val\(3:rsa\(1:s(\d{1,4}):")
_SECONDS: Final = 600
"""How long the agent may take: somebody may be looking for the card."""

_LONGEST: Final = 64 * 1024
_HINTS: Final = {
    11: "the passphrase or PIN is not that of the key",
    17: "it has no such secret key: look at `gpg --list-secret-keys --with-keygrip`, and put in the card",
    99: "the passphrase or PIN was not given",
}
"""By libgpg-error's number: its own words are terse."""


class AgentSigner:
    """Signs with the RSA key of this fingerprint that the user's gpg agent or smart card holds.

    With a passphrase the agent asks nobody (loopback); without one its own pinentry asks the user.
    Raises SignerError where gpg, the key or its secret half are not there, and for all that
    `read_signer_key` refuses.
    """

    def __init__(
        self, fingerprint: str, passphrase: Secret | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        wanted = _read_fingerprint(fingerprint)
        exported = exported_key(wanted)
        self._agent = agent = _Agent(passphrase)
        try:
            self._public = read_signer_key(
                exported, clock=clock, held=lambda key: agent.holds(keygrip(key)), wanted=wanted
            )
        except BaseException:
            agent.close()
            raise
        self._grip = keygrip(self._public.key)

    @property
    def public_key(self) -> SignerKey:
        """The public half."""
        return self._public

    def sign(self, digest: bytes) -> bytes:
        """Let the agent sign a digest; one at a time."""
        return self._agent.sign(self._grip, digest).rjust(self._public.key.modulus_octets, b"\0")

    def close(self) -> None:
        """End the connection to the agent."""
        self._agent.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<AgentSigner {self._public.key.fingerprint}>"


def exported_key(fingerprint: str) -> bytes:
    """Return the public key of this fingerprint as gpg exports it. Raises SignerError."""
    wanted = _read_fingerprint(fingerprint)
    exported = _run("gpg", "--batch", "--no-tty", "--export", wanted)
    if not exported:
        raise SignerError(f"signer: gpg has no key {wanted}: look at `gpg --list-keys --with-fingerprint`")
    return exported


def _read_fingerprint(text: str) -> str:
    wanted = "".join(text.split()).removeprefix(GPG).removeprefix("0x").upper()
    if not _FINGERPRINT.fullmatch(wanted):
        raise SignerError(f"signer: {text!r} is no fingerprint: give gpg: and its 40 hex digits")
    return wanted


def keygrip(key: PublicKey) -> str:
    """Return the name that the agent has for an RSA key: the SHA-1 of its modulus, as a signed number."""
    assert key.rsa is not None  # noqa: S101  # only RSA keys are asked for
    modulus = key.rsa.public_numbers().n
    octets = modulus.to_bytes(modulus.bit_length() // 8 + 1)
    return hashlib.sha1(octets, usedforsecurity=False).hexdigest().upper()


def _run(program: str, *arguments: str) -> bytes:
    """Run one of GnuPG's programs and return what it writes."""
    try:
        done = subprocess.run([program, *arguments], capture_output=True, check=False, timeout=_SECONDS)  # noqa: S603
    except FileNotFoundError:
        raise SignerError(f"signer: {program} is not installed: install GnuPG, or give a key file") from None
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise SignerError(f"signer: {program} cannot be run: {type(problem).__name__}") from None
    return done.stdout


class _Agent:
    """A connection to the user's gpg agent, shared by threads one at a time."""

    def __init__(self, passphrase: Secret | None) -> None:
        self._passphrase = passphrase
        self._lock = threading.Lock()
        _run("gpgconf", "--launch", "gpg-agent")
        path = _run("gpgconf", "--list-dirs", "agent-socket").strip()
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(_SECONDS)
        try:
            self._socket.connect(unquote_to_bytes(path))
        except OSError as problem:
            self._socket.close()
            raise SignerError(
                f"signer: the gpg agent does not answer: {problem.strerror}: try `gpgconf --launch gpg-agent`"
            ) from None
        self._lines = self._socket.makefile("rb")
        try:
            self._answer()
            for option in self._options():
                self._ask(f"OPTION {option}")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._socket.close()

    def _options(self) -> list[str]:
        """Return what the agent must know to ask the user, or that it must not."""
        if self._passphrase is not None:
            return ["pinentry-mode=loopback"]
        terminal = os.environ.get("GPG_TTY") or (os.ttyname(0) if sys.stdin.isatty() else "")
        known = {"ttyname": terminal, "ttytype": os.environ.get("TERM"), "display": os.environ.get("DISPLAY")}
        return [f"{name}={value}" for name, value in known.items() if value]

    def holds(self, grip: str) -> bool:
        """Tell whether it has this secret key, or knows the card that has."""
        with self._lock:
            try:
                self._ask(f"HAVEKEY {grip}")
            except SignerError:
                return False
            return True

    def sign(self, grip: str, digest: bytes) -> bytes:
        """Return the number that the agent signs a SHA-256 digest to."""
        with self._lock:
            self._ask(f"SIGKEY {grip}")
            self._ask(f"SETHASH --hash=sha256 {digest.hex()}")
            expression = self._ask("PKSIGN")
        found = _SIGNATURE.match(expression)
        value = expression[found.end() : found.end() + int(found[1])] if found else b""
        if not found or len(value) != int(found[1]):
            raise SignerError("signer: the gpg agent has not answered with an RSA signature")
        return value.lstrip(b"\0")

    def _ask(self, command: str) -> bytes:
        try:
            self._socket.sendall(command.encode() + b"\n")
            return self._answer()
        except OSError as problem:
            raise SignerError(
                f"signer: the gpg agent has gone: {type(problem).__name__}: try again"
            ) from None

    @quiet
    def _answer(self) -> bytes:
        """Return the data up to the agent's OK, and answer what it inquires. Raises SignerError."""
        data = bytearray()
        while len(data) <= _LONGEST:
            word, _, rest = self._lines.readline(_LONGEST).removesuffix(b"\n").partition(b" ")
            if word == b"OK":
                return bytes(data)
            if word == b"D":
                data += unquote_to_bytes(rest)
            elif word == b"INQUIRE":
                self._inquired(rest)
            elif word == b"ERR":
                raise SignerError(f"signer: the gpg agent: {_words(rest)}")
            elif word not in {b"S", b"#"}:
                break
        raise SignerError("signer: the gpg agent does not keep to its protocol, or has ended: try again")

    def _inquired(self, what: bytes) -> None:
        """Answer with the passphrase where that is asked for, and with nothing where anything else is."""
        reply = b"END\n"
        if what.startswith(b"PASSPHRASE") and self._passphrase is not None:
            text = self._passphrase.reveal()
            reply = b"D " + b"".join(b"%%%02X" % octet for octet in text) + b"\nEND\n"
        self._socket.sendall(reply)


def _words(rest: bytes) -> str:
    number, _, text = rest.decode(errors="replace").partition(" ")
    code = int(number) & 0xFFFF if number.isdigit() else 0
    return _HINTS.get(code, text if text.isprintable() else "an error")
