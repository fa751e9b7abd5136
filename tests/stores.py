"""Key stores for tests: in memory, in a file and on a Redis server that the tests start and stop."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import redis

import making
from sealwright.secret import Secret
from sealwright.telemetry import KeyStore, Parameters, read_reply, seal_message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = Secret(b"\x80 thirty-two bytes for testing \xff")
"""32 bytes that nobody could have typed: they are taken for a key."""

DEVICE = making.V1_HEADER[:8]


def header(key: int = 0, counter: int = 0, device: bytes = DEVICE) -> bytes:
    """Return a v1 header: of a device, under its n-th key, with a counter."""
    return device + key.to_bytes(6) + counter.to_bytes(2)


def parameters(raw: bytes = making.V1_HEADER, key: bytes = making.KEY, **changes: Any) -> Parameters:
    """Return the parameters of a reply for a v1 header."""
    return read_reply(making.reply_v1(raw, key, **changes), header=raw)


def irregular(raw: bytes, key: bytes = making.KEY) -> Parameters:
    """Return parameters whose nonce is not header[4:16]: they disprove the shortcut."""
    return parameters(raw, key, Nonce=making.b64(b"a test nonce"))


def seal(text: bytes, raw: bytes = making.V1_HEADER, key: bytes = making.KEY) -> bytes:
    """Return a v1 message with this header."""
    return seal_message(text, parameters(raw, key))


@dataclass
class Clock:
    """A clock that a test turns."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


@dataclass
class Place:
    """Where a store is, and how its handles are opened; `sort` is memory, file or server."""

    sort: str
    where: str | None
    clock: Clock = field(default_factory=Clock)
    said: list[str] = field(default_factory=list)
    opened: list[KeyStore] = field(default_factory=list)

    def open(self, **options: Any) -> KeyStore:
        """Open another handle, as another process would."""
        secret = None if self.where is None else SECRET
        options = {"clock": self.clock, "tell": self.said.append} | options
        self.opened.append(KeyStore(self.where, secret, **options))
        return self.opened[-1]

    def wait(self, seconds: float) -> None:
        """Let time pass: by the test's clock, and on a server by its own."""
        self.clock.now += seconds
        if self.sort == "server":
            time.sleep(seconds + 0.01)

    def close(self) -> None:
        """Close all handles."""
        for store in self.opened:
            store.close()


def file_place(folder: Path) -> Place:
    """Make a store in a file."""
    path = folder / "state" / "keys.sqlite"
    KeyStore.create(path, SECRET)
    return Place("file", str(path))


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """Run a Redis server with settings under which nothing acknowledged is lost; yield its URL."""
    port = free_port()
    settings = {"port": port, "bind": "127.0.0.1", "dir": folder, "save": "", "appendonly": "yes"}
    settings |= {"appendfsync": "always", "loglevel": "warning"}
    words = [word for name, value in settings.items() for word in (f"--{name}", str(value))]
    program = shutil.which("redis-server")
    assert program
    server = subprocess.Popen([program, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"redis://127.0.0.1:{port}/0"
        with redis.Redis.from_url(url) as client:
            _until_ready(client, server)
        yield url
    finally:
        server.terminate()
        server.wait(10)


def _until_ready(client: Any, server: subprocess.Popen[bytes]) -> None:
    for _ in range(500):
        assert server.poll() is None, "redis-server has ended"
        try:
            client.ping()
        except redis.exceptions.ConnectionError:  # it has not begun to listen, or is still loading
            time.sleep(0.02)
        else:
            return
    raise AssertionError("redis-server does not answer")
