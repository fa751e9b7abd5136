"""What a cache needs of the two that it stands between: a store, and a service that is asked at a price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sealwright.telemetry.format.headers import Headers
    from sealwright.telemetry.keys.keeping.looking import Found, Told
    from sealwright.telemetry.keys.parameters import Parameters
    from sealwright.telemetry.keys.table import KeyTable

Keep: TypeAlias = "Callable[[Parameters], None]"
"""Takes one answer, checked and with its header; any thread may call it. What it has taken is safe."""


@runtime_checkable
class Upstream(Protocol):
    """A source whose every answer may cost money: a cache asks it for what is nowhere held."""

    def resolve(self, headers: Headers, *, exact: bool = False, keep: Keep | None = None) -> KeyTable:
        """Ask for distinct, well-formed headers of one direction; return a row for each, in order.

        A cache asks with `exact`, so it wants the parameters of these very headers and no CANDIDATE.
        The state of a row says what became of its header:

        - EXACT: the service has answered, and the reply agrees with the header.
        - UNKNOWN: the service does not know the header. The cache remembers that for ten minutes.
        - REFUSED, with a reason: the reply disagrees with itself or its header. Remembered likewise.
        - NOT_ATTEMPTED, with a reason: nothing was asked, because a budget was reached or the run
          was interrupted. Never remembered.

        Each answer goes to `keep` as soon as it is there, from whichever thread has it, before the
        ledger says that it is kept. An error of the service (credentials, throttling, an outage) is
        raised, as any SealwrightError, once the calls that are under way have ended and their
        answers have been handed to `keep`: so nothing that was paid is lost, and the error itself is
        never remembered. The cache never asks for one header twice at the same time.
        """
        ...


class Store(Protocol):
    """What a cache needs of a store: KeyStore has it all, and NullStore keeps nothing."""

    @property
    def between_processes(self) -> bool:
        """Whether other processes see what is kept here, so that leases are worth their while."""
        ...

    def look_up(self, names: Sequence[bytes], families: Sequence[bytes]) -> Found:
        """Return what is held for names (`keys.keeping.names`), and the one key that serves each family."""
        ...

    def keep(self, parameters: Iterable[Parameters]) -> None:
        """Keep checked parameters, each under its header; they survive this process."""
        ...

    def flush(self) -> None:
        """Make sure that what was kept survives the machine."""
        ...

    def lease(self, names: Sequence[bytes], seconds: float) -> list[bool]:
        """Take the right to ask for names, or extend it; tell for each whether it was to be had."""
        ...

    def release(self, names: Sequence[bytes]) -> None:
        """Give leases back."""
        ...

    def deny(self, told: Mapping[bytes, Told], seconds: float) -> None:
        """Remember for some seconds that there was no answer for names."""
        ...

    def denied(self, names: Sequence[bytes]) -> dict[bytes, Told]:
        """Return which names have been denied, and why."""
        ...
