"""The ledger of paid calls beside the service's own usage log, device by device."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sealwright.telemetry.format.layouts import Kind
from sealwright.telemetry.keys.asking.call import REQUEST
from sealwright.telemetry.keys.strict import read_uid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sealwright.telemetry.keys.keeping.calls import Calls

BILLED: Final = REQUEST[Kind.V2].call.path
"""The one call for parameters that the service bills, and logs under its path."""


class Reconciled(NamedTuple):
    """Billed calls for one device: what the ledger has, and what the service's usage log has.

    `device` is the low six bytes of the UID. `kept` calls have brought parameters; `sent` ones have
    reached the service, or may have.
    """

    device: bytes
    sent: int
    kept: int
    possibly_paid: int
    logged: int

    @property
    def agrees(self) -> bool:
        """Whether the log has each call that brought something, and none that was not sent."""
        return self.kept <= self.logged <= self.sent


def reconcile(calls: Iterable[Calls], usage: Mapping[str, Mapping[str, Any]]) -> list[Reconciled]:
    """Compare the calls of some days with a reply of `/device/usage/get` for them; devices in order.

    `usage` has for each ROTPublicUID how many calls were logged under each path. What it says of
    other calls, and UIDs that are none, count for nothing.
    """
    ours: dict[bytes, Counter[str]] = {}
    for each in calls:
        if each.call == BILLED:
            ours.setdefault(each.device, Counter()).update(
                sent=each.sent - each.withdrawn, kept=each.kept, possibly=each.possibly_paid
            )
    theirs: Counter[bytes] = Counter()
    for text, row in usage.items():
        uid, count = read_uid(text), row.get(BILLED)
        if uid is not None and type(count) is int:
            theirs[uid[2:]] += count
    return [
        Reconciled(device, count["sent"], count["kept"], count["possibly"], theirs[device])
        for device in sorted(ours.keys() | +theirs)
        for count in [ours.get(device, Counter())]
    ]
