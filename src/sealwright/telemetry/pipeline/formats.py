"""Which format a file is in: by its name, unless the user says."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from sealwright.errors import InputError
from sealwright.telemetry.pipeline import arrow_table
from sealwright.telemetry.pipeline.csv_table import CsvTable
from sealwright.telemetry.pipeline.json_lines import JsonLines
from sealwright.telemetry.pipeline.text_lines import TextLines

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.telemetry.pipeline.rows import Table

FORMATS: Final[dict[str, Callable[[IO[bytes], str, int], Table]]] = {
    "jsonl": JsonLines,
    "lines": TextLines,
    "csv": CsvTable,
}
_FORMAT_OF_SUFFIX: Final = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "lines",
    ".hex": "lines",
    ".b64": "lines",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".arrows": "arrow",
    ".feather": "arrow",
}
_WRITTEN_IN: Final = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
} | {suffix: name for suffix, name in _FORMAT_OF_SUFFIX.items() if name in arrow_table.FORMATS}
_TITLES: Final = {"csv": "CSV", "jsonl": "JSON Lines", "parquet": "Parquet", "arrow": "Arrow IPC"}
_PACKED: Final = frozenset({".gz", ".bz2", ".xz", ".zst"})


def format_of(path: str, wanted: str | None, *, columns: bool = True) -> str:
    """Return the format asked for, or the one that a file's name shows; `jsonl` where it shows none.

    Raises InputError for a name that shows a format which is not read; without `columns` those of
    columns are not.
    """
    suffix = Path(path).suffix.lower()
    if wanted is None and suffix in _PACKED:
        raise InputError(f"input: {path} is packed: unpack it into `sealwright open -`, or name its --format")
    found = wanted or _FORMAT_OF_SUFFIX.get(suffix, "jsonl")
    if not columns and found in arrow_table.FORMATS:
        raise InputError(
            f"input: {path}: {suffix} files are not read here:"
            " convert it to JSON Lines or CSV, or name its --format"
        )
    return found


def check_suffix(out: str, read_as: str) -> None:
    """Raise InputError where an output's name promises another format than will be written."""
    written = read_as if read_as in {"csv", *arrow_table.FORMATS} else "jsonl"
    suffix = Path(out).suffix.lower()
    known = suffix in _WRITTEN_IN or suffix in _PACKED
    if known and _WRITTEN_IN.get(suffix) != written:
        raise InputError(
            f"output: {out} would hold {_TITLES[written]}, which is what {read_as} input becomes:"
            " choose a name that says so"
        )
