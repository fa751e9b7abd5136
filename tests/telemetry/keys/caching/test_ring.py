"""The keyring of a cache: it opens what memory holds, and leaves everything else to be resolved."""

import pytest

import making
import stores
from sealwright import CachedSource, Outcome, open_messages, seal_message
from sealwright.telemetry.core import core
from upstreams import Service, key_of

pytestmark = pytest.mark.skipif(core().module is None, reason="no native core")


class Watched(CachedSource):
    """Counts the headers that it is asked to resolve."""

    asked = 0

    def resolve(self, headers, *, exact=False):
        """Count and answer."""
        self.asked += len(headers)
        return super().resolve(headers, exact=exact)


def message(key=0, counter=0, text=b"text"):
    """Return a message that the service's key opens."""
    raw = stores.header(key, counter)
    return seal_message(text, stores.parameters(raw, key_of(raw)))


def damaged(sealed):
    """Return the message with its last bit flipped."""
    return sealed[:-1] + bytes((sealed[-1] ^ 1,))


def opened(source, *messages):
    """Open messages; return their texts. No cross-check, which asks for all headers."""
    return open_messages(list(messages), source, cross_check=None).to_list()


def test_what_is_in_memory_is_not_resolved():
    """Once a key is known, its messages open without a look-up a header."""
    source = Watched(service := Service())
    assert opened(source, message(0), message(1)) == [b"text"] * 2
    assert source.asked == 2
    assert (
        opened(source, *(message(key, counter) for key in range(2) for counter in range(9))) == [b"text"] * 18
    )
    assert (source.asked, service.paid) == (2, 2)


def test_new_keys_come_in_when_there_are_enough_or_no_more():
    """Until then their messages are resolved: what comes out is the same."""
    source = Watched(Service())
    opened(source, *map(message, range(80)))
    opened(source)
    assert source.asked == 80
    assert opened(source, message(80)) == [b"text"]
    assert opened(source, message(80, 1)) == [b"text"]
    assert source.asked == 82
    assert opened(source, message(80, 2)) == [b"text"]
    assert source.asked == 82


def test_a_failed_message_is_resolved_once_more():
    """Its very header may have other parameters; a damaged one is asked for once, and stays not authentic."""
    follower = stores.header(counter=1)
    service = Service()
    service.answers[follower] = stores.parameters(follower, making.KEY)
    source = CachedSource(service)
    opened(source, message())
    assert opened(source, seal_message(b"other", stores.parameters(follower, making.KEY))) == [b"other"]
    for _ in range(3):
        batch = open_messages([damaged(message(counter=2))], source, cross_check=None)
        assert batch.counts()[Outcome.NOT_AUTHENTIC] == 1
    assert service.paid == 3


def test_a_damaged_copy_beside_its_original_costs_no_call():
    """The original proves the key; wherever it stands, and whatever else is in the batch."""
    source = CachedSource(service := Service())
    opened(source, message(), message(1))
    original = message(counter=5)
    batch = open_messages(
        [damaged(original), b"", message(1, 3), original, message(counter=6)], source, cross_check=None
    )
    assert batch.to_list() == [None, None, b"text", b"text", b"text"]
    assert batch.uid[2:].tolist() == [list(making.UID)] * 3
    assert batch.uid[:2].any() == False  # noqa: E712  # numpy's own
    assert service.paid == 2


def test_devices_without_the_shortcut_are_left_out():
    """Each of their headers is resolved by itself, however often."""
    source = Watched(service := Service(irregular=True))
    headers = [stores.header(counter=each) for each in range(3)]
    texts = [seal_message(b"text", stores.irregular(raw, key_of(raw))) for raw in headers]
    for count in (1, 2, 3):
        assert opened(source, *texts) == [b"text"] * 3
        assert source.asked == 3 * count
    assert set(service.calls.values()) == {1}


def test_without_the_shortcut_there_is_none():
    """Each header is to be looked up by itself, so no key is tried on others."""
    source = Watched(service := Service(), shortcut=False)
    opened(source, message())
    assert source.keyring() is None
    assert opened(source, message(counter=1)) == [b"text"]
    assert (source.asked, service.paid) == (2, 2)


def test_what_memory_forgets_the_keyring_forgets_a_minute_later():
    """Although nothing is looked up meanwhile, because the keyring opens everything."""
    clock = stores.Clock()
    source = Watched(service := Service(), seconds=100, clock=clock)
    opened(source, message())
    for seconds in (0, 30, 69, 1, 20):
        clock.now += seconds
        assert opened(source, message()) == [b"text"]
    assert (source.asked, service.paid) == (1, 1)
    clock.now += 61
    assert opened(source, message()) == [b"text"]
    assert (source.asked, service.paid) == (2, 2)


def test_a_child_begins_without():
    """As its memory does."""
    source = CachedSource(Service())
    opened(source, message())
    assert source.keyring() is not None
    source.renew()
    assert source.keyring() is None
