"""`sealwright el2g uid`: device UIDs in both of their forms."""

from __future__ import annotations

import click

from sealwright.cli.options import json_option, open_input, show_json
from sealwright.errors import InputError


@click.group("uid")
def command() -> None:
    """Device UIDs in both of their forms; asks no service."""


@command.command("show")
@click.argument("uids", nargs=-1, required=True, metavar="UID|@FILE|-...")
@json_option
def show(uids: tuple[str, ...], as_json: bool) -> None:
    """Show device UIDs as hex digits and as the decimal number that EL2G answers.

    A UID is given in either form. @FILE and - (standard input) hold one a line, or what
    `sscli se05x uid` writes.
    """
    from sealwright.services.el2g import uid_hex

    numbers = read_uids(uids)
    rows = [{"hex": uid_hex(number), "decimal": str(number)} for number in numbers]
    if as_json:
        show_json(rows)
        return
    for row in rows:
        click.echo(f"{row['hex']}  {row['decimal']}")


def read_uids(given: tuple[str, ...]) -> list[int]:
    """Return the UIDs that were given, and those in files: @FILE, or - for standard input."""
    from sealwright.services.el2g import device_uid, uids_in

    numbers = []
    for each in given:
        if each.startswith("@") or each == "-":
            numbers += uids_in(_read(each.removeprefix("@")))
        else:
            numbers.append(device_uid(each))
    return numbers


def _read(path: str) -> str:
    try:
        with open_input(path) as stream:
            return stream.read().decode()
    except UnicodeDecodeError:
        raise InputError(f"{path}: not text in UTF-8") from None
