"""The door `judge`: what the portable engine says of every row, and no row outside the table."""

import numpy as np
import pytest

from native.doors import RNG, damaged, good_judge, native, octets
from sealwright.errors import Reason
from sealwright.telemetry.format.headers import Headers
from sealwright.telemetry.format.layouts import DEFAULT_LAYOUTS, Kind
from sealwright.telemetry.format.suites import Direction
from sealwright.telemetry.keys.table import ROW, KeyTable
from sealwright.telemetry.opening import judge as judging


@pytest.mark.parametrize("row", [2, -1, 1 << 32, -(1 << 63), (1 << 63) - 1])
def test_rows_outside_the_table_raise(row):
    """A row number never leads outside, wherever it stands."""
    for place in range(3):
        arguments = good_judge()
        arguments[3][place] = row
        with pytest.raises(ValueError, match="row"):
            native.judge(*arguments)


@pytest.mark.parametrize("checked", [-1, 16, 1 << 40])
def test_kinds_to_check_are_bits_of_kinds(checked):
    """There are four kinds, and so four bits."""
    damaged("judge", 7, lambda _: checked)


@pytest.mark.parametrize("direction", list(Direction))
def test_judging_is_what_the_portable_engine_says(direction, monkeypatch):
    """Every state, suite and reason byte, with UIDs that agree and that do not."""
    count = 4096
    rows = octets(count * ROW.itemsize).view(ROW)
    rows["suite"][: count // 2] %= 6
    raw = np.zeros((count, 16), np.uint8)
    kind = RNG.integers(0, 4, count).astype(np.uint8)
    for value, at in ((1, 2), (2, 4), (3, 4)):
        raw[kind == value, at : at + 6] = rows["uid"][kind == value, 2:]
    raw[::7, 2] ^= 1
    raw[::5, 9] ^= 128
    state = np.where(np.arange(count) % 3, RNG.integers(0, 6, count), np.arange(count) % 256).astype(np.uint8)
    headers = Headers(direction, kind, np.zeros(count, np.uint8), raw, np.zeros(count, np.int64))
    table = KeyTable(rows, None, state)
    ours = judging.judge(headers, table, DEFAULT_LAYOUTS)
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "portable")
    theirs = judging.judge(headers, table, DEFAULT_LAYOUTS)
    np.testing.assert_array_equal(ours, theirs)
    assert set(ours.tolist()) >= {0, Reason.UNKNOWN_HEADER.code, Reason.ANOTHER_PURPOSE.code}
    assert len(Kind) == 4
