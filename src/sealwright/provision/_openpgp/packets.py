"""Packets: a tag, a length and a body (RFC 4880 section 4); numbers within them (section 3.2)."""

from __future__ import annotations

from typing import Final, NamedTuple

from sealwright.errors import CertificateError

SESSION_KEY: Final = 1
SIGNATURE: Final = 2
ONE_PASS: Final = 4
SECRET_KEY: Final = 5
PUBLIC_KEY: Final = 6
SECRET_SUBKEY: Final = 7
COMPRESSED: Final = 8
LITERAL: Final = 11
TRUST: Final = 12
USER_ID: Final = 13
PUBLIC_SUBKEY: Final = 14
USER_ATTRIBUTE: Final = 17
PROTECTED: Final = 18
DETECTION: Final = 19

_CUT: Final = "it is cut short, or a length in it is damaged"


class Packet(NamedTuple):
    """What a packet is, and its body."""

    tag: int
    body: bytes


class Octets:
    """Octets that are taken one piece after the other. Raises CertificateError where there are too few."""

    __slots__ = ("_at", "_octets")

    def __init__(self, octets: bytes) -> None:
        self._octets, self._at = octets, 0

    def __bool__(self) -> bool:
        return self._at < len(self._octets)

    def take(self, count: int) -> bytes:
        """Return the next octets."""
        piece = self._octets[self._at : self._at + count]
        if len(piece) != count:
            raise CertificateError(_CUT)
        self._at += count
        return piece

    def number(self, count: int) -> int:
        """Return the number that the next octets are, big-endian."""
        return int.from_bytes(self.take(count))

    def mpi(self) -> int:
        """Return the next multiprecision integer. Raises CertificateError for one whose length lies."""
        bits = self.number(2)
        value = self.number((bits + 7) // 8)
        if value.bit_length() != bits:
            raise CertificateError("a number in it has another length than it says")
        return value

    def rest(self) -> bytes:
        """Return all that is left."""
        return self.take(len(self._octets) - self._at)


def mpi(value: int) -> bytes:
    """Write a multiprecision integer."""
    bits = value.bit_length()
    return bits.to_bytes(2) + value.to_bytes((bits + 7) // 8)


def length_octets(length: int) -> bytes:
    """Write a length as packets of the new format and subpackets have it (section 4.2.2)."""
    if length < 192:
        return bytes([length])
    if length < 8384:
        return (length - 192 + 0xC000).to_bytes(2)
    return b"\xff" + length.to_bytes(4)


def packet(tag: int, body: bytes) -> bytes:
    """Write a packet of the new format."""
    return bytes([0xC0 | tag]) + length_octets(len(body)) + body


def read_packets(octets: bytes) -> list[Packet]:
    """Take octets apart. Raises CertificateError for what is no row of packets of known lengths."""
    source, packets = Octets(octets), []
    while source:
        head = source.number(1)
        if not head & 0x80:
            raise CertificateError("it does not consist of OpenPGP packets")
        if head & 0x40:
            tag, length = head & 0x3F, read_length(source)
        else:
            tag, length = (head >> 2) & 0x0F, _old_length(source, head & 0x03)
        packets.append(Packet(tag, source.take(length)))
    return packets


def read_length(source: Octets, *, two_octets_below: int = 224) -> int:
    """Read a length of a packet of the new format; of a subpacket with `two_octets_below=255`."""
    first = source.number(1)
    if first < 192:
        return first
    if first < two_octets_below:
        return ((first - 192) << 8) + source.number(1) + 192
    if first == 255:
        return source.number(4)
    raise CertificateError("it has a packet in pieces of unknown number, which no key needs")


def _old_length(source: Octets, kind: int) -> int:
    if kind == 3:
        raise CertificateError("it has a packet of unknown length, which no key needs")
    return source.number(1 << kind)
