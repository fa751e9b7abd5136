"""A job's folder: for one user, and one process at a time."""

import os

import pytest

from resuming import held
from sealwright.errors import InputError
from sealwright.telemetry.pipeline.resuming.folder import JobFolder


def test_a_folder_comes_and_goes(tmp_path):
    """It stands beside the output while it is needed."""
    folder = JobFolder(str(tmp_path / "out"), "job")
    with held(folder):
        (folder / "part").touch()
        assert folder.path == tmp_path / ".out.sealwright-job"
        assert folder.is_held
        folder.remove()
    assert not list(tmp_path.iterdir())
    assert not folder.is_held


def test_beside_what_a_link_points_at(tmp_path):
    """The output's own folder is where its parts can be put in place by one rename."""
    (tmp_path / "far").mkdir()
    (tmp_path / "link").symlink_to("far/out")
    assert JobFolder(str(tmp_path / "link"), "job").path.parent == tmp_path / "far"


@pytest.mark.parametrize("name", ["x" * 255, "ü" * 127])
def test_a_name_as_long_as_names_may_be(tmp_path, name):
    """The folder has a shorter one, the same each time and another for another output."""
    folder = JobFolder(str(tmp_path / name), "job")
    with held(folder):
        assert len(os.fsencode(folder.path.name)) <= 255
    assert folder.path == JobFolder(str(tmp_path / name), "job").path
    assert folder.path != JobFolder(str(tmp_path / ("y" * 255)), "job").path


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o777])
def test_a_folder_that_others_can_look_into(tmp_path, mode):
    """It is refused: rows could be put into the output there."""
    folder = JobFolder(str(tmp_path / "out"), "job")
    folder.path.mkdir()
    folder.path.chmod(mode)
    with pytest.raises(InputError, match="is no folder of yours alone"):
        folder.take()


@pytest.mark.parametrize("make", [lambda path: path.symlink_to("elsewhere"), lambda path: path.touch()])
def test_what_is_no_folder(tmp_path, make):
    """A link leads where somebody else wants."""
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    folder = JobFolder(str(tmp_path / "out"), "job")
    make(folder.path)
    with pytest.raises(InputError, match="is no folder of yours alone"):
        folder.take()


def test_any_umask(tmp_path):
    """The folder is made for its owner whatever the umask takes away."""
    before = os.umask(0o777)
    try:
        folder = JobFolder(str(tmp_path / "out"), "job")
        folder.take()
    finally:
        os.umask(before)
    assert folder.path.stat().st_mode & 0o777 == 0o700
    folder.remove()


def test_a_lock_file_that_was_removed_meanwhile(tmp_path):
    """Who opened it before takes the new one instead."""
    folder, path = JobFolder(str(tmp_path / "out"), "job"), tmp_path / ".out.sealwright-job"
    path.mkdir(mode=0o700)
    handle = os.open(path / "lock", os.O_CREAT | os.O_RDWR)
    truly, opened = os.open, []

    def open_the_old_one(name, *given):
        opened.append(name)
        if len(opened) == 1:
            (path / "lock").unlink()
            return handle
        return truly(name, *given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "open", open_the_old_one)
        folder.take()
    assert opened.count(path / "lock") == 2
    folder.let_go()
