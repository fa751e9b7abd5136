"""Packets and numbers: taken apart in both formats, and every length doubted."""

import pytest

from sealwright.errors import CertificateError
from sealwright.provision._openpgp.packets import Octets, Packet, mpi, packet, read_length, read_packets


@pytest.mark.parametrize("length", [0, 1, 191, 192, 193, 8383, 8384, 70_000])
def test_written_and_read(length):
    """Each form of a length of the new format comes back."""
    octets = packet(11, bytes(length)) + packet(2, b"x")
    assert read_packets(octets) == [Packet(11, bytes(length)), Packet(2, b"x")]


@pytest.mark.parametrize(
    ("octets", "found"),
    [
        (b"\x98\x02ab", Packet(6, b"ab")),
        (b"\x99\x00\x02ab", Packet(6, b"ab")),
        (b"\x9a\x00\x00\x00\x02ab", Packet(6, b"ab")),
        (b"\xc6\xff\x00\x00\x00\x02ab", Packet(6, b"ab")),
        (b"\xc6\xc0\x00" + bytes(192), Packet(6, bytes(192))),
    ],
)
def test_forms_that_others_write(octets, found):
    """The old format's lengths, and longer ones than are needed."""
    assert read_packets(octets) == [found]


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"a", "does not consist of OpenPGP packets"),
        (b"\x98\x02ab\x01", "does not consist of OpenPGP packets"),
        (b"\x98", "cut short"),
        (b"\x98\x03ab", "cut short"),
        (b"\x9a\xff\xff\xff\xffab", "cut short"),
        (b"\xc6\xff\xff\xff\xff\xffab", "cut short"),
        (b"\xc6\xc0", "cut short"),
        (b"\x9bab", "a packet of unknown length"),
        (b"\xd2\xe1ab", "a packet in pieces"),
        (b"\xd2\xfeab", "a packet in pieces"),
    ],
)
def test_lengths_that_lie(octets, words):
    """No length is believed, and no packet without one is needed."""
    with pytest.raises(CertificateError, match=words):
        read_packets(octets)


@pytest.mark.parametrize("value", [0, 1, 255, 256, 0x1FF, (1 << 4095) + 1])
def test_numbers(value):
    """A number comes back, and nothing is left."""
    source = Octets(mpi(value))
    assert source.mpi() == value
    assert not source


@pytest.mark.parametrize("octets", [b"\x00\x09\x00\xff", b"\x00\x07\xff"], ids=["leading zero", "too long"])
def test_numbers_that_lie(octets):
    """The length of a number is that of its highest bit."""
    with pytest.raises(CertificateError, match="another length than it says"):
        Octets(octets).mpi()


def test_lengths_of_subpackets():
    """224 to 254 begin a length of two octets there (section 5.2.3.1)."""
    assert read_length(Octets(b"\xe0\x00"), two_octets_below=255) == (32 << 8) + 192
    assert read_length(Octets(b"\xff\x00\x00\x01\x00"), two_octets_below=255) == 256
