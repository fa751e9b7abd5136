"""The first flow (AN12642 section 4.1): a device group, its devices, a secure object, the assignment.

    look -> group -> devices -> object -> assign

Everything that can be found wrong is found before the first request that changes something. Each
step looks for what is there, so the flow may be run again from its beginning at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from sealwright.errors import InputError
from sealwright.provision.flows.rehearsing import GROUP_ID, OBJECT_ID
from sealwright.provision.flows.sending import NOT_SENT, Step
from sealwright.provision.flows.shelf import Shelf
from sealwright.provision.flows.submitting import SubmissionFate, create, creation_of, submit
from sealwright.provision.request import ImportRequest, read_request
from sealwright.services.el2g import EL2G, device_uid
from sealwright.services.el2g.creations import Creation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sealwright.provision.flows.sending import Sender
    from sealwright.services._each import ItemAnswer
    from sealwright.services.el2g.client import El2gClient

_GROUP = EL2G.find("device_groups", "create")
_ADD = EL2G.find("device_groups", "add_devices")
_ASSIGN = EL2G.find("secure_objects", "assign")


def read_object_request(text: bytes) -> ImportRequest | Creation:
    """Read what `wrap` has written, or the JSON body of a creation that needs no envelope (section 4.1.3).

    Raises InputError, and RequestError for a body that breaks a rule.
    """
    try:
        body = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InputError("object: it is no JSON: give a file of `wrap`, or the body of a creation") from None
    if not isinstance(body, dict):
        raise InputError("object: it is no JSON object: give a file of `wrap`, or the body of a creation")
    if "format" in body:
        return read_request(text)
    creation = EL2G.read("POST", "/rtp/secure-objects", body)
    assert isinstance(creation, Creation)  # noqa: S101  # all calls of this path are
    return creation


@dataclass(frozen=True, slots=True)
class SecureObjectFlow:
    """What is wanted: a product by its 12NC, the name of a group, UIDs of devices, and an object."""

    nc12: str
    group: str
    device_ids: tuple[str, ...]
    wanted: ImportRequest | Creation

    @classmethod
    def of(
        cls, nc12: str, group: str, devices: Iterable[str | int], wanted: ImportRequest | Creation
    ) -> SecureObjectFlow:
        """Return a flow whose UIDs are read, in any of their forms. Raises InputError."""
        return cls(nc12, group, tuple(dict.fromkeys(str(device_uid(each)) for each in devices)), wanted)

    def run(self, sender: Sender, tell: Callable[[Step], object] = lambda _: None) -> list[ItemAnswer]:
        """Run it to its end; return the devices that could not be added, each with the reason.

        `tell` hears of each step. Raises InputError and RequestError for what is wrong, before anything
        is sent, and as the client does.
        """
        found = self._look(sender.client)
        group_id = self._group(sender, found, tell)
        failed = self._devices(sender, found, group_id, tell)
        object_id = self._object(sender, found.shelf, tell)
        self._assign(sender, found, group_id, object_id, tell)
        return failed

    @property
    def _creation(self) -> Creation:
        return creation_of(self.wanted) if isinstance(self.wanted, ImportRequest) else self.wanted

    def _look(self, client: El2gClient) -> _Found:
        """Look at all that is there, and find what is wrong. Raises InputError."""
        creation = self._creation
        if not client.products.list(nc12=self.nc12):
            raise InputError(f"12NC: the account has no product {self.nc12}: see `el2g products list`")
        policies = creation.policies
        if policies is not None and self.nc12 not in msgspec.to_builtins(policies):
            raise InputError(f"policies: the object has none for product {self.nc12}, which the group is of")
        shelf = Shelf.read(client)
        shelf.find(creation, share_object_id=True)
        group = self._group_of_name(client)
        if group is None:
            return _Found(shelf)
        listed = client.device_groups.devices_all(nc12=self.nc12, device_group_id=group)
        devices = frozenset(each.device.id or "" for each in listed if each.device)
        assigned = list(client.secure_objects.assigned_all(device_group_id=group))
        self._check_object_id(creation, assigned)
        objects = frozenset(str(each.secure_object_id) for each in assigned)
        return _Found(shelf, group, devices, objects)

    def _group_of_name(self, client: El2gClient) -> int | None:
        listed = client.device_groups.list_all(nc12=self.nc12, name=self.group)
        found = [each for each in listed if each.device_group_name == self.group]
        if len(found) > 1:
            numbers = ", ".join(str(each.id) for each in found)
            raise InputError(
                f"device group: {self.group!r} is the name of several: {numbers}: rename all but one"
            )
        return int(found[0].id) if found else None

    def _check_object_id(self, creation: Creation, assigned: list[Any]) -> None:
        """Raise InputError where the group has another object of this object id (section 4.1.4)."""
        for each in assigned:
            same = int(each.object_id or "0", 16) == int(creation.object_id, 16)
            if same and each.secure_object_name != creation.name:
                raise InputError(
                    f"object id {creation.object_id} is taken in device group {self.group!r} by secure object"
                    f" {each.secure_object_id} {each.secure_object_name!r}: choose another"
                )

    def _group(self, sender: Sender, found: _Found, tell: Callable[[Step], object]) -> int:
        words = f"device group {self.group!r} of product {self.nc12}"
        if found.group is not None:
            tell(Step("found", words, str(found.group)))
            return found.group
        request = _GROUP.make(nc12=self.nc12, device_group_name=self.group)
        sent = sender.send(request, action="create-device-group", name=self.group, nc12=self.nc12)
        tell(Step.of(sent, "created", words))
        return GROUP_ID if sent.reply is None else int(sent.reply.id)

    def _devices(
        self, sender: Sender, found: _Found, group_id: int, tell: Callable[[Step], object]
    ) -> list[ItemAnswer]:
        missing = [each for each in self.device_ids if each not in found.devices]
        if there := len(self.device_ids) - len(missing):
            tell(Step("found", f"{there:,} of the devices in {self.group!r}"))
        if not missing:
            return []
        arguments = {"nc12": self.nc12, "device_group_id": group_id, "device_ids": missing}
        answers = sender.each(_ADD, arguments, action="add-devices", name=self.group, nc12=self.nc12)
        failed = [each for each in answers if each.fate != "done"]
        added = len(missing) - len(failed)
        tell(Step("added" if answers else NOT_SENT, f"{added:,} of the devices to {self.group!r}"))
        return failed

    def _object(self, sender: Sender, shelf: Shelf, tell: Callable[[Step], object]) -> int:
        if isinstance(self.wanted, ImportRequest):
            told = submit(sender, self.wanted, shelf=shelf, share_object_id=True)
        else:
            told = create(sender, self.wanted, shelf, share_object_id=True)
        word = NOT_SENT if told.fate is SubmissionFate.NOT_ATTEMPTED else str(told.fate)
        tell(Step(word, f"{told.object_type} {told.object_id} {told.name!r}", told.identifier))
        return int(told.identifier) if told.identifier else OBJECT_ID

    def _assign(
        self,
        sender: Sender,
        found: _Found,
        group_id: int,
        object_id: int,
        tell: Callable[[Step], object],
    ) -> None:
        creation = self._creation
        words = f"the assignment of {creation.name!r} to {self.group!r}"
        if str(object_id) in found.assigned:
            tell(Step("found", words))
            return
        request = _ASSIGN.make(secure_object_id=object_id, device_group_id=group_id)
        about = {"object_type": creation.kind, "object_id": creation.object_id, "nc12": self.nc12}
        sent = sender.send(request, action="assign-device-group", name=creation.name, **about)
        tell(Step.of(sent, "done", words))


class _Found(NamedTuple):
    """What there is before anything is done."""

    shelf: Shelf
    group: int | None = None
    devices: frozenset[str] = frozenset()
    assigned: frozenset[str] = frozenset()
