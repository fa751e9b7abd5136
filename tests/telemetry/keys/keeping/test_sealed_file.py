"""Exported key files: they open whole under their passphrase, and not at all otherwise."""

import io

import pytest

from sealwright.errors import KeyFileError
from sealwright.secret import Secret
from sealwright.telemetry import is_sealed_key_file, read_sealed_key_file, sealed_key_file

pytestmark = pytest.mark.usefixtures("quick_scrypt")
PASSPHRASE = Secret(b"five words that nobody knows")


def sealed(*pieces):
    """Return a sealed file of these pieces."""
    stream = io.BytesIO()
    with sealed_key_file(stream, PASSPHRASE) as write:
        for piece in pieces:
            write(piece)
    return stream.getvalue()


def read(octets, passphrase=PASSPHRASE):
    """Return the contents of a sealed file."""
    return read_sealed_key_file(io.BytesIO(octets), "keys.sealed", passphrase).read()


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 200_000])
def test_contents_come_back(size):
    """Whatever their length, in whatever pieces they were written."""
    contents = bytes(range(256)) * (size // 256) + bytes(size % 256)
    assert read(sealed(contents)) == contents
    pieces = [contents[at : at + 1000] for at in range(0, size, 1000)]
    assert read(sealed(*pieces)) == contents


def test_it_is_told_by_its_beginning():
    """And left where it was."""
    stream = io.BytesIO(sealed(b"text"))
    assert is_sealed_key_file(stream)
    assert stream.tell() == 0
    assert not is_sealed_key_file(io.BytesIO(b'{"KeyID":"00"}'))
    assert not is_sealed_key_file(io.BytesIO())


def test_another_passphrase():
    """A clean error."""
    with pytest.raises(KeyFileError, match="this is not the passphrase with which it was written"):
        read(sealed(b"text"), Secret(b"five words that are other ones"))


def test_nothing_of_it_is_in_the_clear():
    """Neither the contents nor the passphrase."""
    octets = sealed(b"the very contents")
    assert b"contents" not in octets
    assert PASSPHRASE.reveal() not in octets
    assert sealed(b"the very contents") != octets


def test_every_flipped_byte_is_noticed():
    """In the head, in the body and in the tag."""
    octets = sealed(b"the very contents")
    for at in range(len(b"sealwright keys 1 "), len(octets)):
        with pytest.raises(KeyFileError):
            read(octets[:at] + bytes((octets[at] ^ 1,)) + octets[at + 1 :])


def test_a_file_that_was_cut_or_put_together():
    """No chunk can be left out, moved or added, and the last one is known to be the last."""
    head, _, body = sealed(bytes(200_000)).partition(b"\n")
    size = 65_536 + 16
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    assert len(chunks) == 4
    wrong = [
        chunks[:-1],
        chunks[:1],
        chunks[1:],
        [chunks[1], chunks[0], *chunks[2:]],
        [*chunks, chunks[-1]],
        [],
    ]
    for each in wrong:
        with pytest.raises(KeyFileError, match="it is damaged, or not the whole file"):
            read(head + b"\n" + b"".join(each))
    assert read(head + b"\n" + b"".join(chunks)) == bytes(200_000)


@pytest.mark.parametrize("head", [b"", b"{}", b"[" * 4000, b"\xff"])
def test_a_head_that_is_none(head):
    """What is no record of a wrapped key is damage."""
    with pytest.raises(KeyFileError, match="damaged, or of a newer version"):
        read(b"sealwright keys 1 " + head + b"\n")
