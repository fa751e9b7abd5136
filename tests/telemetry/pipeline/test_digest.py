"""SHA-256 and size of what goes by."""

import hashlib
import io
import os
from contextlib import suppress

import pytest

from sealwright.telemetry.pipeline.digest import Digest, Tap, digest_of, printable
from sealwright.telemetry.pipeline.output import LateFile

OCTETS = bytes(range(256)) * 20_000


def _sha(octets):
    return hashlib.sha256(octets).hexdigest()


def test_a_digest_tells_nothing_before_the_end():
    """Half a file has no hash."""
    digest = Digest()
    digest.update(b"ab")
    assert (digest.size, digest.sha256) == (2, None)
    digest.finish()
    assert digest.sha256 == _sha(b"ab")


@pytest.mark.parametrize("octets", [b"", b"abc", OCTETS], ids=["nothing", "little", "much"])
def test_a_tap_passes_on_what_it_hashes(octets):
    """Line by line or in large pieces, from any stream."""
    for read in (b"".join, lambda stream: stream.read()):
        with Tap(io.BytesIO(octets)) as tap:
            assert read(tap.reader) == octets
        assert (tap.digest.size, tap.digest.sha256) == (len(octets), _sha(octets))


def test_a_tap_on_a_stream_that_is_not_read_to_its_end():
    """What was read is counted, and there is no hash."""
    with Tap(io.BytesIO(OCTETS)) as tap:
        room = bytearray(100)
        tap.reader.readinto1(room)
    assert tap.digest.size >= 100
    assert tap.digest.sha256 is None


def test_a_tap_leaves_the_stream_open():
    """It belongs to somebody else."""
    stream = io.BytesIO(b"abc")
    with Tap(stream) as tap:
        tap.reader.read()
    assert not stream.closed


def test_a_pipe_is_not_waited_for():
    """What has come is passed on at once."""
    reading, writing = os.pipe()
    with open(reading, "rb", buffering=2**16) as stream, open(writing, "wb", buffering=0) as pipe:  # noqa: PTH123
        with Tap(stream) as tap:
            pipe.write(b"first\n")
            assert tap.reader.readline() == b"first\n"


def test_a_file(tmp_path):
    """Its digest as it is now; none where there is no plain file."""
    path = tmp_path / "file"
    path.write_bytes(OCTETS)
    assert digest_of(path).sha256 == _sha(OCTETS)
    assert digest_of(tmp_path).sha256 is None
    assert digest_of(tmp_path / "none").sha256 is None


@pytest.mark.parametrize("pieces", [[], [b"a", b"b"], [memoryview(OCTETS)], iter([b"x", b"y"])])
def test_an_output_that_is_listened_to(tmp_path, pieces):
    """Its digest is that of the file, and is there when the file is."""
    path = tmp_path / "out"
    with LateFile(str(path)) as file:
        file.digest = Digest()
        file.write(pieces)
        file.write([b"end"])
        assert file.digest.sha256 is None
    assert file.digest.sha256 == _sha(path.read_bytes())
    assert file.digest.size == path.stat().st_size


def test_an_output_that_does_not_appear_has_no_hash(tmp_path):
    """An error on the way leaves none."""
    file = LateFile(str(tmp_path / "out"))
    file.digest = Digest()
    with suppress(OSError), file:
        file.write([b"begun"])
        raise OSError(28, "No space left on device")
    assert (file.digest.size, file.digest.sha256) == (5, None)


def test_names_that_are_no_text():
    """They can stand in JSON."""
    assert printable(os.fsdecode(b"a\xffb")) == "a\\xffb"
    assert printable("größe") == "größe"
