"""Every engine, and every CPU path that this machine has, for the tests that ask for them."""

import ipaddress
import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import redis

import sealwright
import stores
from sealwright.errors import EngineError
from sealwright.telemetry.core import core
from sealwright.telemetry.keys.keeping import wrapping
from sealwright.telemetry.keys.shared_store import DURABLE


def _stay_here(event, arguments):
    """Refuse connections to other machines: no test needs one, and none may rely on one."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
        if host != "localhost" and not ipaddress.ip_address(host.partition("%")[0]).is_loopback:
            raise AssertionError(f"a test connects to {host}")


sys.addaudithook(_stay_here)

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


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory):
    """Return the URL of a Redis server of this test run."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed: apt-get install redis-server")
    with stores.redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def server_place(redis_url):
    """Make an empty store on the server."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
        for setting, value in DURABLE.items():
            client.config_set(setting, value)
    sealwright.KeyStore.create(redis_url, stores.SECRET)
    place = stores.Place("server", redis_url)
    yield place
    place.close()


@pytest.fixture
def file_place(tmp_path):
    """Make an empty store in a file."""
    place = stores.file_place(tmp_path)
    yield place
    place.close()


@pytest.fixture(params=["memory", "file", "server"])
def place(request):
    """Make an empty store of each sort."""
    if request.param == "memory":
        return stores.Place("memory", None)
    return request.getfixturevalue(f"{request.param}_place")


@pytest.fixture(params=["file", "server"])
def shared_place(request):
    """Make an empty store of each sort that processes share."""
    return request.getfixturevalue(f"{request.param}_place")


@pytest.fixture
def quick_folder(tmp_path):
    """Return a folder in memory, where the system has one: there it costs nothing to sync.

    What is killed or flipped here does not depend on a disk.
    """
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK):
        yield tmp_path
        return
    with TemporaryDirectory(dir=shared, prefix="sealwright-") as folder:
        yield Path(folder)


@pytest.fixture
def quick_scrypt(monkeypatch):
    """Let scrypt be quick: how slow it is, is not looked at."""
    monkeypatch.setattr(wrapping.wrap, "__kwdefaults__", {"log_n": 4})
