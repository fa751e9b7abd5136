"""Parameters: one reply of the service, checked against itself and against its header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from sealwright.errors import ParametersError, Reason, ReplyError
from sealwright.secret import Secret
from sealwright.telemetry.format.layouts import KIND_OF_SUITE, SHAPE_OF_SUITE, SHAPES, Kind, Shape
from sealwright.telemetry.format.suites import BLOCK, MAC_KEY_LENGTHS, TAG_LENGTH, Direction, Purpose, Suite
from sealwright.telemetry.keys.strict import read_base64, read_uid

if TYPE_CHECKING:
    from collections.abc import Mapping

_SUITES: Final = {suite.value: suite for suite in Suite}
_REGULAR: Final[frozenset[str]] = frozenset()


class Parameters(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """What one reply of the service says, checked; keys are quiet.

    `header` is the header of the messages that it opens: as it was asked for (uplink), or the
    beginning of KIV (downlink). It is empty where a reply came without one. `nonce` holds the
    CCM nonce (12 bytes) or the CBC IV (16 bytes), `kiv` 16 bytes or none.
    """

    direction: Direction
    purpose: Purpose
    suite: Suite
    uid: bytes
    header: bytes
    key: Secret
    mac_key: Secret
    nonce: bytes
    kiv: bytes
    irregular: frozenset[str] = _REGULAR
    """What departs from the guessed rules: `uid`, `nonce`, `kiv` (the tag decides), `base64` (stray bits)."""

    @property
    def kind(self) -> Kind:
        """The kind of message that this suite belongs to."""
        return KIND_OF_SUITE[self.suite]

    def for_header(self, header: bytes) -> Parameters:
        """Return the same parameters for a header: the one they were fetched for."""
        return msgspec.structs.replace(self, header=header)

    def noted(self) -> Parameters:
        """Return the same parameters with a note of every guessed rule that they do not follow."""
        irregular = _irregular(self, SHAPE_OF_SUITE[self.suite])
        return msgspec.structs.replace(self, irregular=irregular) if irregular else self


def read_reply(
    reply: Mapping[str, Any],
    *,
    header: bytes = b"",
    direction: str = Direction.UPLINK,
    purpose: str = Purpose.PROTECTION,
) -> Parameters:
    """Read one reply of an e2e call (REST document 1.1.29, "/e2e/…/get").

    `header` is the one that was asked for; downlink replies have none. Raises ReplyError for a
    missing field or one of another form, ParametersError (`mismatched_parameters`,
    `unsupported_suite`) for a reply that disagrees with itself, its header or its purpose.
    """
    way = direction if isinstance(direction, Direction) else Direction(direction)
    aim = purpose if isinstance(purpose, Purpose) else Purpose(purpose)
    fields = _Fields(reply)
    suite = _suite(fields, aim)
    shape = SHAPE_OF_SUITE[suite]
    if fields.integer("MACLength") != 8 * TAG_LENGTH:
        raise ParametersError(Reason.MAC_LENGTH)
    key, mac_key = _keys(fields, suite)
    nonce = _nonce(fields, suite)
    kiv = fields.octets("KIV", way is Direction.DOWNLINK)
    if len(kiv) != BLOCK and (kiv or way is Direction.DOWNLINK):
        raise ParametersError(Reason.NONCE_LENGTH, "KIV")
    uid = _uid(fields)
    if way is Direction.DOWNLINK:
        header = kiv[: shape.header_length]
    elif header:
        _check_header(header, uid, shape)
    parameters = Parameters(
        direction=way,
        purpose=aim,
        suite=suite,
        uid=uid,
        header=header,
        key=Secret(key),
        mac_key=Secret(mac_key),
        nonce=nonce,
        kiv=kiv,
    )
    irregular = _irregular(parameters, shape) | ({"base64"} if fields.stray else _REGULAR)
    return msgspec.structs.replace(parameters, irregular=irregular) if irregular else parameters


class _Fields:
    """A reply's fields, read by name and form; counts stray bits on the way."""

    __slots__ = ("reply", "stray")

    def __init__(self, reply: Mapping[str, Any]) -> None:
        self.reply = reply
        self.stray = False

    def integer(self, name: str) -> int | None:
        value = self._get(name)
        return value if type(value) is int else None  # no bool, no 128.0, no "128"

    def octets(self, name: str, required: bool = True) -> bytes:  # noqa: FBT001, FBT002
        if not required and self.reply.get(name) is None:
            return b""
        value = self._get(name)
        try:
            octets, stray = read_base64(value)
        except ValueError as problem:
            raise ReplyError(name, str(problem)) from None
        self.stray |= stray
        return octets

    def _get(self, name: str) -> Any:
        try:
            return self.reply[name]
        except KeyError:
            raise ReplyError(name, "the field is missing") from None


