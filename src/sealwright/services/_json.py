"""Strict JSON of any shape, as services answer it: no name twice, no NaN, no nesting deeper than 32.

Key files have a reader of their own, made for millions of lines of flat objects.
"""

from __future__ import annotations

import json
import math
from typing import Any, Final, NoReturn

_MAX_DEPTH: Final = 32


def read_json(text: bytes) -> Any:
    """Read one object or list. Raises ValueError with a text that says what is wrong, never what was read."""
    problem = ""
    try:
        value = json.loads(
            text.decode(), object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite
        )
    except _NotStrictError as fault:
        problem = str(fault)
    except (ValueError, RecursionError):
        problem = "not JSON"
    if problem:
        raise ValueError(problem)  # outside of the handler: the parser's own error holds what it read
    if not isinstance(value, (dict, list)):
        raise ValueError("neither an object nor a list")  # noqa: TRY004 - it is the text that is wrong
    if _depth(value) > _MAX_DEPTH:
        raise ValueError(f"nested deeper than {_MAX_DEPTH}")
    return value


class _NotStrictError(Exception):
    """JSON that Python's parser would take and we do not."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _NotStrictError("not strict JSON: a name stands twice in one object")
    return members


def _no_constant(_text: str) -> NoReturn:
    raise _NotStrictError("not strict JSON: NaN or Infinity")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _NotStrictError("not strict JSON: a number out of range")
    return number


def _depth(value: Any) -> int:
    """Return how deep lists and objects are nested; level by level, because recursion has an end."""
    level, depth = [value], 0
    while level := [item for item in level if isinstance(item, (dict, list))]:
        depth += 1
        level = [each for item in level for each in (item.values() if isinstance(item, dict) else item)]
    return depth
