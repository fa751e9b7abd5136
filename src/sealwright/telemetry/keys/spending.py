"""Spending downlink sets: who gives them, and who remembers which ones are spent.

A downlink set holds one KIV and one IV. Sealing two texts with it would repeat them, so a set seals
one message and is then spent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from sealwright.telemetry.format.suites import Purpose
    from sealwright.telemetry.keys.parameters import Parameters


class Spending(NamedTuple):
    """A set, named by its KIV, and the message that it has sealed out of a text for a device."""

    kiv: bytes
    uid: bytes
    text: bytes
    message: bytes


class Standing(NamedTuple):
    """What stands in the ledger for a set: the message that it has sealed, and whether just now."""

    message: bytes
    new: bool


class SpentLedger(Protocol):
    """Remembers spent sets; `KeyStore.spent` is one."""

    def turn(self) -> AbstractContextManager[object]:
        """Let one at a time choose sets and spend them, as far as that can be had.

        What is spent in a turn is recorded for good when the turn ends, and may be given out then.
        """
        ...

    def spend(self, spendings: Sequence[Spending]) -> list[Standing]:
        """Record sets as spent, durably, where they are not; return what stands for each one."""
        ...

    def spent(self, kivs: Sequence[bytes]) -> set[bytes]:
        """Return which of these sets have been spent."""
        ...

    def earlier(self, texts: Sequence[tuple[bytes, bytes]]) -> list[list[bytes]]:
        """Return, for each UID and text, the KIVs of the sets that have sealed it, the first one first."""
        ...


class DeviceSets(Protocol):
    """The downlink sets of one device, spent or not."""

    @property
    def kivs(self) -> Sequence[bytes]:
        """Their KIVs, in the order in which they are to be used, each once."""
        ...

    def __contains__(self, kiv: object) -> bool:
        """Tell whether there is a set with this KIV."""
        ...

    def set_of(self, kiv: bytes) -> Parameters:
        """Return one set."""
        ...


@runtime_checkable
class OfflineSets(Protocol):
    """Sets that lie in a file: a KeyFile."""

    def downlink_sets(self, uid: bytes, purpose: Purpose) -> DeviceSets:
        """Return the sets of a device."""
        ...


@runtime_checkable
class SetSource(Protocol):
    """A service that gives one new set for each message; it is used at once and never stored."""

    def fetch_set(self, uid: bytes, purpose: Purpose) -> Parameters | None:
        """Fetch one set for a device; `uid` is the whole ROTPublicUID, 8 bytes.

        Returns None where the service knows no such device. Raises ReplyError and ParametersError
        for a reply that cannot be used, which is told of this one text; any other error ends the run.
        """
        ...
