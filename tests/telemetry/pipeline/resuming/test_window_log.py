"""The window of duplicates on the disk: made again, it flags what the first one would have flagged."""

import numpy as np
import pytest

from sealwright.telemetry.pipeline.resuming.folder import JobFolder
from sealwright.telemetry.pipeline.resuming.window_log import WindowLog


def rows(numbers):
    """Return rows of 16 bytes, one for each number."""
    made = np.zeros((len(numbers), 2), np.uint64)
    made[:, 0] = numbers
    return made.view(np.uint8)


@pytest.mark.parametrize("size", [1, 7, 50, 1000])
@pytest.mark.parametrize("at_once", [3, 2**18])
def test_a_window_goes_on(tmp_path, monkeypatch, size, at_once):
    """After each of many segments a window made from the disk tells the same as one that was never lost."""
    monkeypatch.setattr("sealwright.telemetry.pipeline.resuming.window_log._AT_ONCE", at_once)
    folder = JobFolder(str(tmp_path / "out"), "job")
    folder.path.mkdir()
    rng = np.random.default_rng(size)
    log = WindowLog(folder, size)
    window = log.window()
    for _ in range(20):
        count = int(rng.integers(0, 40))
        for _ in range(2):
            window.see(rows(rng.integers(0, 60, count)), rows(rng.integers(0, 2, count)))
        log.keep(log.take(), window.seen)
        log.drop(window.seen)
        again = WindowLog(folder, size).window(window.key, window.seen)
        assert (again.seen, again.size) == (window.seen, size)
        numbers = rng.integers(0, 60, 30)
        ours, theirs = (each.see(rows(numbers), rows(numbers)) for each in (window, again))
        assert [flags.tolist() for flags in ours] == [flags.tolist() for flags in theirs]
    assert len(list(folder.path.iterdir())) <= 2
