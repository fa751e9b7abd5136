"""The distinct headers of messages that come in parts."""

import numpy as np
import pytest

from making import V1_HEADER, V2_HEADER
from sealwright.telemetry import Messages
from sealwright.telemetry.format import distinct
from sealwright.telemetry.format.distinct import DistinctHeaders
from sealwright.telemetry.format.headers import Reading

TEXT = bytes(40)


def v1(number):
    """Return a message with a header of its own."""
    return V1_HEADER[:12] + number.to_bytes(4) + TEXT


def collected(*parts, **reading):
    """Return what is known of parts of messages."""
    claimed = DistinctHeaders(Reading.of(**reading))
    claimed.add(map(Messages.of, parts))
    return claimed


def test_each_once_in_the_order_of_first_sight():
    """Within a part, and over parts; text lengths are those of the first messages."""
    claimed = collected([v1(2), v1(1) + b"more", v1(2)], [], [v1(3), v1(1)])
    headers = claimed.headers()
    assert headers.raw[:, 15].tolist() == [2, 1, 3]
    assert headers.text_length.tolist() == [24, 28, 24]
    assert (claimed.messages, claimed.formed) == (5, 5)


def test_malformed_messages_have_none():
    """They are counted."""
    claimed = collected([b"", None, b"\x31" + TEXT, V2_HEADER + TEXT])
    assert len(claimed.headers()) == 1
    assert (claimed.messages, claimed.formed) == (4, 1)


def test_none_at_all():
    """There are no headers, and their columns are there."""
    assert len(collected().headers()) == len(collected([]).headers()) == 0


@pytest.mark.parametrize("few", [0, 1, 7, 10_000])
def test_however_many_wait(monkeypatch, few):
    """Comparing them now or later makes no difference, and more may come after they were asked for."""
    monkeypatch.setattr(distinct, "_FEW", few)
    numbers = np.random.default_rng(1).integers(0, 500, 3000).tolist()
    claimed = DistinctHeaders(Reading.of())
    for at in range(0, 3000, 100):
        claimed.add([Messages.of([v1(number) for number in numbers[at : at + 100]])])
        if at % 700 == 0:
            claimed.headers()
    found = [int.from_bytes(raw[12:]) for raw in map(bytes, claimed.headers().raw)]
    assert found == list(dict.fromkeys(numbers))


def test_the_purpose_is_the_readings():
    """What overrides the type byte overrides it here."""
    assert collected([V2_HEADER + TEXT], purpose="integrity").headers().kind.tolist() == [3]
