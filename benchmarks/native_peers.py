"""The C peers: compiled here, driven a round at a time through pipes, on the very corpus of the others."""

from __future__ import annotations

import subprocess
from functools import cached_property
from pathlib import Path
from platform import machine
from shutil import which
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from sealwright.telemetry import Suite

if TYPE_CHECKING:
    from sealwright.bench.corpus import Corpus

HERE = Path(__file__).parent
ROOT = HERE.parent
OPENSSL, IPSEC_MB, KERNEL = "OpenSSL in C", "ipsec-mb in C", "sealwright's kernel in C"
PEERS = {"openssl-ccm": OPENSSL, "openssl-cs1": OPENSSL, "ipsec-mb-ccm": IPSEC_MB, "sealwright-ccm": KERNEL}
"""What peers.c calls them, and what they are called in tables."""
_IPSEC_HEADER = Path("/usr/include/intel-ipsec-mb.h")
_KEY_SET = np.dtype(
    [
        ("key", "S32"),
        ("mac_key", "S32"),
        ("iv", "S16"),
        ("length", "u1"),
        ("mac_length", "u1"),
        ("rest", "V14"),
    ]
)


class Workshop:
    """A folder with the compiled peers and the corpus of the contest that runs; gone at the end."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory()
        self._path = Path(self._folder.name)
        self._running: list[NativePeer] = []

    def __enter__(self) -> Self:
        with_ipsec = ["-DWITH_IPSEC_MB", "-lIPSec_MB"] if _IPSEC_HEADER.exists() else []
        with_core = self._core() if machine() == "x86_64" else []
        command = [which("gcc") or "gcc", "-O3", "-Wall", "-Wextra", "-std=gnu11", str(HERE / "peers.c")]
        libraries = ["-lcrypto", *with_ipsec, "-lpthread"]
        subprocess.run([*command, "-o", str(self.program), *with_core, *libraries], check=True)
        return self

    def _core(self) -> list[str]:
        """Build the core as its tests build it; return what links it."""
        folder = self._path / "core"
        subprocess.run(
            ["make", "-s", "-C", str(ROOT / "tests/native"), f"BUILD={folder}", "core"], check=True
        )
        return ["-DWITH_SEALWRIGHT", f"-I{ROOT / 'src/native'}", str(folder / "core.a")]

    def __exit__(self, *_: object) -> None:
        self.dismiss()
        self._folder.cleanup()

    @property
    def program(self) -> Path:
        """The compiled program."""
        return self._path / "peers"

    @cached_property
    def versions(self) -> dict[str, str]:
        """What it was linked with, by the name of the peer."""
        lines = self._told("names").splitlines()
        return {peer: told for names, told in (line.split("\t") for line in lines) for peer in names.split()}

    def ghz(self) -> float:
        """Return the clock of a busy core, measured."""
        return float(self._told("clock"))

    def _told(self, word: str) -> str:
        return subprocess.run([self.program, word], check=True, capture_output=True, text=True).stdout

    def entrants(self, corpus: Corpus) -> list[NativePeer]:
        """Return the peers that can open a corpus; those of the corpus before are dismissed."""
        self.dismiss()
        path = self._path / "corpus"
        _write(corpus, path)
        suite = corpus.case.suite
        able = ["openssl-cs1"] if suite.has_mac_key else ["openssl-ccm", "sealwright-ccm"]
        if suite is Suite.AES_128_CCM:
            able.append("ipsec-mb-ccm")
        self._running = [
            NativePeer(PEERS[peer], [str(self.program), peer, str(path)], corpus)
            for peer in able
            if peer in self.versions
        ]
        return self._running

    def dismiss(self) -> None:
        """End the processes of the last contest."""
        for peer in self._running:
            peer.close()
        self._running = []


class NativePeer:
    """A contestant in a process of its own, on the same core; it times its rounds itself."""

    def __init__(self, name: str, command: list[str], corpus: Corpus) -> None:
        self.name, self.ours = name, name == KERNEL
        self._lengths = [len(text) for text in corpus.texts]
        self._process: Any = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def play(self) -> float:
        """Let it open every message once."""
        self._say(b"r")
        return float(self._process.stdout.readline()) / 1e9

    def texts(self) -> list[bytes | None]:
        """Fetch what it has made."""
        self._say(b"t")
        status = self._process.stdout.read(len(self._lengths))
        ends = np.cumsum([0, *self._lengths]).tolist()
        arena = self._process.stdout.read(ends[-1])
        return [
            arena[start:end] if good else None
            for start, end, good in zip(ends, ends[1:], status, strict=False)
        ]

    def _say(self, command: bytes) -> None:
        self._process.stdin.write(command)
        self._process.stdin.flush()

    def close(self) -> None:
        """End it: it stops when nobody speaks to it any more."""
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


def _write(corpus: Corpus, path: Path) -> None:
    """Write a corpus as peers.c reads it."""
    data, offsets = corpus.arrays
    keys = np.zeros(len(corpus.key_sets), _KEY_SET)
    for row, key_set in zip(keys, corpus.key_sets.values(), strict=True):
        row["key"], row["mac_key"], row["iv"] = key_set
        row["length"], row["mac_length"] = len(key_set.key), len(key_set.mac_key)
    sizes = np.array([len(corpus.messages), len(keys), len(data)], np.int64)
    path.write_bytes(b"".join(part.tobytes() for part in (sizes, offsets, corpus.rows, keys, data)))
