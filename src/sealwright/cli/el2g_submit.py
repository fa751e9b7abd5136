"""`sealwright el2g submit`: requests that hold no key, to the service."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.answers import SOME_FAILED
from sealwright.cli.el2g_account import El2gAccount
from sealwright.cli.el2g_sender import sender_for
from sealwright.cli.options import counted, json_option, open_input, say, several
from sealwright.cli.receipt_option import receipt_options
from sealwright.errors import CredentialsError, UnavailableError

if TYPE_CHECKING:
    from sealwright.cli.receipt_option import ReceiptChoice
    from sealwright.provision.flows import Sender, Submitted

share_option = click.option(
    "--share-object-id",
    is_flag=True,
    help="Let it have the object id of another object: right where no device group gets both.",
)


@click.command("submit", params=list(El2gAccount.options()))
@click.argument("request", metavar="REQUEST", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@share_option
@click.option(
    "--concurrency",
    type=click.IntRange(1, 16),
    default=8,
    show_default=True,
    help="How many requests of a file go out at a time.",
)
@receipt_options
@json_option
def command(
    request: str,
    *,
    share_object_id: bool,
    concurrency: int,
    receipts: ReceiptChoice,
    as_json: bool,
    **account: Any,
) -> None:
    """Create the secure object of REQUEST, a file of `sealwright wrap`. No key is needed, or seen.

    The account is looked through first: an object that is there already is found and not created
    again, so an interrupted run may be repeated. It is told apart by its name, type, object id and
    size; EdgeLock 2GO does not show whether it holds this very key.

    Of a file of many requests (`wrap --manifest`) every line is checked before the first one goes out,
    and each has its answer: a line of JSON on standard output, in the file's order. Exit code 3: some
    were not created.
    """
    from sealwright.provision import read_request
    from sealwright.provision.flows import creation_of, is_many, submit

    if request != "-":
        with open_input(request) as stream:
            many = is_many(stream)
        if many:
            with sender_for(receipts, account) as sender:
                _submit_all(sender, request, concurrency, share_object_id=share_object_id)
            return
    with open_input(request) as stream:
        wrapped = read_request(stream.read())
    creation_of(wrapped)
    with sender_for(receipts, account) as sender:
        told = submit(sender, wrapped, share_object_id=share_object_id)
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


def _submit_all(sender: Sender, path: str, concurrency: int, *, share_object_id: bool) -> None:
    """Submit the requests of a file; the error that has ended it comes when all answers are out."""
    from sealwright.cli.progress import counting
    from sealwright.provision.flows import SubmissionFate, check_requests, read_requests, submit_all

    with open_input(path) as stream:
        names = check_requests(stream, path, share_object_id=share_object_id)
    say(f"{several(len(names), 'request')} in {path}, {concurrency} at a time")
    counts: Counter[SubmissionFate] = Counter()
    problem: Exception | None = None
    with open_input(path) as stream, counting() as tell:
        answers = submit_all(
            sender,
            read_requests(stream, path),
            names,
            concurrency=concurrency,
            share_object_id=share_object_id,
        )
        for answer in answers:
            click.echo(answer.to_json())
            counts[answer.fate] += 1
            tell(counts.total())
            if isinstance(answer.problem, UnavailableError | CredentialsError):
                problem = problem or answer.problem
    say(counted(counts, SubmissionFate))
    if problem is not None:
        raise problem
    if counts.total() > counts[SubmissionFate.CREATED] + counts[SubmissionFate.FOUND]:
        sys.exit(SOME_FAILED)
