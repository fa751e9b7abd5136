"""One more column of a batch's rows, from each format."""

import io
import json

import pytest

from sealwright.errors import InputError
from sealwright.telemetry.core import core
from sealwright.telemetry.pipeline.input import Input, Options
from sealwright.telemetry.pipeline.report.column import Column

ROWS = [
    {"payload": "11", "t": "2026", "a": {"t": 5}},
    {"payload": "11", "t": 7.5, "a.t": 6},
    {"payload": "11"},
    {"payload": "11", "t": None, "a": 3},
]


def _input(rows, format_="jsonl"):
    content = b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows)
    return Input.of(io.BytesIO(content), Options(format=format_), ())


def _both(rows, name):
    """Return the column's values as blocks give them, where there are any, and as rows do."""
    given = _input(rows)
    column = Column(given.table, name)
    told = [column.values(list(given.rows()))]
    if core().module:
        given = _input(rows)
        column = Column(given.table, name)
        told.append([value for block in given.blocks() for value in column.values(block)])
    return told


@pytest.mark.parametrize(("name", "values"), [("t", ["2026", 7.5, None, None]), ("a.t", [5, 6, None, None])])
def test_names_and_paths(name, values):
    """A block and rows give the same."""
    assert all(told == values for told in _both(ROWS, name))


def test_values_that_are_no_time_do_not_stop_the_others():
    """A list in one row, and a row that is no object."""
    strange = [{"payload": "11", "t": [1]}, b"nonsense", {"payload": "11", "t": 10**400}]
    rows = [ROWS[0], *strange, ROWS[1]]
    for told in _both(rows, "t"):
        assert (told[0], told[1], told[2], told[4]) == ("2026", [1], None, 7.5)


def test_a_hostile_name():
    """A column's name is a name and nothing else."""
    name = 'x"}],<b>\\'
    for told in _both([{"payload": "11", name: 3}], name):
        assert told == [3]


def test_csv():
    """The fields of a row are texts."""
    given = Input.of(io.BytesIO(b"payload,t\n11,5\n11\n"), Options(format="csv"), ())
    assert Column(given.table, "t").values(list(given.rows())) == ["5", None]


def test_a_column_that_csv_does_not_have():
    """It is told before any work, with the option that names it."""
    given = Input.of(io.BytesIO(b"payload,t\n11,5\n"), Options(format="csv"), ())
    with pytest.raises(InputError, match="no column 'u' to count over time by: look at --time-column"):
        Column(given.table, "u")
