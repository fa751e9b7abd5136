"""What an account has already: secure objects by name and by object id."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sealwright.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.services.el2g._secure_object import SecureObject
    from sealwright.services.el2g.client import El2gClient
    from sealwright.services.el2g.creations import Creation

_AES_BITS: Final = {"AES128": 128, "AES256": 256}


class Held(NamedTuple):
    """What is to be known of a secure object: of tens of thousands there is not more in memory."""

    id: str
    name: str
    kind: str
    object_id: str
    length: int | None

    def __str__(self) -> str:
        """Return it in words."""
        length = "" if self.length is None else f" and length {self.length}"
        return (
            f"secure object {self.id}, the {self.kind} {self.name!r} with object id {self.object_id}{length}"
        )

    @property
    def number(self) -> int | None:
        """The object id as a number, None for one that is none."""
        return object_number(self.object_id)

    def is_wanted(self, wanted: Creation) -> bool:
        """Compare name, type, object id and, where the service tells it, the size: never the key."""
        same = (self.name, self.kind, self.number) == (wanted.name, wanted.kind, int(wanted.object_id, 16))
        return same and _size_agrees(self.length, getattr(wanted, "key_size", None))


def object_number(object_id: str | None) -> int | None:
    """Return an object id that a service has told as a number; None for what is none."""
    try:
        return int(object_id or "", 16)
    except ValueError:
        return None


class Shelf:
    """The secure objects of an account as they were listed, and what was put here since.

    A service has no look-up by object id, so all of them are listed, once, a hundred in a call.
    For any number of threads.
    """

    def __init__(self, objects: Iterable[SecureObject]) -> None:
        self._lock = threading.Lock()
        self._by_name: dict[str, list[Held]] = {}
        self._by_id: dict[int, list[Held]] = {}
        for each in objects:
            self.put(each)

    @classmethod
    def read(cls, client: El2gClient) -> Shelf:
        """List what an account has. Raises as the client does."""
        return cls(client.secure_objects.list_all())

    def put(self, each: SecureObject) -> None:
        """Add an object that has come into being."""
        held = Held(
            str(each.id), each.name or "", each.secure_object_type or "", each.object_id or "", each.length
        )
        with self._lock:
            self._by_name.setdefault(held.name, []).append(held)
            if held.number is not None:
                self._by_id.setdefault(held.number, []).append(held)

    def __contains__(self, name: str) -> bool:
        """Tell whether there is an object of this name."""
        with self._lock:
            return name in self._by_name

    def find(self, wanted: Creation, *, share_object_id: bool = False) -> Held | None:
        """Return the object that a creation would make once more; None where there is none of its name.

        Raises InputError where its name, or unless they may be shared its object id, is another's.
        """
        with self._lock:
            named = list(self._by_name.get(wanted.name, ()))
            same_id = list(self._by_id.get(int(wanted.object_id, 16), ()))
        if named:
            found = next((each for each in named if each.is_wanted(wanted)), None)
            if found is None:
                raise InputError(
                    f"secure object: the name {wanted.name!r} is taken by {named[0]}: choose another name"
                )
            return found
        if same_id and not share_object_id:
            raise InputError(
                f"secure object: object id {wanted.object_id} is taken by {same_id[0]}: choose"
                " another, or where no device group gets both share it (--share-object-id)"
            )
        return None


def _size_agrees(length: int | None, size: Any) -> bool:
    """Compare a length, in bits of an AES key and in bytes of an HMAC key, with a keySize."""
    if length is None or size is None:
        return True
    return length == (_AES_BITS[size] if size in _AES_BITS else int(size))
