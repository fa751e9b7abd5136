"""Options that say where messages stand in a file, for commands that look at their headers alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.options import (
    column_option,
    encoding_option,
    format_option,
    open_input,
    purpose_option,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.telemetry import DistinctHeaders


@dataclass(frozen=True, slots=True)
class MessageFile:
    """A file of messages."""

    path: str
    format: str | None
    column: str
    encoding: str
    purpose: str | None

    def headers(self) -> DistinctHeaders:
        """Read all messages, and return their distinct headers. Raises InputError as `open` does."""
        from sealwright.telemetry.pipeline.formats import format_of
        from sealwright.telemetry.pipeline.input import Options, claimed_headers

        options = Options(
            format=format_of(self.path, self.format),
            column=self.column,
            encoding=self.encoding,
            purpose=self.purpose,
        )
        with open_input(self.path) as stream:
            return claimed_headers(stream, options)


def message_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command a FILE of messages with its options, and an argument `messages`: a MessageFile."""

    @click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
    @format_option
    @column_option
    @encoding_option
    @purpose_option
    @wraps(function)
    def outer(
        *args: Any,
        file: str,
        format_: str | None,
        column: str,
        encoding: str,
        purpose: str | None,
        **options: Any,
    ) -> Any:
        return function(*args, messages=MessageFile(file, format_, column, encoding, purpose), **options)

    return outer
