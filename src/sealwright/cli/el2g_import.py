"""`sealwright el2g import-key` and `import-binary`: wrap and submit in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.el2g_account import El2gAccount
from sealwright.cli.el2g_sender import sender_for
from sealwright.cli.el2g_submit import share_option, show_submitted
from sealwright.cli.material_file import check_lines, raw_option, words_for
from sealwright.cli.options import json_option, say
from sealwright.cli.receipt_option import receipt_options
from sealwright.cli.secret_option import secret_options
from sealwright.cli.wrap_option import (
    key_size_option,
    name_option,
    oid_option,
    read_object,
    say_hints,
    wrap_options,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.cli.receipt_option import ReceiptChoice
    from sealwright.cli.secret_option import SecretChoice
    from sealwright.cli.wrap_option import Wrapping
    from sealwright.provision import ImportObject

_KEYS = ["MASTER_KEY", "HMAC_KEY", "OEM_FW_DECRYPT_KEY"]
_key = click.argument("key", metavar="KEY", type=click.Path(exists=True, dir_okay=False, allow_dash=True))


def _options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what both have: the material, how it is wrapped, and the receipts."""
    for option in (
        json_option,
        receipt_options,
        share_option,
        wrap_options,
        secret_options("passphrase", "Passphrase of KEY, where it is a material file"),
        raw_option,
    ):
        function = option(function)
    return function


@click.command("import-key", params=list(El2gAccount.options()))
@_key
@name_option
@oid_option
@click.option("--type", "object_type", type=click.Choice(_KEYS, case_sensitive=False), help="Of the object.")
@key_size_option
@_options
def key_command(
    key: str,
    *,
    name: str | None,
    oid: str | None,
    object_type: str | None,
    key_size: str | None,
    raw: bool,
    passphrase: SecretChoice,
    **more: Any,
) -> None:
    """Wrap KEY, a material file, or hex text with --type, and create its secure object.

    This is `wrap` and `el2g submit` in one, for whoever may do both. Receipts are signed by SIGNER
    unless --receipt-signer is given. The same name again is found, whatever key it holds.
    """
    wanted = read_object(key, name, oid, object_type, key_size, passphrase, raw=raw)
    if wanted.type == "BINARY_FILE":
        raise click.UsageError("KEY holds a binary: use `el2g import-binary`")
    _import(wanted, **more)


@click.command("import-binary", params=list(El2gAccount.options()))
@_key
@name_option
@oid_option
@_options
def binary_command(
    key: str, *, name: str | None, oid: str | None, raw: bool, passphrase: SecretChoice, **more: Any
) -> None:
    """Wrap KEY, a confidential binary of at most 500 bytes, and create its secure object.

    KEY is a material file, or hex text, or with --raw the bytes themselves. This is `wrap` and `el2g
    submit` in one. Receipts are signed by SIGNER unless --receipt-signer is given.
    """
    _import(read_object(key, name, oid, "BINARY_FILE", None, passphrase, raw=raw), **more)


def _import(
    wanted: ImportObject,
    *,
    wrapping: Wrapping,
    share_object_id: bool,
    receipts: ReceiptChoice,
    as_json: bool,
    **account: Any,
) -> None:
    from sealwright.provision import wrap
    from sealwright.provision.flows import submit

    with wrapping.open() as (to, by), sender_for(receipts, account, by) as sender:
        request = wrap(wanted, to, by, cipher=wrapping.cipher, compress=wrapping.compress)
        say_hints(wanted.object_id)
        say(f"{wanted.type} {wanted.object_id}, {words_for(wanted.material)}")
        for line in check_lines(wanted.material):
            say(line)
        told = submit(sender, request, share_object_id=share_object_id)
    show_submitted(told, as_json=as_json)
