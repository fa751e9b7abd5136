"""Credentials that are what they are: a token that nothing renews."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sealwright.secret import Secret


class Fixed(NamedTuple):
    """A header that is shown as it is."""

    header: Mapping[str, Secret]

    @property
    def secrets(self) -> Iterable[Secret]:
        """Nothing beside what is shown."""
        return ()

    def headers(self, _within: float) -> Mapping[str, Secret]:
        """Return the header."""
        return self.header

    def accepted(self, shown: Mapping[str, Secret]) -> None:
        """Nothing depends on it."""

    def refused(self, _shown: Mapping[str, Secret], _within: float) -> bool:
        """There is nothing else to show."""
        return False
