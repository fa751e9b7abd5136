"""`sealwright keys plan`: what fetching would cost, before anything is asked."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.fetch_option import A_CALL, concurrency_option, plan_lines
from sealwright.cli.keys_.messages import message_options
from sealwright.cli.options import json_option, keys_option, read_keys, say, show_json
from sealwright.cli.store_option import account_option, store_options

if TYPE_CHECKING:
    from sealwright.cli.keys_.messages import MessageFile
    from sealwright.cli.store_option import StorePlace


@click.command("plan")
@message_options
@keys_option
@store_options
@account_option
@click.option("--exact", is_flag=True, help="Count every header by itself, without the shortcut for v1.")
@concurrency_option
@click.option(
    "--call-seconds",
    type=click.FloatRange(0),
    default=A_CALL,
    show_default=True,
    metavar="S",
    help="How long a call takes.",
)
@json_option
def command(
    messages: MessageFile,
    keys_path: str | None,
    place: StorePlace,
    exact: bool,
    concurrency: int,
    call_seconds: float,
    as_json: bool,
) -> None:
    """Tell how many calls the messages of FILE would take; nothing is called.

    One call serves all messages of a v1 key id, unless a device's replies show otherwise; v2 takes
    a call a header. Calls for signed messages are not billed. What a key file or a store holds is
    never asked for: without --store the user's own store is looked at, if there is one.
    """
    from sealwright.telemetry import ChainedSource, plan

    keys = read_keys(keys_path) if keys_path else None
    claimed = messages.headers()
    with place.open() if place.given or place.is_there else nullcontext() as store:
        held = [source for source in (keys, store) if source is not None]
        chain: Any = ChainedSource(*held) if len(held) > 1 else next(iter(held), None)
        made = plan(claimed, chain, exact=exact)
    if as_json:
        fewest, most = made.seconds(call_seconds, concurrency)
        show_json({**made._asdict(), "seconds": {"fewest": fewest, "most": most}})
        return
    for line in plan_lines(made, concurrency, call_seconds):
        click.echo(line)
    if not held:
        say(f"nothing is held: there is neither a key file nor a store at {place.shown}")
