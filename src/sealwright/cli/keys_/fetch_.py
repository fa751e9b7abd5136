"""`sealwright keys fetch`: ask the service for what the messages of a file need, and keep it."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import click

from sealwright.cli.fetch_option import BUDGET_REACHED, describe_ledger, fetch_options, reached
from sealwright.cli.keys_.messages import message_options
from sealwright.cli.options import json_option, show_json
from sealwright.cli.store_option import account_option, store_options
from sealwright.cli.ublox_account import ublox_account

if TYPE_CHECKING:
    from sealwright.cli.fetch_option import FetchChoice
    from sealwright.cli.keys_.messages import MessageFile
    from sealwright.cli.store_option import StorePlace
    from sealwright.cli.ublox_account import UbloxAccount
    from sealwright.telemetry import KeyTable

SOME_FAILED: Final = 3


@click.command("fetch")
@message_options
@store_options
@account_option
@fetch_options
@click.option("--exact", is_flag=True, help="Ask for every header by itself, without the shortcut for v1.")
@ublox_account
@json_option
def command(
    messages: MessageFile,
    place: StorePlace,
    fetching: FetchChoice,
    exact: bool,
    credentials: UbloxAccount,
    as_json: bool,
) -> None:
    """Ask the service for the keys of the messages in FILE, and keep them in the store.

    What the store holds is not asked for, so a run that was cut short goes on where it was. Each
    answer is on the disk before it counts as kept. One call serves all messages of a v1 key id; if
    its key does not open one of them, `open --service` asks for that header itself.

    Exit codes: 0 all there, 3 the service does not know some, 4 credentials, 5 budget reached,
    6 the service failed. What was fetched until then is kept.
    """
    from sealwright.cli.fetching import fetched
    from sealwright.cli.progress import asking
    from sealwright.telemetry import plan

    claimed = messages.headers()
    with credentials.open() as client, place.open(client.service) as store:
        budget = fetching.decide(lambda: plan(claimed, store, exact=exact))
        place.say_secret()
        credentials.name_sources()
        headers = claimed.headers()
        sources = fetched(client, store, budget, fetching.concurrency, exact=exact)
        with sources as (service, source), asking(service, len(headers)):
            table = source.resolve(headers, exact=exact)
    outcome = _count(table)
    if as_json:
        show_json({"headers": len(table), **outcome, "service": describe_ledger(service)})
    else:
        for word, count in sorted(outcome.items(), key=lambda each: -each[1]):
            click.echo(f"  {count:>{len(f'{len(table):,}')},}  {_WORDS.get(word) or _explain(word)}")
    if reached(outcome):
        sys.exit(BUDGET_REACHED)
    if any(outcome[word] for word in outcome if word not in _THERE):
        sys.exit(SOME_FAILED)


_THERE: Final = ("held", "tried")
_WORDS: Final = {
    "held": "headers whose parameters are in the store",
    "tried": "headers whose key id has a key in the store",
    "unknown": "headers that the service does not know",
}


def _explain(word: str) -> str:
    from sealwright.errors import Reason

    return f"headers not answered: {Reason.named(word).explanation}"


def _count(table: KeyTable) -> Counter[str]:
    """Count headers by what has become of them: a word of ours, else the reason why there is no key."""
    from sealwright.errors import Reason
    from sealwright.telemetry import State

    words: dict[Any, str] = {State.EXACT: "held", State.CANDIDATE: "tried", State.UNKNOWN: "unknown"}
    pairs = zip(table.state.tolist(), table.reason.tolist(), strict=True)
    return Counter(words.get(State(state)) or str(Reason.of(reason)) for state, reason in pairs)
