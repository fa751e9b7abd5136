"""How many envelopes a second: `wrap` on one core and on two, beside PGPy and gpg, RSA-4096 throughout.

    pip install . && python benchmarks/envelopes.py      # about a minute; needs gpg (Debian: gnupg)

All make the same thing: a key of 64 hex digits, signed with SHA-256 and encrypted with AES-256 to the
same recipient. gpg opens a sample of each and compares it, in the same run. The keys are vectors, made
for testing. The figures are medians of interleaved turns.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from secrets import token_bytes
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from sealwright import MaterialKind, import_object, read_hex_material, read_recipient, read_signer, wrap_all
from sealwright.bench.machine import examine, pinned

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT: Final = Path(__file__).parents[1]
KEYS: Final = ROOT / "vectors" / "provision"
RECIPIENT: Final = KEYS / "recipients" / "recipient.asc"
SIGNER: Final = KEYS / "signers" / "signer_4096_secret.asc"
RESULTS: Final = Path(__file__).parent / "results" / "envelopes.json"

MANY, FEW, TURNS, SAMPLE = 1_000, 10, 7, 5

ONE, TWO, PGPY, GPG = "sealwright, one thread", "sealwright, two threads", "PGPy", "gpg"
WANTED: Final = {ONE: 450.0, "two threads to one": 1.7}


class Contest:
    """The same keys for all, and a home for gpg with the recipient's secret key."""

    def __init__(self, home: Path) -> None:
        self._environment = {**os.environ, "GNUPGHOME": str(home), "LC_ALL": "C"}
        self._gpg("--import", str(KEYS / "recipients" / "recipient_secret.asc"))
        self._gpg("--import", str(SIGNER))
        pinned_one = read_recipient(RECIPIENT.read_bytes())
        self._recipient = pinned_one.pinned(pinned_one.pin)
        self._signer = read_signer(SIGNER.read_bytes(), None)
        self._pgpy = _pgpy_keys()

    def ours(self, texts: list[str], threads: int) -> list[str]:
        """Make the whole requests, and return their envelopes."""
        objects = (
            import_object(
                read_hex_material(MaterialKind.AES, text.encode()), name=f"key {n}", object_id="83000009"
            )
            for n, text in enumerate(texts)
        )
        made = wrap_all(objects, self._recipient, self._signer, threads=threads)
        return [request.body["encryptedKey"] for request in made]

    def pgpy(self, texts: list[str]) -> list[str]:
        """Do it with PGPy's own classes, told what section 12 asks for."""
        module, signer, recipient = self._pgpy
        constants = module.constants
        made = []
        for text in texts:
            message = module.PGPMessage.new(
                text, format="b", compression=constants.CompressionAlgorithm.Uncompressed
            )
            message |= signer.sign(message, hash=constants.HashAlgorithm.SHA256)
            made.append(str(recipient.encrypt(message, cipher=constants.SymmetricKeyAlgorithm.AES256)))
        return made

    def gpg(self, texts: list[str]) -> list[str]:
        """Start gpg for each, as a script does."""
        options = (
            "--armor",
            "--sign",
            "--encrypt",
            "-u",
            "signer@example.com",
            "-r",
            "recipient@example.com",
        )
        algorithms = ("--cipher-algo", "AES256", "--digest-algo", "SHA256", "--compress-algo", "none")
        return [self._gpg(*options, *algorithms, stdin=text).decode() for text in texts]

    def require(self, made: list[str], texts: list[str]) -> None:
        """Open a sample with gpg; stop where it is not what was put in, or is not signed."""
        for at in range(0, len(made), max(1, len(made) // SAMPLE)):
            if self._gpg("--decrypt", stdin=made[at]).decode() != texts[at]:
                raise SystemExit("an envelope holds something else")

    def close(self) -> None:
        """End the agent of this home."""
        subprocess.run(["gpgconf", "--kill", "all"], env=self._environment, check=False, capture_output=True)

    def _gpg(self, *arguments: str, stdin: str = "") -> bytes:
        command = ["gpg", "--batch", "--no-tty", "--trust-model", "always", "--pinentry-mode", "loopback"]
        done = subprocess.run(
            [*command, *arguments],
            input=stdin.encode(),
            env=self._environment,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"gpg: {done.stderr.decode(errors='replace')}")
        return done.stdout


def _pgpy_keys() -> tuple[Any, Any, Any]:
    warnings.simplefilter("ignore")  # PGPy has much to say of cryptography's newer versions
    import pgpy  # noqa: PLC0415  # after the line above
    import pgpy.constants  # noqa: PLC0415

    signer, _ = pgpy.PGPKey.from_blob(SIGNER.read_text())
    recipient, _ = pgpy.PGPKey.from_blob(RECIPIENT.read_text())
    return pgpy, signer, recipient


def main() -> None:
    """Measure, write and tell."""
    texts = [token_bytes(32).hex() for _ in range(MANY)]
    taken: dict[str, list[float]] = {ONE: [], TWO: [], PGPY: [], GPG: []}
    with TemporaryDirectory() as folder:
        contest = Contest(Path(folder))
        ways: dict[str, tuple[int, Callable[[list[str]], list[str]]]] = {
            ONE: (MANY, lambda part: contest.ours(part, 1)),
            TWO: (MANY, lambda part: contest.ours(part, 2)),
            PGPY: (FEW, contest.pgpy),
            GPG: (FEW, contest.gpg),
        }
        try:
            for turn in range(TURNS):
                for name, (count, way) in ways.items():
                    _say(f"turn {turn + 1} of {TURNS}: {name}")
                    taken[name].append(_turn(contest, way, texts[:count], alone=name != TWO))
        finally:
            contest.close()
    rates = {name: 1 / median(seconds) for name, seconds in taken.items()}
    machine = examine()
    RESULTS.write_text(
        json.dumps({"cpu": machine.cpu, "versions": machine.versions, "a_second": rates}, indent=1) + "\n"
    )
    _tell(rates)


def _turn(contest: Contest, way: Callable[[list[str]], list[str]], texts: list[str], *, alone: bool) -> float:
    """Return the seconds that one envelope took; one core alone where it is measured so."""
    if alone:
        with pinned():
            start = perf_counter()
            made = way(texts)
            seconds = perf_counter() - start
    else:
        start = perf_counter()
        made = way(texts)
        seconds = perf_counter() - start
    contest.require(made, texts)
    return seconds / len(texts)


def _tell(rates: dict[str, float]) -> None:
    for name, rate in rates.items():
        print(f"{name:<26}{rate:>8,.1f} a second {rates[ONE] / rate:>8.1f} ×")
    print(f"wanted: {WANTED[ONE]:.0f} a second on one core: {_verdict(rates[ONE] >= WANTED[ONE])}")
    scale = rates[TWO] / rates[ONE]
    print(f"wanted: {WANTED['two threads to one']} × on two: {scale:.2f} × {_verdict(scale >= 1.7)}")


def _verdict(met: bool) -> str:  # noqa: FBT001
    return "met" if met else "short"


def _say(words: str) -> None:
    print(words, file=sys.stderr)


if __name__ == "__main__":
    main()
