"""What begins afresh in a forked child."""

import gc
import os

import pytest

from sealwright.telemetry.keys.keeping import forks


class Counter:
    """Counts how often it began afresh."""

    def __init__(self):
        self.renewed = 0
        forks.renew_in_children(self)

    def renew(self):
        """Begin afresh."""
        self.renewed += 1


# Threads that other tests have left are no matter: the child takes no lock.
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_renews_what_lives():
    """In the child, and not in the parent."""
    counter = Counter()
    child = os.fork()
    if child == 0:
        os._exit(counter.renewed)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    assert counter.renewed == 0
    forks._renew()
    assert counter.renewed == 1


def test_nothing_is_kept_alive_for_it():
    """What is forgotten is not renewed."""
    gc.collect()  # what other tests have left
    before = len(forks._RENEWED)
    counter = Counter()
    assert len(forks._RENEWED) == before + 1
    del counter
    gc.collect()
    assert len(forks._RENEWED) == before
