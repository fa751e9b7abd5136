"""Which core is used, and that a word for none is an error."""

import threading

import pytest

from sealwright.errors import EngineError
from sealwright.telemetry import core as seam


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Choose anew in each test, whatever the environment says."""
    monkeypatch.delenv("SEALWRIGHT_ENGINE", raising=False)
    monkeypatch.delenv("SEALWRIGHT_CPU", raising=False)
    seam._choose.cache_clear()
    yield
    seam._choose.cache_clear()


class Without:
    """A core whose every CPU path fails its self-test."""

    @staticmethod
    def choose_cpu(_cap):
        """Find no path."""
        return 0


def test_portable_is_portable(monkeypatch):
    """Asked for, the portable engine runs, and the reason says who wanted it."""
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "portable")
    assert seam.core() == seam.Core(None, 0, "SEALWRIGHT_ENGINE asks for it")


@pytest.mark.parametrize(
    ("native", "words"),
    [(None, "no native core was built"), (Without, "no CPU path")],
    ids=["none", "failed"],
)
def test_no_core(monkeypatch, native, words):
    """Without a core, or without a path that passes its self-test, the reason says so; native is refused."""
    monkeypatch.setattr(seam, "native", native)
    assert seam.core().module is None
    assert words in seam.core().reason
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "native")
    with pytest.raises(EngineError, match=words):
        seam.core()


def test_the_core_can_be_put_aside_for_a_while():
    """Within the block this thread has no core; another thread has, and afterwards this one again."""
    before, seen = seam.core(), []
    with seam.without_core("a test"):
        assert seam.core() == seam.Core(None, 0, "a test")
        other = threading.Thread(target=lambda: seen.append(seam.core()))
        other.start()
        other.join()
    assert seen == [before] == [seam.core()]
    with pytest.raises(KeyError), seam.without_core("a test"):
        raise KeyError
    assert seam.core() == before


@pytest.mark.parametrize("name", ["SEALWRIGHT_ENGINE", "SEALWRIGHT_CPU"])
def test_words_that_are_none(monkeypatch, name):
    """A word that names no engine or no CPU path is an error that lists those that there are."""
    monkeypatch.setenv(name, "nonsense")
    with pytest.raises(EngineError, match=f"{name}='nonsense': there is "):
        seam.core()


def test_each_path_can_be_the_widest(each_engine):
    """The path asked for is the one that runs."""
    found = seam.core()
    assert (found.module is None) == (each_engine == "portable")
    assert each_engine == "portable" or found.reason == f"{each_engine}, self-test passed"
