"""Device profiles: groups of devices, and what their new ones get ("/deviceprofile/…")."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import shake_256
from typing import TYPE_CHECKING

from sealwright.simulator.service.refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.simulator.ublox.devices import Properties


@dataclass(slots=True)
class Profile:
    """One device profile."""

    uid: str
    name: str
    created: float
    desired: Properties | None = None
    """What devices of it get when they bootstrap; None where nothing is set."""


class Profiles:
    """The device profiles of an account; the service's own portal makes them, no call does."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._by_uid: dict[str, Profile] = {}

    def __iter__(self) -> Iterator[Profile]:
        return iter(self._by_uid.values())

    def add(self, name: str, now: float) -> Profile:
        """Make a profile; its UID follows from the seed and the name."""
        drawn = shake_256(f"sealwright profile {self._seed}/{name}".encode()).digest(16)
        uid = urlsafe_b64encode(drawn).rstrip(b"=").decode()
        profile = self._by_uid[uid] = Profile(uid, name, now)
        return profile

    def get(self, uid: str) -> Profile:
        """Return the profile with this UID. Raises RefusalError (404) where there is none."""
        if uid not in self._by_uid:
            raise RefusalError(404, "Not Found. There is no such DeviceProfileUID")
        return self._by_uid[uid]
