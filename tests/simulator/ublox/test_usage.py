"""The usage log and the ledger."""

from datetime import date

from sealwright.simulator.clock import START
from sealwright.simulator.ublox.usage import Ledger, Usage

NOW = START.timestamp()
TODAY = date(2026, 1, 15)
UID, OTHER = bytes(8), bytes(7) + b"\1"


def test_uses_show_after_five_minutes():
    """Not a second earlier."""
    usage = Usage()
    usage.add(NOW, UID, "LocalDPR")
    assert usage.between(TODAY, TODAY, NOW + 299) == {}
    assert usage.between(TODAY, TODAY, NOW + 300) == {UID: {"LocalDPR": 1}}
    assert len(usage) == 1


def test_uses_are_counted_by_day_device_and_kind():
    """Both days are included; other devices are filtered."""
    usage = Usage()
    for days, uid, what in ((0, UID, "a"), (0, UID, "a"), (1, UID, "b"), (2, OTHER, "a"), (3, UID, "a")):
        usage.add(NOW + days * 86_400, uid, what)
    later = NOW + 10 * 86_400
    assert usage.between(TODAY, date(2026, 1, 17), later) == {UID: {"a": 2, "b": 1}, OTHER: {"a": 1}}
    assert usage.between(date(2026, 1, 16), date(2026, 1, 16), later) == {UID: {"b": 1}}
    assert usage.between(TODAY, date(2026, 1, 18), later, {OTHER}) == {OTHER: {"a": 1}}
    assert usage.between(TODAY, TODAY, later, set()) == {}


def test_the_ledger_adds_up():
    """What was paid in all, and what was paid most often."""
    ledger = Ledger()
    assert (ledger.total_paid(), ledger.most_paid_for_one()) == (0, 0)
    for header in ("aa", "aa", "bb"):
        ledger.paid["/e2e/uplink/protectionparameters/get"] += 1
        ledger.paid_for["/e2e/uplink/protectionparameters/get", header] += 1
    assert (ledger.total_paid(), ledger.most_paid_for_one()) == (3, 2)
