"""The door `parse_headers`: what the portable engine says of every message, and nothing outside."""

import numpy as np
import pytest

from native.doors import RNG, damaged, numbers, octets
from sealwright.telemetry.format.headers import Reading, parse_headers
from sealwright.telemetry.format.messages import Messages


@pytest.mark.parametrize(
    "offsets",
    [(-1, 40, 60), (0, 41, 40), (0, 40, 61), (61, 61, 61), (0, -(1 << 63), 60), (0, (1 << 63) - 1, 60)],
)
def test_offsets_that_do_not_rise_within_the_data_raise(offsets):
    """An offset never leads outside, whatever it is."""
    damaged("parse_headers", 1, lambda _: numbers(*offsets))


@pytest.mark.parametrize("offsets", [b"", bytearray()])
def test_offsets_have_one_number_at_least(offsets):
    """There is one offset more than messages: none at all is no batch."""
    damaged("parse_headers", 1, lambda _: offsets)


@pytest.mark.parametrize("purpose", [-1, 3, 1 << 32, 1 << 70])
def test_purposes_that_do_not_exist_raise(purpose):
    """There are three answers to what a message is for."""
    damaged("parse_headers", 6, lambda _: purpose)


@pytest.mark.parametrize("purpose", [None, "protection", "integrity"])
@pytest.mark.parametrize("max_length", [0, 40, 1 << 24, 1 << 63, 1 << 80])
def test_headers_are_read_as_the_portable_engine_reads_them(purpose, max_length, monkeypatch):
    """Every first byte at every length from 0 to 70, and a random mixture: the same four columns."""
    every = [bytes([first]) + bytes(octets(length - 1)) for first in range(256) for length in range(1, 70, 3)]
    mixed = [bytes(octets(n)) for n in RNG.integers(0, 90, 2000)]
    messages = Messages.of([*every, b"", *mixed])
    reading = Reading.of(purpose=purpose, max_length=max_length)
    ours = parse_headers(messages, reading)
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "portable")
    theirs = parse_headers(messages, reading)
    for column in ("kind", "reason", "raw", "text_length"):
        np.testing.assert_array_equal(getattr(ours, column), getattr(theirs, column), column)
