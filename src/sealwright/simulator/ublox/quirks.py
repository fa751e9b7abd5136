"""What the real service does otherwise than its document says: each can be switched on."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Collection


class Quirk(StrEnum):
    """One irregularity; all of them stand in the document's own samples, or were seen."""

    BARE_UIDS = "bare-uids"
    """A ROTPublicUID of decimal digits alone comes as a number, without its leading zeros."""
    UNPADDED_BASE64 = "unpadded-base64"
    """Base64 lacks its padding."""
    STRAY_BITS = "stray-bits"
    """The last character of base64 carries bits that mean nothing."""
    CAPITAL_MESSAGE = "capital-message"
    """Sentences come as `Message` instead of `message`."""
    ESCAPED_PEM = "escaped-pem"
    """Line ends of certificates are escaped twice."""
    WITHOUT_KIV = "without-kiv"
    """Replies have no KIV, as before 1.1.29."""
    NEW_FIELDS = "new-fields"
    """Replies have a field that no document knows."""
    SHORT_KEYS = "short-keys"
    """A symmetric key has 16 bytes, whatever KeyLength was asked for."""


_BASE64: Final = frozenset({"Key", "Nonce", "KIV", "AESIV", "EncryptionKey", "AuthenticationKey"})
_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def as_sent(value: Any, quirks: Collection[Quirk]) -> Any:
    """Return a reply as a service with these quirks sends it."""
    if isinstance(value, list):
        return [as_sent(item, quirks) for item in value]
    if not isinstance(value, dict):
        return value
    told = {name: as_sent(item, quirks) for name, item in value.items()}
    for quirk, change in _CHANGES.items():
        if quirk in quirks:
            told = change(told)
    return told


def _bare_uids(told: dict[str, Any]) -> dict[str, Any]:
    changed = {_bare_name(name): item for name, item in told.items()}
    for name in ("ROTPublicUID", "ROTPublicUIDs"):
        if name in changed:
            changed[name] = _bare(changed[name])
    return changed


def _bare(uid: Any) -> Any:
    if isinstance(uid, list):
        return [_bare(each) for each in uid]
    return int(uid) if isinstance(uid, str) and uid.isdecimal() else uid


def _bare_name(name: str) -> str:
    """Return a UID that is the name of a member, as in the usage log, without its leading zeros."""
    return str(int(name)) if len(name) == 16 and name.isdecimal() else name


def _without_padding(told: dict[str, Any]) -> dict[str, Any]:
    return {name: item.rstrip("=") if name in _BASE64 else item for name, item in told.items()}


def _with_stray_bits(told: dict[str, Any]) -> dict[str, Any]:
    return {name: _stray(item) if name in _BASE64 else item for name, item in told.items()}


def _stray(text: str) -> str:
    characters = text.rstrip("=")
    if len(characters) % 4 == 0:  # every bit of the last character means something
        return text
    last = _ALPHABET[_ALPHABET.index(characters[-1]) + 1]
    return characters[:-1] + last + text[len(characters) :]


def _capital_message(told: dict[str, Any]) -> dict[str, Any]:
    return {"Message" if name == "message" else name: item for name, item in told.items()}


def _escaped_pem(told: dict[str, Any]) -> dict[str, Any]:
    return {
        name: item.replace("\n", "\\n") if isinstance(item, str) and item.startswith("-----BEGIN") else item
        for name, item in told.items()
    }


def _without_kiv(told: dict[str, Any]) -> dict[str, Any]:
    if "ROTPublicUID" not in told or "AESIV" in told:
        return told  # where the message header is told by KIV alone it has always been there
    return {name: item for name, item in told.items() if name != "KIV"}


def _with_new_field(told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "AddedLater": {"Version": 2}} if "ROTPublicUID" in told else told


_CHANGES: Final[dict[Quirk, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    Quirk.WITHOUT_KIV: _without_kiv,
    Quirk.NEW_FIELDS: _with_new_field,
    Quirk.BARE_UIDS: _bare_uids,
    Quirk.STRAY_BITS: _with_stray_bits,
    Quirk.UNPADDED_BASE64: _without_padding,
    Quirk.CAPITAL_MESSAGE: _capital_message,
    Quirk.ESCAPED_PEM: _escaped_pem,
}
