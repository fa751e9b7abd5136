"""`sealwright el2g submit`: requests that hold no key, to the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.el2g_account import El2gAccount
from sealwright.cli.options import json_option, open_input, say
from sealwright.cli.receipt_option import receipt_options

if TYPE_CHECKING:
    from sealwright.cli.receipt_option import ReceiptChoice
    from sealwright.provision.flows import Submitted

share_option = click.option(
    "--share-object-id",
    is_flag=True,
    help="Let it have the object id of another object: right where no device group gets both.",
)


@click.command("submit", params=list(El2gAccount.options()))
@click.argument("request", metavar="REQUEST", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@share_option
@receipt_options
@json_option
def command(
    request: str, *, share_object_id: bool, receipts: ReceiptChoice, as_json: bool, **account: Any
) -> None:
    """Create the secure object of REQUEST, a file of `sealwright wrap`. No key is needed, or seen.

    The account is looked through first: an object that is there already is found and not created
    again, so an interrupted run may be repeated. It is told apart by its name, type, object id and
    size; EdgeLock 2GO does not show whether it holds this very key.
    """
    from sealwright.provision import read_request
    from sealwright.provision.flows import Sender, creation_of, submit

    with open_input(request) as stream:
        wrapped = read_request(stream.read())
    creation_of(wrapped)
    with receipts.open() as record, (opened := El2gAccount(account)).open() as client:
        opened.name_sources()
        told = submit(Sender(client, record), wrapped, share_object_id=share_object_id)
    show_submitted(told, as_json=as_json)


def show_submitted(told: Submitted, *, as_json: bool) -> None:
    """Show what became of one request: its id to standard output, the rest to people."""
    if as_json:
        click.echo(told.to_json())
        return
    click.echo(told.identifier)
    say(f"{told.fate}: {told.object_type} {told.object_id} {told.name!r} is secure object {told.identifier}")
    if told.correlation:
        say(f"  status {told.status or 'lost'}, correlation id {told.correlation}")
