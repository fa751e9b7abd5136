"""What an account is made of: device groups and devices, secure objects, claim codes, jobs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sealwright.simulator.clock import iso

if TYPE_CHECKING:
    from sealwright.simulator.el2g.catalog import Product

GENERATION_SECONDS: Final = 5
"""How long the service takes to generate an object for a device."""
BATCH_SECONDS: Final = 10
"""How long it takes to make a batch of claim codes."""
JOB_SECONDS: Final = 10
"""How long a job takes."""


@dataclass(eq=False, slots=True)
class Record:
    """What has an id, a name, and a history."""

    id: int
    name: str
    created: float
    changed: float
    version: int = 0

    def touch(self, now: float) -> None:
        """Let it be changed now."""
        self.changed = now
        self.version += 1

    @property
    def metadata(self) -> dict[str, Any]:
        """Who made and changed it, and when."""
        who = "apiKey: simulated"
        return {
            "createdBy": who,
            "createdTs": iso(self.created),
            "lastModifiedBy": who,
            "lastModifiedTs": iso(self.changed),
            "version": self.version,
        }


@dataclass(eq=False, slots=True)
class Device:
    """A device that NXP has made: it is in one group at most."""

    uid: int
    product: Product
    registered: float
    group: DeviceGroup | None = None
    connected: float | None = None
    """When it was last seen."""
    fails: bool = False
    """Whether what is generated for it fails."""
    provisionings: dict[int, Provisioning] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class DeviceGroup(Record):
    """A device group of a product."""

    product: Product = field(kw_only=True)
    devices: dict[int, Device] = field(default_factory=dict)
    """By UID, in the order in which they joined."""
    codes: dict[int, ClaimCode] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class SecureObject(Record):
    """A secure object."""

    kind: str = ""
    oid: str = ""
    on_connection: bool = False
    policies: dict[str, Any] | None = None
    """By 12NC where they are CUSTOM, None where they are DEFAULT."""
    shown: dict[str, Any] = field(default_factory=dict)
    """What answers show of it beyond what all objects have."""
    key_pair: SecureObject | None = None
    ca: Any = None
    groups: dict[int, DeviceGroup] = field(default_factory=dict)
    provisionings: dict[int, Provisioning] = field(default_factory=dict)
    material: bytes = b""
    """The key or file that was imported."""


@dataclass(eq=False, slots=True)
class Provisioning:
    """What one device gets of one object; its state follows from the clock and the device."""

    id: int
    object: SecureObject
    device: Device
    group: DeviceGroup
    since: float
    certificate: str = ""
    written: float | None = None
    """When the device was given it: that may have failed."""
    seen: float | None = None
    """When the device asked for an object that is generated on connection."""

    @property
    def held(self) -> bool:
        """Whether the device has it."""
        return self.written is not None and not self.device.fails

    def state(self, now: float) -> str:
        """Return the state at a moment."""
        if self.written is not None:
            return "PROVISIONING_COMPLETED" if self.held else "PROVISIONING_FAILED"
        begun = self.seen if self.object.on_connection else self.since
        if begun is None:
            return "GENERATION_ON_CONNECTION"
        if now < begun + GENERATION_SECONDS:
            return "GENERATION_TRIGGERED"
        return "GENERATION_FAILED" if self.device.fails else "GENERATION_COMPLETED"


@dataclass(eq=False, slots=True)
class ClaimCode(Record):
    """A claim code."""

    policy: str = "UNRESTRICTED"
    behavior: str = "ALLOW"
    limit: int = 0
    reusable: bool = True
    secret: str = ""
    uses: list[int] = field(default_factory=list)
    """The devices that have shown it, as often as they have."""
    revoked: bool = False

    @property
    def is_reached(self) -> bool:
        """Whether its limit is reached."""
        return self.policy == "RESTRICTED" and 0 < self.limit <= len(set(self.uses))


@dataclass(eq=False, slots=True)
class Batch:
    """Claim codes that are made one by one."""

    id: int
    started: float
    group: DeviceGroup
    codes: list[ClaimCode]
    made: int = 0

    def progress(self, now: float) -> int:
        """Return how many per cent are made."""
        return min(100, int(100 * (now - self.started) / BATCH_SECONDS))


@dataclass(eq=False, slots=True)
class Job:
    """Work that goes on for a while."""

    id: str
    started: float
    result: dict[str, Any] | None = None

    def state(self, now: float) -> tuple[str, int]:
        """Return its state and how many per cent are done."""
        done = min(100, int(100 * (now - self.started) / JOB_SECONDS))
        return "JOB_COMPLETED_SUCCESSFULLY" if done == 100 else "JOB_PROCESSING", done
