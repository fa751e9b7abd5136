"""Which format a file is in: by its name, unless the user says."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from sealwright.errors import InputError
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
_FORMAT_OF_SUFFIX: Final = {".csv": "csv", ".tsv": "csv", ".txt": "lines", ".hex": "lines", ".b64": "lines"}
_WRITTEN_IN: Final = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"}
_TITLES: Final = {"csv": "CSV", "jsonl": "JSON Lines"}
_PACKED: Final = frozenset({".gz", ".bz2", ".xz", ".zst"})
_BINARY: Final = frozenset({".parquet", ".arrow", ".feather"})


def format_of(path: str, wanted: str | None) -> str:
    """Return the format asked for, or the one that a file's name shows; `jsonl` where it shows none.

    Raises InputError for a name that shows a format which is not read.
    """
    suffix = Path(path).suffix.lower()
    if wanted is None and suffix in _PACKED:
        raise InputError(f"input: {path} is packed: unpack it into `sealwright open -`, or name its --format")
    if wanted is None and suffix in _BINARY:
        raise InputError(
            f"input: {path}: {suffix} files are not read:"
            " convert it to JSON Lines or CSV, or name its --format"
        )
    return wanted or _FORMAT_OF_SUFFIX.get(suffix, "jsonl")


def check_suffix(out: str, read_as: str) -> None:
    """Raise InputError where an output's name promises another format than will be written."""
    written = "csv" if read_as == "csv" else "jsonl"
    suffix = Path(out).suffix.lower()
    known = suffix in _WRITTEN_IN or suffix in _PACKED or suffix in _BINARY
    if known and _WRITTEN_IN.get(suffix) != written:
        raise InputError(
            f"output: {out} would hold {_TITLES[written]}, which is what {read_as} input becomes:"
            " choose a name that says so"
        )
