"""All that the service knows of one customer, and what happens to it as time passes."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from hashlib import shake_256
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from sealwright.simulator.el2g.access import Access
from sealwright.simulator.el2g.authorities import Authorities, IntermediateCa, end_of
from sealwright.simulator.el2g.catalog import PRODUCTS, USUAL
from sealwright.simulator.el2g.records import Device, Job, Provisioning
from sealwright.simulator.service.refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.simulator.clock import Clock
    from sealwright.simulator.el2g.catalog import Product
    from sealwright.simulator.el2g.imports import Opener
    from sealwright.simulator.el2g.records import Batch, ClaimCode, DeviceGroup, SecureObject

K = TypeVar("K", int, str)
T = TypeVar("T")


def found(things: dict[K, T], number: K, what: str) -> T:
    """Return a thing by its id. Raises RefusalError (404) where there is none."""
    if number not in things:
        raise RefusalError(404, f"{what} with id {number} not found")
    return things[number]


class Account:
    """Everything of one customer. It starts empty; devices are made known by `register`."""

    def __init__(self, clock: Clock, seed: int, opener: Opener | None = None) -> None:
        self.clock = clock
        self.seed = seed
        self.access = Access(seed)
        self.opener = opener
        self.devices: dict[int, Device] = {}
        """Every device that NXP has made, by UID."""
        self.groups: dict[int, DeviceGroup] = {}
        self.objects: dict[int, SecureObject] = {}
        self.provisionings: dict[int, Provisioning] = {}
        self.cas: dict[int, IntermediateCa] = {}
        self.batches: dict[int, Batch] = {}
        self.jobs: dict[str, Job] = {}
        self.authorities = Authorities(seed)
        self.events: Counter[tuple[str, int, int]] = Counter()
        """What happened, by event, year and month."""
        self.base = ""
        """What stands before the path of the call that is answered now: links need it."""
        self._numbers = count(101)

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        return self.clock()

    def number(self) -> int:
        """Return the next id."""
        return next(self._numbers)

    def drawn(self, label: str, octets: int) -> bytes:
        """Return bytes that follow from the seed and a label."""
        return shake_256(f"sealwright el2g {self.seed}/{label}".encode()).digest(octets)

    def log(self, event: str, times: int = 1) -> None:
        """Count an event of this month."""
        today = datetime.fromtimestamp(self.now(), UTC)
        self.events[event, today.year, today.month] += times

    def register(self, uids: Iterable[int], product: Product | None = None) -> None:
        """Let NXP have made devices."""
        for uid in uids:
            self.devices[uid] = Device(uid, product or PRODUCTS[USUAL], self.now())
            self.log("NEW_DEVICE")

    def group(self, nc12: str, number: int) -> DeviceGroup:
        """Return a device group of a product. Raises RefusalError (404) where there is none."""
        group = found(self.groups, number, "Device group")
        if group.product.nc12 != nc12:
            raise RefusalError(404, f"Device group with id {number} not found for product {nc12}")
        return group

    def objects_of(self, group: DeviceGroup) -> list[SecureObject]:
        """Return the secure objects of a group."""
        return [each for each in self.objects.values() if group.id in each.groups]

    def join(self, device: Device, group: DeviceGroup) -> None:
        """Put a device into a group, whose objects it will get."""
        device.group = group
        group.devices[device.uid] = device
        self.log("DEVICE_CLAIMED")
        for thing in self.objects_of(group):
            self.provision(thing, device, group)

    def leave(self, device: Device) -> None:
        """Take a device out of its group, where it is in one."""
        if device.group is not None:
            del device.group.devices[device.uid]
        device.group = None
        self.log("DEVICE_UNCLAIMED")
        self._drop(device.provisionings.values())

    def assign(self, thing: SecureObject, group: DeviceGroup) -> None:
        """Give an object to a group, and to its devices."""
        thing.groups[group.id] = group
        for device in group.devices.values():
            self.provision(thing, device, group)

    def unassign(self, thing: SecureObject, group: DeviceGroup) -> None:
        """Take an object from a group."""
        del thing.groups[group.id]
        self._drop(each for each in thing.provisionings.values() if each.group is group)

    def _drop(self, gone: Iterable[Provisioning]) -> None:
        for each in list(gone):
            for kept in (self.provisionings, each.device.provisionings, each.object.provisionings):
                del kept[each.id]

    def provision(self, thing: SecureObject, device: Device, group: DeviceGroup) -> None:
        """Begin to provision a device with an object."""
        number = self.number()
        made = Provisioning(number, thing, device, group, self.now())
        for kept in (self.provisionings, device.provisionings, thing.provisionings):
            kept[number] = made
        self.log("PROVISION_SERVICE")

    def connect(self, uid: int) -> list[str]:
        """Let a device talk to the service: it gets what is ready. Returns the names of what it has now."""
        device = found(self.devices, uid, "Device")
        device.connected = now = self.now()
        for each in device.provisionings.values():
            each.seen = each.seen if each.seen is not None else now
            if each.state(now) in {"GENERATION_COMPLETED", "GENERATION_FAILED"}:
                each.written = now
        return [each.object.name for each in device.provisionings.values() if each.held]

    def holdings(self, uid: int) -> dict[str, bytes]:
        """Return what a device has now of what was imported, by object id."""
        device = found(self.devices, uid, "Device")
        return {
            each.object.oid: each.object.material
            for each in device.provisionings.values()
            if each.object.material and each.held
        }

    def claim(self, uid: int, secret: str) -> bool:
        """Let a device show a claim code; tells whether it joined the code's group (section 10)."""
        device = found(self.devices, uid, "Device")
        for group in self.groups.values():
            for code in group.codes.values():
                if code.secret == secret and group.product is device.product:
                    return self._claimed(device, group, code)
        return False

    def _claimed(self, device: Device, group: DeviceGroup, code: ClaimCode) -> bool:
        used = device.uid in code.uses
        if code.revoked or device.group is not None or (used and not code.reusable):
            return False
        if code.is_reached and not used and code.behavior == "DENY":
            return False
        code.uses.append(device.uid)
        self.join(device, group)
        return True

    def catch_up(self) -> None:
        """Let the codes of batches come into being that are due."""
        for batch in self.batches.values():
            due = len(batch.codes) * batch.progress(self.now()) // 100
            for code in batch.codes[batch.made : due]:
                code.id = self.number()
                batch.group.codes[code.id] = code
            batch.made = due

    def start_job(self, result: dict[str, Any] | None = None) -> Job:
        """Begin a job."""
        job = Job(self.drawn(f"job {self.number()}", 16).hex(), self.now(), result)
        self.jobs[job.id] = job
        return job

    def certificate_of(self, provisioning: Provisioning) -> str:
        """Return the certificate of a device, in PEM. Raises RefusalError (422) where there is none."""
        thing = provisioning.object
        if thing.kind != "CERTIFICATE" or not provisioning.state(self.now()).endswith("COMPLETED"):
            raise RefusalError(422, f"Provisioning {provisioning.id} has no certificate")
        if not provisioning.certificate:
            until = end_of(thing.shown["certificateValidity"], provisioning.since)
            key = self.authorities.device_key(
                f"{thing.key_pair and thing.key_pair.id}/{provisioning.device.uid}"
            )
            name = f"{thing.shown['commonNamePrefix']}-{provisioning.device.uid}"[:64]
            provisioning.certificate = thing.ca.issue(name, provisioning.since, until, key)
        return provisioning.certificate
