"""Recipients on the command line: a key, and the pin that it must have."""

from __future__ import annotations

import os
import sys
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.options import say, state_folder
from sealwright.errors import CertificateError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sealwright.provision import Pin, Recipient, UnpinnedRecipient

VARIABLE = "SEALWRIGHT_RECIPIENT_PIN"


class PinPlace:
    """Where the pin is kept: a small file that holds no secret, and that only its owner should change."""

    def __init__(self, given: str | None) -> None:
        self.path = Path(given or os.environ.get(VARIABLE) or state_folder() / "recipient.json")

    def read(self) -> Pin | None:
        """Return the pin; None where there is none. Raises InputError for a file that is none."""
        from sealwright.provision import read_pin

        try:
            return read_pin(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise InputError(f"pin: {self.path} cannot be read: {problem.strerror}") from None

    def write(self, pin: Pin) -> None:
        """Keep a pin in place of any other."""
        from sealwright.telemetry.pipeline.output import LateFile

        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with LateFile(str(self.path), private=True) as file:
            file.stream.write(pin.to_json() + b"\n")


def pin_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option that says where the pin is, and an argument `place`."""

    @click.option(
        "--pin",
        "pin_file",
        metavar="FILE",
        help=f"Where the pin is. Else {VARIABLE}, else recipient.json in the user's state folder.",
    )
    @wraps(function)
    def outer(*args: Any, pin_file: str | None, **options: Any) -> Any:
        return function(*args, place=PinPlace(pin_file), **options)

    return outer


def read_key(path: str, place: PinPlace) -> UnpinnedRecipient:
    """Read and verify a recipient's key. That the pinned one is revoked in it is remembered."""
    from sealwright.provision import read_recipient

    try:
        found = read_recipient(Path(path).read_bytes())
    except CertificateError as problem:
        remember_revocation(problem.primary, problem.revoked, place)
        raise
    except OSError as problem:
        raise InputError(f"recipient: {path} cannot be read: {problem.strerror}") from None
    remember_revocation(found.primary.fingerprint, found.revoked, place)
    return found


def remember_revocation(primary: str, revoked: Sequence[str], place: PinPlace) -> None:
    """Mark the pin where its key is revoked: a copy without the revocation would look as good as ever.

    What a stranger revokes is remembered of nobody: only the pinned primary key has a say.
    """
    from sealwright.provision import Pin

    pin = place.read() if revoked else None
    if pin is None or pin.revoked or pin.primary != primary:
        return
    if pin.primary in revoked or pin.subkey in revoked:
        place.write(Pin(pin.primary, pin.subkey, revoked=True))
        say(f"the pinned recipient is revoked, and {place.path} remembers that")


def pinned_recipient(path: str, place: PinPlace) -> Recipient:
    """Return the recipient that a key file holds, if it is the pinned one.

    Where nothing is pinned yet a person is asked, once. Raises CertificateError for another key, and
    InputError where nobody can be asked.
    """
    found = read_key(path, place)
    pin = place.read()
    if pin is None:
        pin = ask_to_pin(found, place)
    return found.pinned(pin)


def ask_to_pin(found: UnpinnedRecipient, place: PinPlace) -> Pin:
    """Show the fingerprints to a person, and pin them if these are the right ones."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise InputError(
            f"recipient: no key is pinned in {place.path}, and there is nobody to ask: pin it first with"
            " `sealwright recipient pin KEY --primary FINGERPRINT --subkey FINGERPRINT`"
        )
    for line in recipient_lines(found):
        say(line)
    if not click.confirm("Are these the fingerprints that NXP has told you?", err=True):
        raise click.Abort
    place.write(found.pin)
    say(f"pinned in {place.path}")
    return found.pin


def recipient_lines(found: UnpinnedRecipient) -> list[str]:
    """Return a recipient in words, its fingerprints in groups that can be compared."""
    names = ", ".join(found.user_ids)
    return [
        f"user id    {names}",
        f"primary    {_grouped(found.pin.primary)}",
        f"subkey     {_grouped(found.pin.subkey)}",
    ]


def _grouped(fingerprint: str) -> str:
    return " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4))
