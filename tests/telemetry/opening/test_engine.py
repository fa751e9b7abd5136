"""Which engine runs, and that nobody gets another one than was asked for."""

import pytest

from sealwright.errors import EngineError
from sealwright.telemetry import engine_info, open_messages, seal_message
from telemetry.opening.opening_samples import sample


def test_an_engine_is_chosen_with_its_reason(monkeypatch):
    """Unasked, the best engine that is there runs, and says why it is the best."""
    monkeypatch.delenv("SEALWRIGHT_ENGINE", raising=False)
    info = engine_info()
    assert info.name in {"native", "portable"}
    assert info.reason


def test_an_empty_variable_asks_for_nothing(monkeypatch):
    """An empty SEALWRIGHT_ENGINE is the same as none."""
    monkeypatch.delenv("SEALWRIGHT_ENGINE", raising=False)
    chosen = engine_info()
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "")
    assert engine_info() == chosen


def test_the_portable_engine_can_be_forced(monkeypatch):
    """SEALWRIGHT_ENGINE=portable runs everywhere, and the reason says who wanted it."""
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "portable")
    assert (engine_info().name, engine_info().reason) == ("portable", "SEALWRIGHT_ENGINE asks for it")
    each = sample("v1", "engine")
    assert open_messages([each.message], each.book)[0] == each.text


@pytest.mark.parametrize("wanted", ["nonsense", "Portable", "native,portable"])
def test_an_engine_that_is_none_is_an_error(monkeypatch, wanted):
    """A word that names no engine is told, with those that there are: nothing else runs instead."""
    monkeypatch.setenv("SEALWRIGHT_ENGINE", wanted)
    with pytest.raises(EngineError, match=f"SEALWRIGHT_ENGINE='{wanted}'.*native and portable"):
        engine_info()


def test_the_native_engine_is_had_or_refused(monkeypatch):
    """SEALWRIGHT_ENGINE=native gives the compiled core, or an error where there is none; never the other."""
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "native")
    try:
        assert engine_info().name == "native"
    except EngineError as problem:
        assert "SEALWRIGHT_ENGINE" in str(problem)  # noqa: PT017  # either way is right


def test_opening_and_sealing_raise_as_engine_info_does(monkeypatch):
    """Nothing is opened or sealed by an engine that was not asked for."""
    each = sample("v1", "engine/none")
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "nonsense")
    with pytest.raises(EngineError):
        open_messages([each.message], each.book)
    with pytest.raises(EngineError):
        seal_message(b"text", each.parameters)
