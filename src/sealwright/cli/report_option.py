"""Options of commands that write a report of their run."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import wraps
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.cli.key_sources import KeySources
    from sealwright.telemetry import KeyFile, ServiceSource
    from sealwright.telemetry.pipeline.input import Options
    from sealwright.telemetry.pipeline.report.document import Keys, Ledger
    from sealwright.telemetry.pipeline.report.gathering import Gathering


@dataclass(frozen=True, slots=True)
class ReportChoice:
    """Where a report goes, None for nowhere, and the column by which it counts over time."""

    path: str | None
    time_column: str | None

    def check(self, inputs: tuple[str, ...], outputs: tuple[str | None, ...], *, force: bool) -> None:
        """Raise an error, before any work, where the report cannot or must not be written."""
        from sealwright.telemetry.pipeline.output import check_output, same_place

        if self.path is None:
            if self.time_column is not None:
                raise click.UsageError("--time-column: the report counts by it: give --report FILE as well")
            return
        check_output(self.path, inputs, force=force)
        for other in filter(None, outputs):
            if same_place(self.path, other):
                raise click.UsageError("--report names an output of the rows: name another file")

    @contextmanager
    def watching(
        self,
        stream: IO[bytes],
        file: str,
        options: Options,
        sources: KeySources,
        held: tuple[KeyFile | None, ServiceSource | None],
    ) -> Iterator[tuple[IO[bytes], Gathering | None]]:
        """Yield the stream to read, and who watches the run; write the report at its end, however it ends."""
        if self.path is None:
            yield stream, None
            return
        from sealwright.telemetry.pipeline.report.gathering import Gathering

        gathering = Gathering(_told(options), self.time_column)
        keys = _keys(sources, held[0])
        try:
            with gathering.input(file, stream) as heard:
                yield heard, gathering
        except BaseException as problem:
            if gathering.has_begun:
                with suppress(OSError):  # the error that has ended the run is the one to tell
                    self._write(gathering, keys, _ledger(held[1]), problem)
            raise
        self._write(gathering, keys, _ledger(held[1]))

    def _write(
        self, gathering: Gathering, keys: Keys, ledger: Ledger | None, problem: BaseException | None = None
    ) -> None:
        from sealwright.telemetry.pipeline.output import LateFile

        assert self.path is not None  # noqa: S101  # somebody watches only where there is a place to write to
        with LateFile(self.path) as file:
            file.write([gathering.report(keys, ledger, problem).encode()])


def report_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command these options, and an argument `reporting`: a ReportChoice."""

    @click.option(
        "--report", metavar="FILE", help="A report of the run as JSON; `sealwright report FILE` shows it."
    )
    @click.option(
        "--time-column",
        metavar="NAME",
        help="The report counts over time by this column: ISO 8601, or seconds or ms since 1970.",
    )
    @wraps(function)
    def outer(*args: Any, report: str | None, time_column: str | None, **options: Any) -> Any:
        return function(*args, reporting=ReportChoice(report, time_column), **options)

    return outer


def _told(options: Options) -> dict[str, Any]:
    """Return the options of a run that tell how its counts came about."""
    from sealwright.telemetry.pipeline.digest import printable

    return {
        "format": options.format,
        "column": printable(options.column),
        "direction": options.direction,
        "purpose": options.purpose,
        "max_message": options.max_message,
        "duplicate_window": options.duplicate_window,
    }


def _keys(sources: KeySources, keys: KeyFile | None) -> Keys:
    from collections import Counter

    from sealwright.telemetry.pipeline.digest import printable
    from sealwright.telemetry.pipeline.report.document import Keys, Store
    from sealwright.telemetry.pipeline.report.gathering import key_file

    told = Keys()
    if keys is not None:
        told.file = key_file(str(keys.path))
        told.irregular_replies = dict(keys.irregular)
        told.refused_lines = dict(Counter(str(reason) for _, reason in keys.refused))
    if sources.with_store:
        told.store = Store(printable(sources.place.shown), printable(sources.place.account))
    if service := sources.credentials.shown:
        told.service = printable(service)
    return told


def _ledger(service: ServiceSource | None) -> Ledger | None:
    from sealwright.telemetry.pipeline.report.document import Ledger

    if service is None:
        return None
    ledger = service.ledger
    return Ledger(ledger.reached, ledger.kept, ledger.possibly_paid, dict(service.complaints))
