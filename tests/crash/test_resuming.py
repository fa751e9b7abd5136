"""Jobs that are killed, stopped or out of disk, and gone on with: the bytes are those of a run in peace."""

import errno
import os
import resource
import signal
import sys
import time

import pytest

import crashing
from filing import key_file
from resuming import CASES, LONG, Step, World, can_run, die_before, die_within, in_small_pieces
from sealwright.__main__ import main
from sealwright.telemetry.pipeline.resuming.resumable import ResumableJob

pytestmark = pytest.mark.skipif(crashing.FORK is None, reason="children are forked")

KILLS = 300 if LONG else 30
SIGNALS = 50 if LONG else 10


@pytest.fixture(params=CASES)
def case(request, monkeypatch):
    """Run a test with each format, and JSON Lines both ways; all in small pieces."""
    if not can_run(request.param):
        pytest.skip("no native core: JSON Lines are read row by row")
    in_small_pieces(monkeypatch, request.param)
    return request.param


@pytest.fixture
def world(case, tmp_path, quick_folder):
    """Return a file of 200 rows."""
    return World(quick_folder, case, 200, key_file(tmp_path))


def _die_at(world, number, how):
    """Work in a child that dies at a step; tell whether it came to it."""

    def work():
        with pytest.MonkeyPatch.context() as patch:
            Step(number, how).watch(patch)
            world.run(world.job())

    child = crashing.start(work)
    child.join(60)
    assert child.exitcode in {0, -signal.SIGKILL}
    return child.exitcode != 0


def test_killed_at_every_step(world):
    """Before, within or after any call that changes the disk: nothing is lost and nothing is there twice."""
    number, ways = 0, [die_before, die_within]
    while True:
        number += 1
        came = [_killed_and_resumed(world, number, how) for how in (ways if LONG else [ways[number % 2]])]
        if not any(came):
            break
    assert number > 50


def _killed_and_resumed(world, number, how):
    came = _die_at(world, number, how)
    world.resume()
    return came


def test_killed_again_and_again(case, tmp_path, quick_folder):
    """At random moments, one job many times: in the end it is whole."""
    world = World(quick_folder, case, 3_000, key_file(tmp_path))
    begun = time.monotonic()
    world.resume()
    seconds = time.monotonic() - begun
    killed, begin = 0, lambda _: crashing.start(lambda: world.run(world.job()))
    while killed < KILLS // len(CASES):
        killed += crashing.kill_at_random(begin, 5, 0, seconds / 2)
        seconds *= 1.05
    world.resume()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=["full", "broken"])
def test_every_write_that_fails(world, code):
    """Whichever write or sync the disk refuses: the error comes out, and the next run goes on."""

    def refuse(truly, name, given):
        if name == "write":
            truly(given[0], given[1][: len(given[1]) // 2])
        raise OSError(code, os.strerror(code))

    counted = Step(0, refuse, ("write", "fsync"))
    with pytest.MonkeyPatch.context() as patch:
        counted.watch(patch)
        world.resume()
    number, came, most = 0, True, counted.calls
    while came:
        number += 1
        step = Step(number, refuse, ("write", "fsync"))
        with pytest.MonkeyPatch.context() as patch:
            step.watch(patch)
            assert _error(world) == (code if number <= most else None)
        came = step.came
        world.resume()
    assert number > 30


def _error(world):
    """Work on the job; return the number of the system's error, None for none."""
    try:
        world.run(world.job())
    except OSError as problem:
        return problem.errno
    return None


def test_a_file_that_may_not_grow(world):
    """A limit of the size of files is as a full disk."""

    def work():
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, resource.RLIM_INFINITY))
        assert _error(world) == errno.EFBIG

    assert len(world.whole[0]) > 30_000
    child = crashing.start(work)
    child.join(60)
    assert child.exitcode == 0
    assert world.job().folder.path.is_dir()
    world.resume()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals(tmp_path, quick_folder, monkeypatch, number, code):
    """The segment that is under way is dropped; the exit code and the words are right, and work goes on."""
    in_small_pieces(monkeypatch, "jsonl")
    world = World(quick_folder, "jsonl by row", 400, key_file(tmp_path))
    out, rejects = map(str, world.outputs)
    arguments = ["open", str(world.input), "--keys", str(tmp_path / "keys.jsonl"), "-o", out]
    arguments += ["--rejects", rejects, "--resume", "--max-message", "700", "--duplicate-window", "25"]

    def work(after, said):
        keep, left = ResumableJob.keep, [after]

        def keep_and_hear(*given, **options):
            keep(*given, **options)
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), number)

        ResumableJob.keep = keep_and_hear
        os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
        sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
        sys.argv = ["sealwright", *arguments]
        signal.signal(signal.SIGINT, signal.default_int_handler)
        main()

    for after in range(1, SIGNALS // 2 + 1):
        child = crashing.start(work, 1 + after % 5, tmp_path / "said")
        child.join(60)
        words = (tmp_path / "said").read_text()
        assert child.exitcode == code, words
        assert "done and kept in " in words
        assert not any(path.exists() for path in world.outputs)
        child = crashing.start(work, 0, tmp_path / "said")
        child.join(60)
        assert child.exitcode == 3
        assert (tmp_path / "said").read_text().startswith("going on behind ")
        assert world.take() == world.whole
        assert world.names() == {"input"}
