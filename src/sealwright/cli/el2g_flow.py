"""`sealwright el2g flow`: the flows of the document, each as one command."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.answers import SOME_FAILED, show_table
from sealwright.cli.el2g_account import El2gAccount
from sealwright.cli.el2g_uid import read_uids
from sealwright.cli.options import open_input, say, several
from sealwright.cli.receipt_option import receipt_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.cli.receipt_option import ReceiptChoice
    from sealwright.provision.flows import Sender, Shown, Step

_dry_option = click.option(
    "--dry-run", is_flag=True, help="Read what there is, and show each request that would be sent now."
)


@click.group("flow")
def command() -> None:
    """Run a whole flow of the document (AN12642, sections 4.1 and 4.2).

    What is there already is found by its name and left as it is, so a flow that was interrupted is run
    again from its beginning. Everything that can be found wrong is found before anything is sent.
    """


@command.command("secure-object", params=list(El2gAccount.options()))
@click.argument("request", metavar="REQUEST", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--nc12", required=True, metavar="12NC", help="The product that the devices are of.")
@click.option("--group", required=True, metavar="NAME", help="The name of the device group.")
@click.option(
    "--device", "devices", multiple=True, metavar="UID|@FILE|-", help="A device UID, or a file of them."
)
@_dry_option
@receipt_options
def secure_object(
    request: str,
    *,
    nc12: str,
    group: str,
    devices: tuple[str, ...],
    dry_run: bool,
    receipts: ReceiptChoice,
    **account: Any,
) -> None:
    """Bring a secure object to devices: group, devices, object, assignment (section 4.1).

    REQUEST is a file of `sealwright wrap`, or for what needs no envelope (a key pair, a certificate, a
    public key) the JSON body of its creation. Exit code 3: some devices could not be added.
    """
    from sealwright.provision.flows import SecureObjectFlow, read_object_request

    with open_input(request) as stream:
        wanted = read_object_request(stream.read())
    flow = SecureObjectFlow.of(nc12, group, read_uids(devices), wanted)
    with _sender(account, receipts, dry_run=dry_run) as sender:
        failed = flow.run(sender, _tell)
    if failed:
        show_table([{"device": each.item, "outcome": str(each.fate), "why": each.words} for each in failed])
        say(f"{several(len(failed), 'device')} not added")
        sys.exit(SOME_FAILED)


@contextmanager
def _sender(account: dict[str, Any], receipts: ReceiptChoice, *, dry_run: bool) -> Iterator[Sender]:
    from sealwright.provision.flows import Rehearsal, Sender

    with receipts.open() as record, (opened := El2gAccount(account)).open() as client:
        opened.name_sources()
        yield Rehearsal(client, _show) if dry_run else Sender(client, record)


def _tell(step: Step) -> None:
    say(f"{step.became:<8} {step.words}" + (f" ({step.identifier})" if step.identifier else ""))


def _show(request: Shown) -> None:
    click.echo(f"{request.method} {request.url}")
    if request.body:
        click.echo(request.body)
