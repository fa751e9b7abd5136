"""Searching a store's tables: names in, entries out; what is damaged counts as absent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sealwright.telemetry.keys.keeping.entry import FILE_ORIGIN, Entry, Owner
from sealwright.telemetry.keys.keeping.looking import Found
from sealwright.telemetry.keys.keeping.names import device_of, has_family

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, MutableMapping, Sequence

    from sealwright.telemetry.keys.keeping.tables import Record, Tables
    from sealwright.telemetry.keys.keeping.vault import Vault


class Search:
    """Finds the entries of one account, of one origin and of files, or of all origins for None."""

    def __init__(self, vault: Vault, origin: str | None, account: str, on_damage: Callable[[], None]) -> None:
        self._vault, self._account = vault, account
        self._on_damage = on_damage
        self._origins: Final = () if origin is None else (origin, FILE_ORIGIN)
        self._owners = [vault.owner(Owner(each, account)) for each in dict.fromkeys(self._origins)]

    def look_up(self, places: Iterable[Tables], names: Sequence[bytes], families: Sequence[bytes]) -> Found:
        """Return what the tables hold for names, and the one key that serves each family.

        No key serves a family that two keys have been met in, or whose device is crooked.
        """
        families = [family for family in families if has_family(family)]
        rows = dict(zip(self._named("row", names), names, strict=True))
        kin = dict(zip(self._named("family", families), families, strict=True))
        tails = [device_of(family) for family in families]
        devices = dict(
            zip(self._named("device", distinct := list(dict.fromkeys(tails))), distinct, strict=True)
        )
        found = Found()
        # Of one key in two places the later one counts: memory stands in for a file that is full.
        fetched = [tables.fetch(list(rows), list(kin), list(devices), self._owners) for tables in places]
        for record in {each[:2]: each for part in fetched for each in part.records}.values():
            entry = self.open(record)
            if entry is not None and rows.get(record.name) == entry.name:
                self._prefer(found.exact, entry)
        leading: dict[bytes, dict[bytes | None, Entry]] = {}
        for record in (each for part in fetched for each in part.leaders):
            entry = self.open(record)
            family = kin.get(record.family or b"")
            if entry is not None and family is not None and family == entry.leads:
                leading.setdefault(family, {})[record.mark] = entry
                found.exact.setdefault(entry.name, entry)
        for family, by_mark in leading.items():
            found.leaders[family] = next(iter(by_mark.values())) if len(by_mark) == 1 else None
        found.crooked.update(devices[name] for part in fetched for name in part.crooked if name in devices)
        return found

    def _named(self, domain: str, texts: Iterable[bytes]) -> list[bytes]:
        return self._vault.names(domain, self._account, texts)

    def _prefer(self, exact: MutableMapping[bytes, Entry], entry: Entry) -> None:
        """Keep the entry of the service that is asked before that of a file, and that before others."""
        held = exact.get(entry.name)
        if held is None or self._rank(entry) < self._rank(held):
            exact[entry.name] = entry

    def _rank(self, entry: Entry) -> int:
        origin = entry.owner.origin
        return self._origins.index(origin) if origin in self._origins else int(origin != FILE_ORIGIN)

    def open(self, record: Record) -> Entry | None:
        """Return a record's entry, or None and say so where it is not as it was sealed."""
        entry = self._vault.open(record)
        if entry is None:
            self._on_damage()
        return entry
