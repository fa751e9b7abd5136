"""The ledger of paid calls: what was sent, answered and kept, by device and day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from sealwright.telemetry.keys.keeping.tables import Count
from sealwright.telemetry.keys.keeping.vault import FORMAT, Boxed, Vault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.telemetry.keys.keeping.entry import Owner

DEVICE_BYTES: Final = 6
"""A device is named by the low six bytes of its UID: before an answer no more of it is known."""


class Calls(NamedTuple):
    """Calls of one kind for one device on one day, or what is to be added to them.

    `day` is ISO 8601 (UTC), `device` the low six bytes of the UID, `call` the path of the call.
    `withdrawn` ones never reached the service. Each call is counted as sent before it is, and as
    answered, or withdrawn, when that is known; so one that was cut short stays possibly paid.
    """

    day: str
    device: bytes
    call: str
    sent: int = 0
    answered: int = 0
    kept: int = 0
    withdrawn: int = 0

    @property
    def possibly_paid(self) -> int:
        """Calls of which nobody knows whether the service has served them."""
        return self.sent - self.answered - self.withdrawn


class OwnedCalls(NamedTuple):
    """Calls, and whose account they were made on."""

    origin: str
    account: str
    calls: Calls


class _Label(msgspec.Struct, array_like=True, frozen=True):
    origin: str
    account: str
    day: str
    device: bytes
    call: str


def seal_calls(vault: Vault, owner: Owner, calls: Calls) -> Count:
    """Return the row that adds these calls."""
    label = _Label(owner.origin, owner.account, *calls[:3])
    name = vault.name("calls", owner.account, msgspec.msgpack.encode(label))
    boxed = vault.box(label, b"", _beside(name))
    return Count(name, boxed.salt, boxed.label + boxed.sealed, *calls[3:])


def open_calls(vault: Vault, counts: Iterable[Count]) -> Iterator[OwnedCalls]:
    """Yield the calls of rows; those that are damaged are left out."""
    for count in counts:
        if not _well_formed(count):
            continue
        boxed = Boxed(count.salt, count.label[:-_TAG], count.label[-_TAG:])
        if opened := vault.unbox(boxed, _Label, _beside(count.name)):
            label = opened[0]
            yield OwnedCalls(
                label.origin, label.account, Calls(label.day, label.device, label.call, *count[3:])
            )


_TAG: Final = 16


def _beside(name: bytes) -> bytes:
    return msgspec.msgpack.encode((b"sealwright calls", FORMAT, name))


def _well_formed(count: Count) -> bool:
    octets = all(type(each) is bytes for each in (count.name, count.salt, count.label))
    numbers = (count.sent, count.answered, count.kept, count.withdrawn)
    return octets and len(count.label) >= _TAG and all(type(each) is int for each in numbers)
