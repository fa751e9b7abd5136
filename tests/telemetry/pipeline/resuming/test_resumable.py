"""Jobs that are gone on with: what may be, what is another job, and what is thrown away."""

import os
import signal
from dataclasses import replace

import pytest

import crashing
from filing import key_file
from resuming import Step, World, die_before, held, in_small_pieces
from sealwright.errors import InputError
from sealwright.telemetry.pipeline.resuming.resumable import ResumableJob, check_resumable


class StoppedError(Exception):
    """What stops a run in a test."""


@pytest.fixture
def world(tmp_path, monkeypatch):
    """Return a file of 200 rows, beside which nothing is begun."""
    in_small_pieces(monkeypatch, "lines")
    folder = tmp_path / "world"
    folder.mkdir()
    return World(folder, "lines", 200, key_file(tmp_path))


@pytest.fixture
def begun(world):
    """Stop a run behind its second segment."""
    stop(world, 2)
    return world


def stop(world, after, job=None):
    """Run until a checkpoint of a number is written, and stop there."""
    job, keep, left = job or world.job(), ResumableJob.keep, [after]

    def keep_and_stop(*given, **options):
        keep(*given, **options)
        left[0] -= 1
        if not left[0]:
            raise StoppedError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ResumableJob, "keep", keep_and_stop)
        with pytest.raises(StoppedError):
            world.run(job)
    return job


def test_an_undisturbed_run_leaves_nothing_but_its_outputs(world):
    """The same bytes as without a job, and no folder."""
    world.resume()


def test_what_is_done_is_not_done_again(begun):
    """The job tells how many rows it goes on behind, and reads on from there."""
    told = []
    assert begun.names() == {"input", ".out.sealwright-job", ".rejects.sealwright-rejects"}
    begun.run(begun.job(on_resume=told.append))
    assert told == [120]
    assert begun.take() == begun.whole


def test_a_job_may_be_stopped_many_times(world):
    """Each run brings it on."""
    for after in (1, 1, 1):
        assert stop(world, after).rows_kept > 0
    world.resume()


def test_what_has_no_checkpoint_is_not_kept(world):
    """A run that is stopped in its first segment leaves nothing."""
    step = Step(9, lambda *_: raise_stopped(), ("write",))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sealwright.telemetry.pipeline.resuming.resumable.SEGMENT_ROWS", 10_000)
        step.watch(patch)
        with pytest.raises(StoppedError):
            world.run(world.job())
    assert world.names() == {"input"}


def raise_stopped():
    """Stop."""
    raise StoppedError


def _rewrite(world):
    status = world.input.stat()
    text = world.input.read_bytes()
    world.input.write_bytes(text[:-2] + b"!\n")
    os.utime(world.input, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda world: world.input.write_bytes(b"x" + world.input.read_bytes()), r"bytes then, .* now"),
        (lambda world: os.utime(world.input, ns=(0, 0)), "the input: it was written since"),
        (_rewrite, "the input: its first bytes are others"),
    ],
    ids=["longer", "touched", "rewritten"],
)
def test_another_input(begun, change, words):
    """It is an error before anything is changed; with `anew` it is begun again."""
    change(begun)
    with pytest.raises(
        InputError, match=rf"^job: the one that was begun is another: .*{words}.*--force begins"
    ):
        begun.run(begun.job())
    assert ".out.sealwright-job" in begun.names()
    begun.run(begun.job(anew=True))
    assert begun.names() == {"input", "out", "rejects"}


def test_another_input_before_the_place(begun, monkeypatch):
    """What lies behind the first MiB is looked at where the job goes on."""
    monkeypatch.setattr(
        "sealwright.telemetry.pipeline.resuming.resumable.digest_before", lambda *_: "another"
    )
    with pytest.raises(InputError, match="the input is another before the place reached"):
        begun.run(begun.job())


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"prefix": "x_"}, "prefix: '' then, x_ now"),
        ({"max_message": 699}, "max_message: 700 then, 699 now"),
        ({"column": "y" * 50}, "column: payload then, yyyyyyyyyyyy… now"),
    ],
)
def test_other_options(begun, changed, words):
    """The error names what differs, then and now."""
    begun.options = replace(begun.options, **changed)
    with pytest.raises(InputError, match=words):
        begun.run(begun.job())


def test_options_that_do_not_matter(begun):
    """A cross-check changes no output."""
    begun.options = replace(begun.options, cross_check=3)
    begun.run(begun.job())
    assert begun.take() == begun.whole


def test_another_version(begun):
    """What another version has begun it has to finish."""
    job = begun.job()
    job._version = "99"
    with pytest.raises(InputError, match=r"sealwright \d\S* then, 99 now"):
        begun.run(job)


