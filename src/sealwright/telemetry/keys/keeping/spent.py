"""The ledger of spent downlink sets: which message a set has sealed. A set seals one message and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from sealwright.errors import StoreError
from sealwright.telemetry.keys.keeping.tables import LEDGER_IS_DAMAGED, Claim
from sealwright.telemetry.keys.keeping.vault import FORMAT, Boxed, Vault
from sealwright.telemetry.keys.spending import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from sealwright.telemetry.keys.keeping.tables import Tables
    from sealwright.telemetry.keys.spending import Spending


class _Label(msgspec.Struct, array_like=True, frozen=True):
    kiv: bytes
    uid: bytes


class SpentSets:
    """Claims sets in a store's tables. It holds no texts: they are named by HMAC."""

    def __init__(self, vault: Vault, tables: Tables) -> None:
        self._vault, self._tables = vault, tables
        self._known: set[bytes] = set()
        """Sets known to be spent: that never changes."""

    def turn(self) -> AbstractContextManager[object]:
        """Let one at a time choose sets and spend them; what is spent is recorded when the turn ends."""
        return self._tables.turn()

    def spend(self, spendings: Sequence[Spending]) -> list[Standing]:
        """Record sets as spent, durably, before their messages are given out.

        A set that was spent before stays as it was: what stands for it is returned. Raises
        StoreError when nothing could be recorded, or a row of the ledger is damaged.
        """
        claims = [self._seal(each) for each in spendings]
        stands = self._tables.claim(claims)
        return [
            Standing(each.message, new=True) if stand == claim else Standing(self._open(stand)[1], new=False)
            for each, claim, stand in zip(spendings, claims, stands, strict=True)
        ]

    def spent(self, kivs: Sequence[bytes]) -> set[bytes]:
        """Return which of these sets have been spent."""
        asked = [kiv for kiv in kivs if kiv not in self._known]
        names = self._names(asked)
        found = self._tables.claimed(names) if names else set()
        self._known.update(kiv for kiv, name in zip(asked, names, strict=True) if name in found)
        return self._known.intersection(kivs)

    def earlier(self, texts: Sequence[tuple[bytes, bytes]]) -> list[list[bytes]]:
        """Return, for each UID and text, the KIVs of the sets that have sealed it, the first one first."""
        names = [self._text(uid, text) for uid, text in texts]
        found: dict[bytes, list[bytes]] = {}
        for claim in self._tables.claims_of(list(dict.fromkeys(names))):
            found.setdefault(claim.text, []).append(self._open(claim)[0].kiv)
        return [found.get(name, []) for name in names]

    def _seal(self, spending: Spending) -> Claim:
        name = self._names([spending.kiv])[0]
        text = self._text(spending.uid, spending.text)
        label = _Label(spending.kiv, spending.uid)
        return Claim(name, text, *self._vault.box(label, spending.message, _beside(name, text)))

    def _open(self, claim: Claim) -> tuple[_Label, bytes]:
        whole = all(type(each) is bytes for each in claim)
        opened = self._vault.unbox(Boxed(*claim[2:]), _Label, _beside(*claim[:2])) if whole else None
        if opened is None:
            raise StoreError(f"store: {self._tables.where}: {LEDGER_IS_DAMAGED}")
        return opened

    def _names(self, kivs: Sequence[bytes]) -> list[bytes]:
        return self._vault.names(_SET, "", kivs)

    def _text(self, uid: bytes, text: bytes) -> bytes:
        return self._vault.name(_TEXT, "", uid + text)


_SET: Final = "spent set"
_TEXT: Final = "spent text"


def _beside(name: bytes, text: bytes) -> bytes:
    return msgspec.msgpack.encode((b"sealwright spent", FORMAT, name, text))
