"""The plan: how many calls at least and at most, and what is held already."""

import pytest

from making import V1_HEADER, V2_HEADER, reply_v1
from sealwright.telemetry import HeldKeys, Plan, plan_calls, read_reply

SIGNED = bytes.fromhex("29 00000f 000089282245 01")


def v1(key=0, counter=0):
    """Return a message with a v1 header."""
    return V1_HEADER[:13] + bytes((key,)) + counter.to_bytes(2) + bytes(40)


def test_headers_key_ids_and_calls():
    """Two keys of v1 with three headers, two of v2, one signed; the malformed cost nothing."""
    messages = [v1(0, 0), v1(0, 0), v1(0, 1), v1(1, 0), b"", b"\x31", None]
    messages += [V2_HEADER + bytes(40), b"\x2f" + V2_HEADER[1:] + bytes(40), SIGNED + bytes(40)]
    assert plan_calls(messages) == Plan(
        messages=7, headers=6, held=0, at_least=4, at_most=5, free=1, malformed=3
    )


def test_what_is_held_is_not_asked_for():
    """A header that is held costs nothing; one whose key is held does only if that key fails."""
    held = HeldKeys()
    held.add(read_reply(reply_v1(v1()[:16]), header=v1()[:16]))
    messages = [v1(0, 0), v1(0, 1), v1(1, 0)]
    assert plan_calls(messages, held) == Plan(messages=3, headers=3, held=2, at_least=1, at_most=2, free=0)


def test_nothing_to_do():
    """No message, no call."""
    assert plan_calls([]) == Plan(0, 0, 0, 0, 0, 0)


def test_a_purpose_overrides_the_type_byte():
    """Signed messages are not billed."""
    assert plan_calls([V2_HEADER + bytes(40)], purpose="integrity").free == 1


@pytest.mark.parametrize(
    ("a_call", "concurrency", "seconds"), [(0.02, 16, (0.5, 1.0)), (1.0, 1, (400.0, 800.0))]
)
def test_how_long_it_takes(a_call, concurrency, seconds):
    """Calls beside each other take less."""
    assert Plan(0, 0, 0, at_least=300, at_most=700, free=100).seconds(a_call, concurrency) == seconds
