"""Writing beside: in order, one behind at most, and no error is lost."""

import threading

import pytest

from sealwright.telemetry.pipeline.beside import Beside


@pytest.mark.parametrize("here", [True, False])
def test_jobs_are_done_in_order(here):
    """All of them, before the block ends."""
    done = []
    with Beside(here=here) as writing:
        for number in range(50):
            writing.put(lambda number=number: done.append(number))
    assert done == list(range(50))


def test_it_is_one_behind_at_most():
    """The third job waits for the first, and each has the thread for itself."""
    begun, going = [], threading.Event()

    def job(number):
        begun.append(number)
        going.wait()

    with Beside(here=False) as writing:
        writing.put(lambda: job(1))
        threading.Timer(0.05, going.set).start()
        writing.put(lambda: job(2))
        assert going.is_set()
    assert begun == [1, 2]


def test_here_is_before_put_returns():
    """And in this very thread."""
    seen = []
    with Beside(here=True) as writing:
        writing.put(lambda: seen.append(threading.current_thread()))
        assert seen == [threading.current_thread()]


def _run(jobs, *, here=False, error=None):
    with Beside(here=here) as writing:
        for job in jobs:
            writing.put(job)
        if error:
            raise error


def _fail():
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("here", [True, False])
def test_an_error_is_raised_by_the_next_put(here):
    """And nothing is done after it."""
    done = []
    with pytest.raises(OSError, match="No space"):
        _run([_fail, lambda: done.append(1)], here=here)
    assert done == []


def test_an_error_of_the_last_job_is_raised_at_the_end():
    """Where the block itself ends well."""
    with pytest.raises(OSError, match="No space"):
        _run([_fail])


def test_an_error_of_the_block_goes_before():
    """The last job is waited for, and its own error is dropped."""
    done = []
    with pytest.raises(KeyError):
        _run([lambda: done.append(1), _fail], error=KeyError)
    assert done == [1]
