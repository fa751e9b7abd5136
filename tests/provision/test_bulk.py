"""Many things in order, by several threads."""

import threading

import pytest

from sealwright.provision.bulk import in_order


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_order(threads):
    """Results come as the things went in."""
    assert list(in_order(lambda thing: thing * 2, range(100), threads)) == list(range(0, 200, 2))


@pytest.mark.parametrize("threads", [1, 3])
def test_the_first_error_ends_it(threads):
    """What came before it is yielded."""

    def divide(thing):
        return 10 // thing

    results = in_order(divide, [5, 2, 0, 1], threads)
    assert [next(results), next(results)] == [2, 5]
    with pytest.raises(ZeroDivisionError):
        next(results)


@pytest.mark.parametrize("threads", [1, 3])
def test_few_are_taken_ahead(threads):
    """A manifest of any length takes little memory."""
    taken = []

    def things():
        for thing in range(1000):
            taken.append(thing)
            yield thing

    results = in_order(str, things(), threads)
    assert next(results) == "0"
    assert len(taken) <= 4 * threads
    results.close()


def test_threads_work_at_once():
    """Three that wait for each other come through."""
    meeting = threading.Barrier(3, timeout=60)
    assert sorted(in_order(lambda _: meeting.wait(), range(3), 3)) == [0, 1, 2]


def test_a_slow_one_holds_nobody_up():
    """So many are done ahead of it as are asked for."""
    later = threading.Event()
    done = []

    def work(thing):
        if thing == 0:
            assert later.wait(30)
        done.append(thing)
        if thing == 30:
            later.set()

    assert len(list(in_order(work, range(40), 2, ahead=16))) == 40
    assert done.index(0) > 29
