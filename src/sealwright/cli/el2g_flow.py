"""`sealwright el2g flow`: the flows of the document, each as one command."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.answers import SOME_FAILED, show_table
from sealwright.cli.el2g_account import El2gAccount
from sealwright.cli.el2g_sender import sender_for
from sealwright.cli.el2g_uid import read_uids
from sealwright.cli.options import open_input, say, several
from sealwright.cli.receipt_option import receipt_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.cli.receipt_option import ReceiptChoice
    from sealwright.provision.flows import Sender, Shown, Step

_LONGEST = 1024 * 1024
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


_SUBJECT = ("common_name", "organization", "org_unit", "country", "locality", "state")


def _subject_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for name in reversed(_SUBJECT):
        function = click.option(f"--{name.replace('_', '-')}", help="Of the subject in the CSR.")(function)
    return function


@command.command("intermediate-ca", params=list(El2gAccount.options()))
@click.option("--name", required=True, help="The name of the intermediate CA.")
@click.option(
    "--algorithm",
    type=click.Choice(["NIST_P256", "NIST_P384", "NIST_P521", "RSA_2048", "RSA_4096"]),
    default="NIST_P256",
    show_default=True,
    help="Of its key. Section 6 takes certificates with NIST_P256 alone.",
)
@_subject_options
@click.option("-o", "--out", metavar="CSR", default="-", show_default=True, help="Where the CSR is written.")
@click.option("--force", is_flag=True, help="Replace CSR if it exists.")
@click.option("--certificate", metavar="FILE", help="What your CA has made of the CSR, in PEM: upload it.")
@click.option("--root-ca", metavar="FILE", help="The certificate of your CA, in PEM.")
@_dry_option
@receipt_options
def intermediate_ca(
    *,
    name: str,
    algorithm: str,
    out: str,
    force: bool,
    certificate: str | None,
    root_ca: str | None,
    dry_run: bool,
    receipts: ReceiptChoice,
    **more: Any,
) -> None:
    """Have an intermediate CA signed by your own CA (section 4.2).

    The first run creates it and writes its CSR, for your CA to sign. The second run, with --certificate
    and --root-ca, checks the certificate against section 6 and uploads it.
    """
    from datetime import UTC, datetime

    from sealwright.provision.flows import IntermediateCaFlow, Signed
    from sealwright.telemetry.pipeline.output import LateFile, check_output

    if (certificate is None) is not (root_ca is None):
        raise click.UsageError("--certificate and --root-ca: give both, or none of them")
    subject = {each: value for each in _SUBJECT if (value := more.pop(each)) is not None}
    flow = IntermediateCaFlow(name, algorithm, subject)
    if certificate is not None and root_ca is not None:
        signed = Signed.read(_read(certificate), _read(root_ca))
        with _sender(more, receipts, dry_run=dry_run) as sender:
            flow.upload(sender, signed, datetime.now(UTC), _tell)
        return
    check_output(out, (), force=force)
    with _sender(more, receipts, dry_run=dry_run) as sender:
        csr = flow.request(sender, _tell)
    if csr is not None:
        with LateFile(out) as file:
            file.stream.write(csr.encode())
        say("let your CA sign the CSR, and run this again with --certificate and --root-ca")


def _read(path: str) -> bytes:
    with open_input(path) as stream:
        return stream.read(_LONGEST)


@contextmanager
def _sender(account: dict[str, Any], receipts: ReceiptChoice, *, dry_run: bool) -> Iterator[Sender]:
    from sealwright.provision.flows import Rehearsal

    if not dry_run:
        with sender_for(receipts, account) as sender:
            yield sender
        return
    # Nothing is done, so there is nothing to be written down: the receipts are not even opened.
    with (opened := El2gAccount(account)).open() as client:
        opened.name_sources()
        yield Rehearsal(client, _show)


def _tell(step: Step) -> None:
    say(f"{step.became:<8} {step.words}" + (f" ({step.identifier})" if step.identifier else ""))


def _show(request: Shown) -> None:
    click.echo(f"{request.method} {request.url}")
    if request.body:
        click.echo(request.body)
