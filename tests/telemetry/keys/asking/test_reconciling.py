"""The ledger beside the service's usage log."""

import pytest

from sealwright.telemetry import Calls, reconcile
from sealwright.telemetry.keys.asking.reconciling import BILLED

FREE = "/e2e/uplink/integrityparameters/get"
UID, OTHER = "0002000089282245", "0002000089282246"


def calls(uid=UID, call=BILLED, day="2026-11-20", **counts):
    """Return calls for a device."""
    return Calls(day, bytes.fromhex(uid)[2:], call, **counts)


def test_days_are_added_up_and_devices_in_order():
    """A row a device, with what is possibly paid; withdrawn calls were never sent."""
    ledger = [
        calls(OTHER, sent=2, answered=2, kept=2),
        calls(sent=5, answered=3, kept=3, withdrawn=1),
        calls(day="2026-11-21", sent=1, answered=1, kept=1),
    ]
    rows = reconcile(ledger, {UID: {BILLED: 5}, OTHER: {BILLED: 2}})
    assert [tuple(row) for row in rows] == [
        (bytes.fromhex(UID)[2:], 5, 4, 1, 5),
        (bytes.fromhex(OTHER)[2:], 2, 2, 0, 2),
    ]
    assert all(row.agrees for row in rows)


@pytest.mark.parametrize(("logged", "agrees"), [(3, False), (4, True), (5, True), (6, True), (7, False)])
def test_between_what_was_kept_and_what_was_sent(logged, agrees):
    """A call without a key may be billed or not; one that was never sent may not."""
    [row] = reconcile([calls(sent=6, answered=5, kept=4)], {UID: {BILLED: logged}})
    assert row.agrees is agrees


def test_a_device_that_only_one_side_has():
    """It is there, and they differ, unless nothing is said of it."""
    rows = reconcile([calls(sent=1, answered=1, kept=1)], {OTHER: {BILLED: 2}})
    assert [(row.kept, row.logged, row.agrees) for row in rows] == [(1, 0, False), (0, 2, False)]
    assert reconcile([], {OTHER: {BILLED: 0}}) == []


def test_other_calls_count_for_nothing():
    """What is not billed as parameters, UIDs that are none, and counts that are none."""
    usage = {UID: {FREE: 3, BILLED: "4"}, "device": {BILLED: 1}}
    assert reconcile([calls(call=FREE, sent=9, answered=9, kept=9)], usage) == []
