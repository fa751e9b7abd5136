"""`sealwright open`: decrypt and verify the messages of a file."""

from __future__ import annotations

import re
import sys
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.options import (
    choose_layouts,
    direction_option,
    keys_option,
    layout_option,
    open_input,
    purpose_option,
    read_keys,
    say,
    several,
)
from sealwright.cli.store_option import account_option, age, store_options

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sealwright.cli.store_option import StorePlace
    from sealwright.telemetry import KeyFile, KeyStore, ParameterSource
    from sealwright.telemetry.pipeline.job import Summary

SOME_FAILED = 3


_ALLOWANCE = re.compile(r"(\d{1,18})|(\d{1,3}(?:\.\d{1,9})?)%", re.ASCII)
_MOST_BYTES = 2**40


def allowance(text: str) -> tuple[Fraction, bool]:
    """Read a number of messages or a share of them such as `2%`: the number, and whether it is a share."""
    found = _ALLOWANCE.fullmatch(text)
    if found is None:
        raise click.BadParameter(f"{text!r} is neither a number of messages nor a share such as 2%")
    # A fraction, because 0.29 % of 10,000 must be 29 and floats make it less.
    return Fraction(found[1] or found[2]), found[1] is None


def byte_count(text: str) -> int:
    """Read a number of bytes, with K, M or G behind it or not."""
    found = re.fullmatch(r"(\d{1,13})([KMGkmg]?)", text, re.ASCII)
    size = int(found[1]) * {"K": 2**10, "M": 2**20, "G": 2**30}.get(found[2].upper(), 1) if found else 0
    if not 0 < size <= _MOST_BYTES:
        raise click.BadParameter(f"{text!r} is no number of bytes from 1 to 1024G; 16M is one")
    return size


def one_in(text: str) -> int:
    """Read a share such as `1/10000`: the number of messages of which it is one, 0 for none."""
    if text in {"off", "0"}:
        return 0
    found = re.fullmatch(r"1(?:/([1-9]\d{0,17}))?", text, re.ASCII)
    if found is None:
        raise click.BadParameter(f"{text!r} is neither a share such as 1/10000 nor off")
    return int(found[1] or 1)


@click.command("open")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@keys_option
@store_options
@account_option
@click.option("--retain", type=age, metavar="AGE", help="Purge keys from the store that are older: 90d, 12h.")
@click.option("-o", "--out", default="-", metavar="OUT", help="Where every row goes; - is standard output.")
@click.option("--rejects", metavar="FILE", help="A copy of the rows that did not open.")
@click.option(
    "--format", "format_", type=click.Choice(["jsonl", "lines", "csv"]), help="Of FILE; else its name tells."
)
@click.option(
    "--column", default="payload", show_default=True, help="Where the message stands; a.b goes down in JSON."
)
@click.option(
    "--encoding",
    type=click.Choice(["auto", "hex", "base64", "base64url"]),
    default="auto",
    show_default=True,
    help="Of the message; auto decides once, from the first 1,000 rows.",
)
@click.option(
    "--plaintext",
    type=click.Choice(["hex", "base64", "utf8", "json"]),
    default="hex",
    show_default=True,
    help="How texts are written; one that is not of this form stands in hex and says so.",
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
@click.option("--force", is_flag=True, help="Replace OUT and the rejects if they exist.")
@click.option("--json", "as_json", is_flag=True, help="The summary as JSON, on standard error as well.")
def command(
    file: str,
    keys_path: str | None,
    place: StorePlace,
    retain: int | None,
    out: str,
    rejects: str | None,
    format_: str | None,
    allow_failures: tuple[Fraction, bool],
    force: bool,
    as_json: bool,
    layouts: tuple[str, ...],
    **options: Any,
) -> None:
    """Decrypt and verify the messages of FILE (- is standard input) with a key file or a store.

    Every row comes out, in order, with its own columns and behind them: outcome, reason,
    plaintext, protection (encrypted or signed), rot_public_uid, key_id, counter (unproved), tag,
    duplicate, nonce_reuse. OUT appears when it is complete. A summary goes to standard error.

    With --keys alone no store is looked at. With --store as well, the store answers what the file
    does not know; without --keys it answers everything.

    Exit codes: 0 all opened, 1 error, 2 usage, 3 finished but some messages failed.
    """
    from sealwright.telemetry.pipeline.formats import check_suffix, format_of
    from sealwright.telemetry.pipeline.job import Options, run
    from sealwright.telemetry.pipeline.output import check_output, same_place

    with_store = bool(place.given) or keys_path is None
    if keys_path is None and not (place.given or place.is_there):
        raise click.UsageError(
            "--keys FILE is missing: messages are opened with the parameters in a key file,"
            f" or in a store, and there is none at {place.shown}"
        )
    if retain is not None and not with_store:
        raise click.UsageError("--retain speaks of a store: give --store as well")
    chosen = Options(format=format_of(file, format_), layouts=choose_layouts(layouts), **options)
    inputs = [file, *filter(None, [keys_path])]
    if with_store and place.is_file and place.is_there:
        inputs.append(place.where)
    for path in filter(None, (out, rejects)):
        check_suffix(path, chosen.format or "")
        check_output(path, tuple(inputs), force=force)
    if rejects and same_place(rejects, out):
        raise click.UsageError("OUT and --rejects are the same file: every row goes to OUT, so name another")
    keys = read_keys(keys_path) if keys_path else None
    opened = _open_store(place if with_store else None, retain)
    with opened as store, open_input(file) as stream, _progress() as tell:
        summary = run(stream, _source(keys, store), out, chosen, rejects=rejects, on_batch=tell)
    _show(summary, keys, as_json=as_json)
    number, share = allow_failures
    if summary.failed > (number * summary.rows / 100 if share else number):
        sys.exit(SOME_FAILED)


def _open_store(place: StorePlace | None, retain: int | None) -> AbstractContextManager[KeyStore | None]:
    """Return the store, if one is wanted, without what is older than it may be."""
    import time
    from contextlib import nullcontext

    if place is None:
        return nullcontext()
    store = place.open()
    if retain is not None:
        born = time.time() - retain
        place.say_secret()
        gone = store.purge(lambda entry: entry.owner.account == place.account and entry.learned <= born)
        say(f"{several(gone, 'key')} removed from the store by --retain")
    return store


def _source(keys: KeyFile | None, store: KeyStore | None) -> ParameterSource:
    from sealwright.telemetry import CachedSource, ChainedSource

    if store is None:
        assert keys is not None  # noqa: S101  # one or the other was asked for
        return keys
    kept = CachedSource(store=store)
    return kept if keys is None else ChainedSource(keys, kept)


def _progress() -> Any:
    """Return a context that shows rows as they are done, on a terminal only."""
    from contextlib import nullcontext

    if not sys.stderr.isatty():
        return nullcontext(lambda _: None)
    from sealwright.cli.progress import progress

    return progress()


def _show(summary: Summary, keys: KeyFile | None, *, as_json: bool) -> None:
    import msgspec

    told = {
        **msgspec.to_builtins(summary),
        "refused_lines": [{"line": line, "reason": reason} for line, reason in keys.refused] if keys else [],
        "irregular_replies": dict(keys.irregular) if keys else {},
    }
    if as_json:
        say(msgspec.json.encode(told).decode())
        return
    from sealwright.cli.tell import tell_summary

    for line in tell_summary(told):
        say(line)
