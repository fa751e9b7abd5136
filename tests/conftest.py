"""Every engine, and every CPU path that this machine has, for the tests that ask for them."""

import pytest

from sealwright.errors import EngineError
from sealwright.telemetry.core import core

ENGINES = ["portable", "aesni", "vaes256", "vaes512"]


@pytest.fixture(params=ENGINES)
def each_engine(request, monkeypatch):
    """Run a test with one engine; a CPU path that this machine lacks is skipped by name."""
    if request.param == "portable":
        monkeypatch.setenv("SEALWRIGHT_ENGINE", "portable")
        return "portable"
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "native")
    monkeypatch.setenv("SEALWRIGHT_CPU", request.param)
    try:
        reason = core().reason
    except EngineError as problem:
        pytest.skip(str(problem))
    if not reason.startswith(request.param):
        pytest.skip(f"this CPU has no path {request.param}")
    return request.param
