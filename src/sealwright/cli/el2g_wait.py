"""Commands that wait for what EL2G does after it has answered: batches of claim codes, and jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.answers import show
from sealwright.cli.calls import options_of, read_arguments
from sealwright.cli.el2g_account import El2gAccount
from sealwright.cli.options import say
from sealwright.services.el2g import EL2G

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sealwright.services._call import Call
    from sealwright.services.el2g.client import El2gClient

_TIMES = (
    click.Option(
        ["--every"],
        type=click.FloatRange(0.1),
        default=2.0,
        show_default=True,
        metavar="SECONDS",
        help="Between two questions.",
    ),
    click.Option(
        ["--within"],
        type=click.FloatRange(0),
        default=600.0,
        show_default=True,
        metavar="SECONDS",
        help="When to stop waiting.",
    ),
)


def batch_command() -> click.Command:
    """Return the command that waits for a batch of claim codes."""

    def wait(client: El2gClient, arguments: Mapping[str, Any]) -> Any:
        return client.wait_for_batch(
            **arguments, on_progress=lambda batch: say(f"{batch.progress_in_percentage or 0} % are made")
        )

    words = "Wait until a batch of claim codes is made, asking how far it is."
    return _command("wait-for-batch", words, EL2G.find("claim_codes", "batch"), wait)


def job_command() -> click.Command:
    """Return the command that waits for a job."""

    def wait(client: El2gClient, arguments: Mapping[str, Any]) -> Any:
        return client.wait_for_job(**arguments, on_progress=lambda job: say(f"the job is {job.state}"))

    words = "Wait until a job is over, asking how far it is. A job that ends otherwise than well is an error."
    return _command("wait", words, EL2G.find("jobs", "get"), wait)


def _command(
    name: str, words: str, asks: Call, wait: Callable[[El2gClient, Mapping[str, Any]], Any]
) -> click.Command:
    def run(**options: Any) -> None:
        arguments = read_arguments(asks, options)
        asks.make(**arguments)
        with El2gAccount(options).open() as client:
            reply = wait(client, {**arguments, "every": options["every"], "within": options["within"]})
            show(reply, as_json=options["as_json"])

    parameters = [*options_of(asks, El2gAccount), *_TIMES]
    return click.Command(name, params=list(parameters), callback=run, help=words)
