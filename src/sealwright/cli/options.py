"""Options that several commands have, and what they mean."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sealwright.telemetry import KeyFile, Layouts

T = TypeVar("T", bound=str)

keys_option = click.option(
    "--keys",
    "keys_path",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Key file: one reply of the service a line (JSON Lines).",
)
direction_option = click.option(
    "--direction",
    type=click.Choice(["uplink", "downlink"]),
    default="uplink",
    show_default=True,
    help="From the device, or to it.",
)
purpose_option = click.option(
    "--purpose",
    type=click.Choice(["protection", "integrity"]),
    help="Overrides what the type byte of v2 messages says.",
)
layout_option = click.option(
    "--layout",
    "layouts",
    multiple=True,
    metavar="KIND=NAME",
    help="Where the MAC of v2 or integrity is looked for (experimental: no public vector), e.g. v2=iv+body.",
)
format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(["jsonl", "lines", "csv", "parquet", "arrow"]),
    help="Of FILE; else its name tells.",
)
column_option = click.option(
    "--column",
    default="payload",
    show_default=True,
    help="Where the message stands; a.b goes down in JSON and structs.",
)
encoding_option = click.option(
    "--encoding",
    type=click.Choice(["auto", "hex", "base64", "base64url"]),
    default="auto",
    show_default=True,
    help="Of the message; auto decides once, from the first 1,000 rows.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="For programs: JSON on standard output.")


def read_keys(path: str) -> KeyFile:
    """Read a key file; say a warning of it as one line on standard error."""
    from sealwright.telemetry import KeyFile

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        keys = KeyFile(path)
    for warning in caught:
        say(f"warning: {warning.message}")
    return keys


def choose_layouts(choices: tuple[str, ...]) -> Layouts:
    """Return the default layouts with the user's choices."""
    from sealwright.telemetry import DEFAULT_LAYOUTS

    layouts = DEFAULT_LAYOUTS
    for choice in choices:
        layouts = layouts.choose(choice)
    return layouts


def open_input(path: str) -> IO[bytes]:
    """Open a file, or standard input for `-`."""
    return sys.stdin.buffer if path == "-" else open(path, "rb", buffering=2**20)  # noqa: PTH123


def state_folder() -> Path:
    """Return the user's folder for what sealwright keeps between runs (XDG Base Directory Specification)."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "sealwright"


def counted(counts: Mapping[T, int], words: Iterable[T]) -> str:
    """Return how often each of some words came, in their order: `3 created, 1 not attempted`."""
    return ", ".join(f"{counts[word]:,} {word.replace('_', ' ')}" for word in words if counts[word])


def several(count: int, noun: str) -> str:
    """Return a number with its noun: `1 key`, `1,007 keys`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def say(words: str) -> None:
    """Say something to a person, on standard error."""
    click.echo(words, err=True)


def show_json(value: Any) -> None:
    """Write a value to standard output as indented JSON."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2))