def test_a_job_that_fits_is_gone_on_with_though_it_may_be_begun_anew(begun):
    """`anew` throws away what does not fit, and nothing else."""
    told = []
    begun.run(begun.job(anew=True, on_resume=told.append))
    assert told == [120]
    assert begun.take() == begun.whole


def test_what_was_begun_with_other_rejects_is_thrown_away(begun):
    """No rows of a job that is begun anew stay behind."""
    begun.outputs[1] = begun.folder / "others"
    with pytest.raises(InputError, match=r"rejects: .* then, .* now"):
        begun.run(begun.job())
    assert ".others.sealwright-rejects" not in begun.names()
    begun.run(begun.job(anew=True))
    assert begun.names() == {"input", "out", "others"}
    assert begun.take() == begun.whole


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda job: (job / "checkpoint").write_bytes(b"{"), "is damaged"),
        (lambda job: (job / "checkpoint").write_bytes(b'{"format":"sealwright job 1"}'), "is damaged"),
        (
            lambda job: (job / "checkpoint").write_bytes(b'{"format":"sealwright job 9","version":"9.9"}'),
            "is of sealwright 9.9",
        ),
        (lambda job: (job / "part").write_bytes(b"short"), "its checkpoint says"),
        (lambda job: [each.unlink() for each in job.path.glob("window.*")], "shorter than its checkpoint"),
    ],
    ids=["no JSON", "fields missing", "a later format", "a short part", "no window"],
)
def test_damage(begun, damage, words):
    """What cannot be gone on with is said, and begun anew when that is wanted."""
    damage(begun.job().folder)
    with pytest.raises(InputError, match=rf"^job: .*{words}.*--force begins anew"):
        begun.run(begun.job())
    begun.run(begun.job(anew=True))
    assert begun.take() == begun.whole
    assert begun.names() == {"input"}


def test_one_process_at_a_time(begun):
    """The second is told so, and changes nothing."""
    with begun.job(), pytest.raises(InputError, match=r"^job: another process works on .*out: wait"):
        begun.run(begun.job())
    begun.resume()


def test_two_jobs_do_not_share_rejects(begun):
    """Another job with the same rejects waits as well, and leaves nothing of its own."""
    rejects = begun.job().parts[1].folder
    begun.outputs[0] = begun.folder / "second"
    with held(rejects), pytest.raises(InputError, match="another process works on"):
        begun.run(begun.job())
    assert not {name for name in begun.names() if "second" in name}
    begun.outputs[0] = begun.folder / "out"
    begun.resume()


@pytest.mark.skipif(crashing.FORK is None, reason="children are forked")
def test_outputs_that_a_killed_run_has_put_there(world):
    """Between the first output and the second one is known to be the job's own, and the other is not."""

    def work():
        with pytest.MonkeyPatch.context() as patch:
            Step(2, die_before, ("rmdir",)).watch(patch)
            replaced = Step(puts, die_before, ("replace",))
            replaced.watch(patch)
            world.run(world.job())

    puts = _replaces(world)
    child = crashing.start(work)
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    job = world.job()
    assert [job.has_put(str(path)) for path in world.outputs] == [True, False]
    assert [path.exists() for path in world.outputs] == [True, False]
    world.resume()


def _replaces(world):
    step = Step(0, die_before, ("replace",))
    with pytest.MonkeyPatch.context() as patch:
        step.watch(patch)
        world.resume()
    return step.calls


def test_nothing_was_put_where_there_is_no_job(world, begun):
    """An output that stands there is not the job's own before it has finished, or where there is none."""
    assert not begun.job().has_put(str(begun.outputs[0]))
    assert not world.job().has_put(str(world.outputs[1]))


def test_permissions(begun):
    """What is done can be read by nobody else; an output that is replaced keeps its permissions."""
    folder = begun.job().folder
    assert folder.path.stat().st_mode & 0o777 == 0o700
    begun.outputs[0].touch(mode=0o640)
    begun.run(begun.job())
    assert begun.outputs[0].stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("name", ["-", "/dev/null", "missing", "."])
def test_inputs_that_cannot_be_gone_on_with(name):
    """The middle of a pipe cannot be come back to."""
    with pytest.raises(InputError, match=r"^input: --resume goes on in the middle of FILE"):
        check_resumable(name, ("out",))


@pytest.mark.parametrize("name", ["-", "/dev/null"])
def test_outputs_that_cannot_be_gone_on_with(name):
    """Neither can what was written to one."""
    with pytest.raises(InputError, match=rf"^output: --resume keeps .* and {name} is no file: name"):
        check_resumable(__file__, ("out", name))
    check_resumable(__file__, ("out", __file__))
