"""`sealwright open`: decrypt and verify the messages of a file."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.fetch_option import BUDGET_REACHED, describe_ledger, fetch_options, reached
from sealwright.cli.options import (
    choose_layouts,
    column_option,
    direction_option,
    encoding_option,
    format_option,
    keys_option,
    layout_option,
    open_input,
    purpose_option,
    read_keys,
    say,
    several,
)
from sealwright.cli.quantities import allowance, byte_count, one_in
from sealwright.cli.report_option import report_options
from sealwright.cli.store_option import account_option, age, store_options
from sealwright.cli.ublox_account import ublox_account

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from sealwright.cli.fetch_option import FetchChoice
    from sealwright.cli.key_sources import KeySources
    from sealwright.cli.report_option import ReportChoice
    from sealwright.cli.store_option import StorePlace
    from sealwright.cli.ublox_account import UbloxAccount
    from sealwright.telemetry import KeyFile, ParameterSource, Plan, ServiceSource
    from sealwright.telemetry.pipeline.input import Options
    from sealwright.telemetry.pipeline.resuming.resumable import ResumableJob
    from sealwright.telemetry.pipeline.summary import Summary

SOME_FAILED = 3


@click.command("open")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@keys_option
@store_options
@account_option
@fetch_options
@ublox_account
@click.option("--retain", type=age, metavar="AGE", help="Purge keys from the store that are older: 90d, 12h.")
@click.option("-o", "--out", default="-", metavar="OUT", help="Where every row goes; - is standard output.")
@click.option("--rejects", metavar="FILE", help="A copy of the rows that did not open.")
@report_options
@format_option
@column_option
@encoding_option
@click.option(
    "--plaintext",
    type=click.Choice(["hex", "base64", "utf8", "json", "binary"]),
    help="How texts are written; one that is not of this form stands in hex and says so."
    "  [default: hex; binary in Parquet and Arrow]",
)
@click.option(
    "--compression",
    type=click.Choice(["none", "snappy", "gzip", "zstd", "lz4"]),
    help="Of Parquet (snappy, if nothing is said) and Arrow IPC (none).",
)
@click.option("--prefix", default="", help="Put before the names of the added columns.")
@direction_option
@purpose_option
@layout_option
@click.option(
    "--max-message",
    type=byte_count,
    default="16M",
    metavar="BYTES",
    show_default=True,
    help="Longer ones are malformed.",
)
@click.option(
    "--duplicate-window",
    type=click.IntRange(1),
    default=4_000_000,
    show_default=True,
    help="Opened messages remembered.",
)
@click.option(
    "--cross-check",
    type=one_in,
    default="1/10000",
    metavar="1/N|off",
    show_default=True,
    help="Open one message in N once more with the portable engine, and stop where the two differ.",
)
@click.option(
    "--allow-failures",
    type=allowance,
    default="0",
    metavar="N|P%",
    help="So many messages may fail with exit code 0.",
)
@click.option("--force", is_flag=True, help="Replace OUT, the rejects and the report.")
@click.option(
    "--resume",
    is_flag=True,
    help="Keep what is done beside OUT, so that the same command goes on where a run was stopped.",
)
@click.option("--json", "as_json", is_flag=True, help="The summary as JSON, on standard error as well.")
def command(
    file: str,
    keys_path: str | None,
    place: StorePlace,
    fetching: FetchChoice,
    credentials: UbloxAccount,
    retain: int | None,
    out: str,
    rejects: str | None,
    reporting: ReportChoice,
    format_: str | None,
    plaintext: str | None,
    compression: str | None,
    allow_failures: tuple[Fraction, bool],
    force: bool,
    resume: bool,
    as_json: bool,
    layouts: tuple[str, ...],
    **options: Any,
) -> None:
    """Decrypt and verify the messages of FILE (- is standard input) with a key file, a store or a service.

    Every row comes out, in order, with its own columns and behind them: outcome, reason,
    plaintext, protection (encrypted or signed), rot_public_uid, key_id, counter (unproved), tag,
    duplicate, nonce_reuse. OUT appears when it is complete. A summary goes to standard error.

    With --keys alone no store is looked at. With --store as well, the store answers what the file
    does not know; without --keys it answers everything. With --service what neither has is asked for
    and kept in the store. Each such call may be billed, and anybody's header makes one: so it takes a
    --budget, and messages beyond it are not_attempted.

    With --resume a run that is stopped, killed or out of disk is gone on with by the same command, and
    gives the same bytes. What is done stands in the folder .OUT.sealwright-job until OUT is complete.
    If FILE, the keys or an option have changed meanwhile, that is an error, and --force begins anew.

    Exit codes: 0 all opened, 1 error, 2 usage, 3 finished but some messages failed, 4 credentials,
    5 finished but the budget was reached, 6 the service failed: what was fetched is in the store.
    """
    from sealwright.cli.key_sources import KeySources
    from sealwright.cli.progress import opening
    from sealwright.telemetry.pipeline.arrow_job import run_columns
    from sealwright.telemetry.pipeline.arrow_table import BINARY, FORMATS
    from sealwright.telemetry.pipeline.formats import check_suffix, format_of
    from sealwright.telemetry.pipeline.input import Options
    from sealwright.telemetry.pipeline.job import run
    from sealwright.telemetry.pipeline.output import check_output, same_place

    sources = KeySources(keys_path, place, retain, fetching, credentials)
    sources.check()
    format_ = format_of(file, format_)
    by_columns = format_ in FORMATS
    if not by_columns and (plaintext == BINARY or compression):
        raise click.UsageError("--plaintext binary, --compression: only Parquet and Arrow files have that")
    chosen = Options(
        format=format_,
        layouts=choose_layouts(layouts),
        plaintext=plaintext or (BINARY if by_columns else "hex"),
        **options,
    )
    if resume and (by_columns or reporting.path):
        raise click.UsageError(
            "--resume: neither a file of columns nor a report can be gone on with: run without it,"
            " or on JSON Lines, CSV or lines"
        )
    if credentials.is_named and chosen.direction != "uplink":
        raise click.UsageError("--service answers uplink messages alone: leave out --direction")
    job = _job(file, out, rejects, chosen, sources, anew=force) if resume else None
    for path in filter(None, (out, rejects)):
        check_suffix(path, chosen.format or "")
        check_output(path, (file, *sources.inputs), force=force or bool(job and job.has_put(path)))
    if rejects and same_place(rejects, out):
        raise click.UsageError("OUT and --rejects are the same file: every row goes to OUT, so name another")
    reporting.check((file, *sources.inputs), (out, rejects), force=force)
    keys = read_keys(keys_path) if keys_path else None
    planned = None if file == "-" else partial(_plan, file, chosen)
    with (
        sources.open(keys, planned) as (source, service),
        open_input(file) as given,
        reporting.watching(given, file, chosen, sources, (keys, service)) as (stream, watch),
        _says_how_to_go_on(job),
        opening() as tell,
    ):
        work = partial(run_columns, compression=compression) if by_columns else partial(run, job=job)
        summary = work(stream, source, out, chosen, rejects=rejects, on_batch=tell, watch=watch)
    _show(summary, keys, service, as_json=as_json)
    number, share = allow_failures
    if reached(summary.reasons):
        sys.exit(BUDGET_REACHED)
    if summary.failed > (number * summary.rows / 100 if share else number):
        sys.exit(SOME_FAILED)


def _job(
    file: str, out: str, rejects: str | None, options: Options, sources: KeySources, *, anew: bool
) -> ResumableJob:
    """Return the job that is kept beside an output. Raises InputError where it cannot be kept."""
    from sealwright.telemetry.pipeline.resuming.resumable import ResumableJob, check_resumable

    check_resumable(file, tuple(path for path in (out, rejects) if path))
    return ResumableJob(
        out,
        rejects,
        {**options.terms, **sources.terms},
        window_size=options.duplicate_window,
        anew=anew,
        on_resume=lambda rows: say(f"going on behind {several(rows, 'row')} that an earlier run has done"),
    )


@contextmanager
def _says_how_to_go_on(job: ResumableJob | None) -> Iterator[None]:
    try:
        yield
    except BaseException:
        if job and job.rows_kept:
            say(
                f"{several(job.rows_kept, 'row')} done and kept in {job.folder.path}:"
                " the same command goes on behind them"
            )
        raise


def _plan(file: str, options: Options, held: ParameterSource) -> Plan:
    """Read the messages once before they are opened, to tell what they would cost."""
    from sealwright.telemetry import plan
    from sealwright.telemetry.pipeline.input import claimed_headers

    with open_input(file) as stream:
        return plan(claimed_headers(stream, options), held)


def _show(summary: Summary, keys: KeyFile | None, service: ServiceSource | None, *, as_json: bool) -> None:
    import msgspec

    told = {
        **msgspec.to_builtins(summary),
        "refused_lines": [{"line": line, "reason": reason} for line, reason in keys.refused] if keys else [],
        "irregular_replies": dict(keys.irregular) if keys else {},
        **({"service": describe_ledger(service)} if service else {}),
    }
    if as_json:
        say(msgspec.json.encode(told).decode())
        return
    from sealwright.cli.tell import tell_summary

    for line in tell_summary(told):
        say(line)
