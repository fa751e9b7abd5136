"""What is wrapped, to whom and by whom: the options of every command that encrypts key material."""

from __future__ import annotations

from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from sealwright.cli.material_file import read_material
from sealwright.cli.options import say
from sealwright.cli.recipient_option import PinPlace, pin_option, pinned_recipient
from sealwright.cli.secret_option import SecretChoice, secret_options
from sealwright.cli.signer_option import signer_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.provision import ImportObject, Recipient, Signer

name_option = click.option("--name", help="What the object is to be called.")
oid_option = click.option(
    "--oid", metavar="HEX", help="Its object id, 1 to 8 hex digits; best 83000000 to 8300FFFF."
)
key_size_option = click.option(
    "--key-size", metavar="SIZE", help="Checked against KEY: AES128, AES256, or bytes of an HMAC key."
)


def read_object(
    key: str,
    name: str | None,
    oid: str | None,
    object_type: str | None,
    key_size: str | None,
    passphrase: SecretChoice,
    *,
    raw: bool,
) -> ImportObject:
    """Return the object that a file of material and options make."""
    from sealwright.provision import ImportType, import_object

    if name is None or oid is None:
        raise click.UsageError("--name and --oid: the object needs both")
    kind = ImportType(object_type).kind if object_type else None
    material = read_material(key, kind, passphrase, raw=raw)
    return import_object(material, name=name, object_id=oid, object_type=object_type, key_size=key_size)


def say_hints(object_id: str) -> None:
    """Say what is unusual about an object id, as the calls of `el2g` do."""
    from sealwright.provision import object_id_hints

    for hint in object_id_hints(object_id):
        say(f"hint: {hint}")


class Wrapping(NamedTuple):
    """How material is wrapped."""

    recipient: str
    place: PinPlace
    signer: str
    passphrase: SecretChoice
    cipher: str
    compress: bool

    @contextmanager
    def open(self) -> Iterator[tuple[Recipient, Signer]]:
        """Yield the pinned recipient and the unlocked signer, and say who they are."""
        to = pinned_recipient(self.recipient, self.place)
        with signer_at(self.signer, self.passphrase) as by:
            say(f"to {to.user_ids[0]} {to.primary.fingerprint}, signed by {by.public_key.key.fingerprint}")
            yield to, by


def wrap_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say how material is wrapped, and an argument `wrapping`."""

    @click.option("--recipient", required=True, metavar="FILE", help="PGP public key of EdgeLock 2GO.")
    @pin_option
    @click.option("--signer", required=True, metavar="SIGNER", help="A key file, or gpg:FINGERPRINT.")
    @secret_options("signer-passphrase", "Passphrase of SIGNER")
    @click.option(
        "--cipher",
        type=click.Choice(["AES256", "AES192", "AES128"]),
        default="AES256",
        show_default=True,
        help="Of the envelope.",
    )
    @click.option("--compress", is_flag=True, help="Compress with ZLIB before encrypting.")
    @wraps(function)
    def outer(
        *args: Any,
        recipient: str,
        place: PinPlace,
        signer: str,
        signer_passphrase: SecretChoice,
        cipher: str,
        compress: bool,
        **options: Any,
    ) -> Any:
        wrapping = Wrapping(recipient, place, signer, signer_passphrase, cipher, compress)
        return function(*args, wrapping=wrapping, **options)

    return outer
