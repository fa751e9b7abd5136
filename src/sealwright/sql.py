"""Opening within SQL: functions for a connection of DuckDB."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sealwright.errors import InputError
from sealwright.telemetry import DEFAULT_LAYOUTS, MAX_MESSAGE, Layouts, open_messages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sealwright.telemetry import Batch, ParameterSource

_TYPES: Final = {
    "outcome": "VARCHAR",
    "reason": "VARCHAR",
    "plaintext": "BLOB",
    "protection": "VARCHAR",
    "rot_public_uid": "BLOB",
    "key_id": "BLOB",
    "counter": "UINTEGER",
    "tag": "BLOB",
}
"""A record's fields. Repeats are not among them: DuckDB gives some 2,000 rows at a time, in any order."""
_RECORD: Final = f"STRUCT({', '.join(map(' '.join, _TYPES.items()))})"


def register(
    connection: Any,
    source: ParameterSource | Mapping[Any, Any],
    *,
    prefix: str = "",
    direction: str = "uplink",
    purpose: str | None = None,
    layouts: Layouts = DEFAULT_LAYOUTS,
    max_length: int = MAX_MESSAGE,
) -> None:
    """Give a connection of DuckDB the functions `open_message` and `open_record`.

    Both take a BLOB, and NULL for no message. `open_message` returns the plaintext, NULL where the
    message did not open; `open_record` returns a struct that also tells why: outcome, reason,
    plaintext, protection, rot_public_uid, key_id, counter, tag. `prefix` stands before both names;
    functions of these names are replaced. The other arguments are those of `open_messages`. A
    message that fails is an outcome and no error. Raises InputError where duckdb is not installed.
    """
    try:
        import duckdb  # noqa: PLC0415  # whoever has a connection has it; nobody else needs it
    except ImportError:
        raise InputError("sql: duckdb is not installed: pip install 'sealwright[sql]'") from None
    opener = partial(
        open_messages,
        source=source,
        direction=direction,
        purpose=purpose,
        layouts=layouts,
        max_length=max_length,
    )
    for name, made, kind in (("open_message", _plaintext, "BLOB"), ("open_record", _record, _RECORD)):
        with suppress(duckdb.InvalidInputException):
            connection.remove_function(prefix + name)
        function = _function(opener, made)
        connection.create_function(
            prefix + name, function, ["BLOB"], kind, type="arrow", null_handling="special"
        )


def _function(opener: Callable[[Any], Batch], made: Callable[[Batch], Any]) -> Callable[[Any], Any]:
    # DuckDB evaluates the annotations of what it is given.
    def answer(messages: Any) -> Any:
        return made(opener(messages))

    return answer


def _plaintext(batch: Batch) -> Any:
    return batch.to_arrow("plaintext").column(0)


def _record(batch: Batch) -> Any:
    return batch.to_arrow(*_TYPES).to_struct_array()
