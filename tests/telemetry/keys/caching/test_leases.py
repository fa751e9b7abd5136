"""Leases that are extended while a service is being asked, and given back."""

import time

import pytest

from sealwright.errors import StoreError
from sealwright.telemetry.keys.caching.leases import held


class Store:
    """Counts what is asked of it."""

    between_processes = True

    def __init__(self, error=None):
        self.leased, self.released, self._error = [], [], error

    def lease(self, names, seconds):
        """Take a lease."""
        self.leased.append((list(names), seconds))
        if self._error:
            raise self._error
        return [True] * len(names)

    def release(self, names):
        """Give leases back."""
        self.released.append(list(names))


@pytest.mark.parametrize("error", [None, StoreError("gone")], ids=["extended", "lost"])
def test_a_lease_is_extended_as_long_as_it_is_needed(error):
    """Three times in its time; a store that is gone for a moment does not end the call."""
    store = Store(error)
    with held(store, [b"a", b"b"], 0.15):
        time.sleep(0.3)
    assert len(store.leased) >= 2
    assert store.leased[0] == ([b"a", b"b"], 0.15)
    assert store.released == [[b"a", b"b"]]
    extended = len(store.leased)
    time.sleep(0.1)
    assert len(store.leased) == extended


def test_a_lease_is_given_back_after_an_error():
    """And the error goes on."""
    store = Store()
    with pytest.raises(ZeroDivisionError), held(store, [b"a"], 60):
        raise ZeroDivisionError
    assert store.released == [[b"a"]]


def test_a_store_of_one_process_needs_no_extending():
    """Nobody else waits."""
    store = Store()
    store.between_processes = False
    with held(store, [b"a"], 0.03):
        time.sleep(0.06)
    assert (store.leased, store.released) == ([], [[b"a"]])
