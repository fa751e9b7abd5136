"""`sealwright seal`: encrypt and sign the texts of a file for devices."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.options import (
    choose_layouts,
    keys_option,
    layout_option,
    open_input,
    read_keys,
    say,
)
from sealwright.cli.store_option import store_options
from sealwright.cli.ublox_account import ublox_account

if TYPE_CHECKING:
    from sealwright.cli.store_option import StorePlace
    from sealwright.cli.ublox_account import UbloxAccount
    from sealwright.telemetry.pipeline.seal_job import SealSummary

SOME_FAILED = 3


@click.command("seal")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@keys_option
@click.option(
    "--offline-set", is_flag=True, help="Say that you have read the above, and use the key file's sets."
)
@ublox_account
@store_options
@click.option("-o", "--out", default="-", metavar="OUT", help="Where every row goes; - is standard output.")
@click.option(
    "--format", "format_", type=click.Choice(["jsonl", "csv"]), help="Of FILE; else its name tells."
)
@click.option("--column", default="plaintext", show_default=True, help="Where the text stands.")
@click.option(
    "--uid-column", default="rot_public_uid", show_default=True, help="Where the device's UID stands."
)
@click.option(
    "--plaintext",
    type=click.Choice(["hex", "base64", "utf8", "json"]),
    default="hex",
    show_default=True,
    help="How texts are written in FILE.",
)
@click.option("--prefix", default="", help="Put before the names of the added columns.")
@click.option(
    "--purpose",
    type=click.Choice(["protection", "integrity"]),
    default="protection",
    show_default=True,
    help="Encrypt and sign, or sign alone: which sets are used.",
)
@layout_option
@click.option("--fresh", is_flag=True, help="A new set even for a text that its device was sent before.")
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
@click.option("--json", "as_json", is_flag=True, help="The summary as JSON, on standard error as well.")
def command(
    file: str,
    keys_path: str | None,
    offline_set: bool,
    credentials: UbloxAccount,
    place: StorePlace,
    out: str,
    format_: str | None,
    purpose: str,
    layouts: tuple[str, ...],
    fresh: bool,
    force: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Encrypt and sign the texts of FILE for devices, with the downlink sets of a key file or a service.

    A set seals one message and is then spent: a second text under it would repeat its KIV and IV.
    The store keeps a ledger of what each set has sealed. With --service a new set is asked for with
    each text, which is not billed, and none is kept.

    With --keys a run that is repeated gives the same messages out of the ledger and says how many;
    --fresh takes new sets instead. The ledger cannot notice that it was restored from a backup, or
    that the key file is also used with another store: sets spent in between would be used again. So
    keep one ledger, and give --offline-set to say so.

    Every row comes out, in order, with its own columns and behind them: payload (hex), kiv, repeat,
    problem. OUT appears when it is complete. The layouts of v2 and signed messages are
    experimental: no public vector proves them.

    Exit codes: 0 all sealed, 1 error, 2 usage, 3 finished but some texts were not sealed,
    4 credentials, 6 the service failed.
    """
    from sealwright.telemetry import Purpose, Sealer, ServiceSets
    from sealwright.telemetry.pipeline.formats import check_suffix, format_of
    from sealwright.telemetry.pipeline.output import check_output
    from sealwright.telemetry.pipeline.seal_job import SealOptions, run

    if (keys_path is None) is not credentials.is_named:
        raise click.UsageError("downlink sets come from --keys FILE or from --service URL: give one of them")
    if keys_path and not offline_set:
        raise click.UsageError("--offline-set is missing: sets of a file need one ledger for ever (--help)")
    chosen = SealOptions(format=format_of(file, format_, columns=False), **options)
    if chosen.format == "lines":
        raise click.UsageError("FILE must have columns, for text and device: name its --format")
    check_suffix(out, chosen.format)
    store_file = place.where if place.is_file and place.is_there else None
    inputs = tuple(filter(None, (file, keys_path, store_file)))
    check_output(out, inputs, force=force)
    with ExitStack() as held:
        client = held.enter_context(credentials.open()) if credentials.is_named else None
        sets = ServiceSets(client) if client else read_keys(keys_path or "")
        store = held.enter_context(place.open(client.service if client else None))
        stream = held.enter_context(open_input(file))
        place.say_secret()
        if client:
            credentials.name_sources()
        sealer = Sealer(
            sets,
            store.spent,
            purpose=Purpose(purpose),
            layouts=choose_layouts(layouts),
            fresh=fresh,
        )
        summary = run(stream, sealer, out, chosen)
    _show(summary, as_json=as_json)
    if summary.sealed < summary.rows:
        sys.exit(SOME_FAILED)


def _show(summary: SealSummary, *, as_json: bool) -> None:
    import msgspec

    if as_json:
        say(msgspec.json.encode(summary).decode())
        return
    say(f"{summary.rows:,} rows in {summary.seconds:.2f} s")
    say(f"  {summary.sealed:,}  sealed")
    if summary.repeats:
        say(f"  {summary.repeats:,}  of them again, out of the ledger: --fresh would take new sets")
    for problem, count in summary.problems.items():
        say(f"  {count:,}  {problem}")
    for detail, count in summary.details.most_common(_DETAILS_SHOWN):
        say(f"       {count:,} × {detail}")


_DETAILS_SHOWN = 5