def _suite(fields: _Fields, purpose: Purpose) -> Suite:
    encrypts = "Key" in fields.reply or "EncryptionKey" in fields.reply
    if encrypts is (purpose is Purpose.INTEGRITY) and (encrypts or "AuthenticationKey" in fields.reply):
        raise ParametersError(Reason.ANOTHER_PURPOSE)
    name = fields._get("CipherSuite")  # noqa: SLF001
    if type(name) is not str or name not in _SUITES:
        raise ParametersError(Reason.UNKNOWN_SUITE)
    if purpose is Purpose.INTEGRITY:
        return Suite.HMAC_SHA256  # the sample names AES_128_CCM beside an authentication key
    if _SUITES[name] is Suite.HMAC_SHA256:
        raise ParametersError(Reason.ANOTHER_PURPOSE)
    return _SUITES[name]


def _keys(fields: _Fields, suite: Suite) -> tuple[bytes, bytes]:
    key = mac_key = b""
    if suite.key_length:
        name, other = ("EncryptionKey", "Key") if suite.has_mac_key else ("Key", "EncryptionKey")
        if name not in fields.reply and other in fields.reply:
            raise ParametersError(Reason.ANOTHER_SUITE, "CipherSuite")
        key = fields.octets(name)
        if len(key) != suite.key_length or _said_otherwise(fields, "KeyLength", key):
            raise ParametersError(Reason.KEY_LENGTH, name)
    if suite.has_mac_key:
        mac_key = fields.octets("AuthenticationKey")
        if len(mac_key) not in MAC_KEY_LENGTHS or _said_otherwise(fields, "AuthKeyLength", mac_key):
            raise ParametersError(Reason.KEY_LENGTH, "AuthenticationKey")
        if key == mac_key:
            raise ParametersError(Reason.EQUAL_KEYS)
    return key, mac_key


def _said_otherwise(fields: _Fields, name: str, key: bytes) -> bool:
    return name in fields.reply and fields.integer(name) != 8 * len(key)


def _nonce(fields: _Fields, suite: Suite) -> bytes:
    if not suite.nonce_length:
        return b""
    name = "AESIV" if suite.has_mac_key else "Nonce"
    nonce = fields.octets(name)
    if len(nonce) != suite.nonce_length:
        raise ParametersError(Reason.NONCE_LENGTH, name)
    return nonce


def _uid(fields: _Fields) -> bytes:
    uid = read_uid(fields._get("ROTPublicUID"))  # noqa: SLF001
    if uid is None:
        raise ParametersError(Reason.UID_MALFORMED)
    return uid


def _check_header(header: bytes, uid: bytes, shape: Shape) -> None:
    if len(header) != shape.header_length:
        others = {each.header_length for each in SHAPES.values() if each.purpose is shape.purpose}
        raise ParametersError(Reason.ANOTHER_SUITE if len(header) in others else Reason.HEADER_LENGTH)
    if shape.uid_proved and _named(header, shape) != uid[2:]:
        raise ParametersError(Reason.ANOTHER_DEVICE)


def _named(header: bytes, shape: Shape) -> bytes:
    return header[shape.uid_at : shape.uid_at + 6]


def _irregular(parameters: Parameters, shape: Shape) -> frozenset[str]:
    """Name what departs from the guessed rules.

    An uplink header names its UID, KIV begins with the header, and a v1 nonce is header[4:16].
    Whether a downlink header, which is KIV itself, names the UID is not known.
    """
    header, kiv = parameters.header, parameters.kiv
    if not header:
        return _REGULAR
    uplink = parameters.direction is Direction.UPLINK
    rules = (
        ("uid", not uplink or _named(header, shape) == parameters.uid[2:]),
        ("kiv", not kiv or kiv[: len(header)] == header),
        ("nonce", parameters.suite.has_mac_key or parameters.nonce == header[4:16]),
    )
    return frozenset(name for name, holds in rules if not holds)
