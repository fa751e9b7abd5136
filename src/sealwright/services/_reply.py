"""What a service answers: typed, with secrets quiet, and nothing of it lost."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from sealwright.secret import Secret


class Reply(msgspec.Struct, kw_only=True, frozen=True, eq=False, dict=True):
    """A reply, or an object inside one.

    Its fields are those that the document shows, None where the service left one out. Documents
    cut their samples short and services grow, so what is not shown is kept: `extra` has it under
    the service's own names. Secrets are quiet; `reveal()` returns the whole object as it came.
    """

    other_names: ClassVar[dict[str, str]] = {}
    """Names that the service sometimes has for a field, and the usual one of each."""

    @property
    def extra(self) -> dict[str, Any]:
        """The fields that the type does not declare, under their own names."""
        known = {name.casefold() for name in (*self.__struct_encode_fields__, *self.other_names)}
        return {name: value for name, value in self._came().items() if name.casefold() not in known}

    def reveal(self) -> dict[str, Any]:
        """Return the object as the service sent it, secrets and undeclared fields included."""
        return dict(self._came())

    def _came(self) -> dict[str, Any]:
        whole: dict[str, Any] = self.__dict__.get("_whole", {})
        return whole


def keep(reply: Reply, whole: dict[str, Any]) -> None:
    """Let a reply remember the object that it was read from."""
    msgspec.structs.force_setattr(reply, "_whole", whole)


def revealed(value: Any) -> Any:
    """Return a reply of any shape as plain JSON values, secrets included."""
    if isinstance(value, Secret):
        return value.reveal().decode()
    if isinstance(value, Reply):
        return value.reveal()
    if isinstance(value, list):
        return [revealed(item) for item in value]
    if isinstance(value, dict):
        return {name: revealed(item) for name, item in value.items()}
    return value
