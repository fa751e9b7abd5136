"""Events: logs by time and device, and hooks that are told of them."""

import pytest

from sealwright.simulator.clock import START
from sealwright.simulator.service.refusal import RefusalError
from sealwright.simulator.ublox.events import Event, Hooks, Log

NOW = START.timestamp()
UID, OTHER = bytes.fromhex("0002000089282245"), bytes.fromhex("0002000089282246")
URL, KIND = "https://example.com/hook", "DEVICE_BOOTSTRAP_EVENT"


def test_a_log_is_searched_by_time_and_device():
    """Both ends are included."""
    log, events = Log(), [Event(at, uid, "x", {}) for at, uid in ((1, UID), (2, OTHER), (3, UID))]
    for event in events:
        log.add(event)
    assert log.between(0, 9) == events
    assert log.between(1, 2) == events[:2]
    assert log.between(2, 3, {UID}) == events[2:]
    assert log.between(0, 9, set()) == []


@pytest.fixture
def hooks():
    """Return hooks with one that is registered."""
    hooks = Hooks()
    hooks.create(URL, "Bearer made for testing", KIND, NOW)
    return hooks


def test_a_hook_is_told_of_its_kind(hooks):
    """The body is that of the document's example, the header what was registered."""
    hooks.tell(KIND, NOW, {"Version": "12"}, UID)
    hooks.tell("ROOTCA_EXPIRATION_EVENT", NOW, {})
    (delivery,) = hooks.sent
    assert (delivery.url, delivery.authorization) == (URL, "Bearer made for testing")
    assert delivery.body == {
        "ROTPublicUID": UID.hex(),
        "Timestamp": "2026-01-15T00:00:00Z",
        "EventType": KIND,
        "Payload": {"Version": "12"},
    }


def test_an_event_of_no_device_names_none(hooks):
    """As the document's example of a root CA's end."""
    hooks.tell(KIND, NOW, {})
    assert "ROTPublicUID" not in hooks.sent[0].body


def test_deliveries_can_be_passed_on(hooks):
    """Whoever wants to call a real receiver gets each delivery."""
    passed = []
    hooks.deliver = passed.append
    hooks.tell(KIND, NOW, {})
    assert passed == hooks.sent


def test_hooks_change(hooks):
    """A URL may be for several kinds, and all of them change and go together."""
    hooks.create(URL, "a", "DEVICE_ERRORS_EVENT", NOW)
    hooks.create("https://example.com/other", "b", KIND, NOW)
    with pytest.raises(RefusalError, match=r"400 .*already exists"):
        hooks.create(URL, "c", KIND, NOW)
    hooks.update(URL, "new")
    assert [hook.authorization for hook in hooks.hooks] == ["new", "new", "b"]
    hooks.delete(URL)
    assert [hook.url for hook in hooks.hooks] == ["https://example.com/other"]
    for ask in (lambda: hooks.update(URL, "x"), lambda: hooks.delete(URL)):
        with pytest.raises(RefusalError, match="404"):
            ask()
