"""Mutation testing: faults are planted into modules one by one, and their tests must notice.

    python tests/mutation/run.py                 # every room named below; some hours of one core
    python tests/mutation/run.py --one-in 20     # a sample, drawn by a seed
    python tests/mutation/run.py --at-least 90 telemetry/format/header.py services/_http

Each mutant lives in a process of its own, forked from one that has imported what all need but sealwright.
It is tried with the tests of its own name first, then with those of all these rooms in its wing. A mutant
that hangs is noticed too. Exits with 1 where less than `--at-least` percent are noticed.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import sys
import tempfile
import time
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import TYPE_CHECKING

# Imported here so that no mutant has to.
import hypothesis  # noqa: F401
import msgspec  # noqa: F401
import numpy  # noqa: F401, ICN001
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher  # noqa: F401
from cryptography.hazmat.primitives.ciphers.aead import AESCCM  # noqa: F401
from mutants import mutants

if TYPE_CHECKING:
    from types import CodeType, ModuleType

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "sealwright"
TESTS = ROOT / "tests"
ROOMS = (
    "telemetry/format",
    "telemetry/keys",
    "telemetry/keys/asking",
    "telemetry/keys/caching",
    "services/_http",
)
BYTES = 4 * 2**30
"""What a mutant may take of memory before it is stopped, which counts as noticed, as does three times the
processor time that the tests take without a fault, and ten times that by the clock."""


class Planted(MetaPathFinder, Loader):
    """Gives a mutant's code for the name of its module."""

    def __init__(self, path: Path, code: CodeType) -> None:
        self.name = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
        self.path, self.code = str(path), code

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        """Find this one module."""
        return ModuleSpec(fullname, self, origin=self.path) if fullname == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the mutant's code in the place of the module's."""
        module.__file__ = self.path
        exec(self.code, module.__dict__)


class Suite:
    """Tests that a module has to pass, and how many seconds they may take of a processor and by the clock."""

    def __init__(self, path: Path, tests: list[str]) -> None:
        self.path, self.tests, self.seconds, self.patience = path, tests, 600, 3600
        begun = time.monotonic()
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        if not self.passes(compile(path.read_text(), str(path), "exec")):
            sys.exit(f"{path.relative_to(SOURCE)}: its tests fail as it is: nothing can be said of mutants")
        self.seconds = 3 + int(3 * (resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before))
        self.patience = 10 + int(10 * (time.monotonic() - begun))

    def passes(self, code: CodeType) -> bool:
        """Tell whether no test notices that the module has this code, in a forked process."""
        child = os.fork()
        if not child:
            _live(self, code)
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status) == 0


def suites_of(path: Path) -> list[Suite]:
    """Return the tests to try, the likeliest first: its own, or those of whoever in its room imports it."""
    within = path.parent.relative_to(SOURCE)
    room = TESTS / within
    named = f"{'.'.join(within.parts)}.{path.stem} import"
    near = [path] + [each for each in path.parent.glob("*.py") if named in each.read_text()]
    own = next((test for each in near if (test := room / f"test_{each.name}").is_file()), None)
    wing = within.parts[0]
    tests = [
        test for name in ROOMS if name.startswith(wing) for test in sorted((TESTS / name).glob("test_*.py"))
    ]
    others = Suite(path, [str(test) for test in tests if test != own])
    return [Suite(path, [str(own)]), others] if own else [others]


def _live(suite: Suite, code: CodeType) -> None:
    """Be the mutant: exit with 0 where every test passes."""
    resource.setrlimit(resource.RLIMIT_CPU, (suite.seconds, suite.seconds))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    signal.alarm(suite.patience)  # one that waits for ever takes no processor's time
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    sys.meta_path.insert(0, Planted(suite.path, code))
    failed = True
    try:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = folder
            options = ["-xqp", "no:cacheprovider", f"--rootdir={ROOT}", f"--basetemp={folder}/tests"]
            # pytest is loth to work with plugins that are there already.
            options += ["-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning"]
            failed = bool(pytest.main([*options, *suite.tests]))
    finally:
        os._exit(failed)


def chosen(names: list[str]) -> list[Path]:
    """Return the modules of rooms, or those that are named."""
    found = []
    for name in names:
        there = SOURCE / name
        found += sorted(there.glob("*.py")) if there.is_dir() else [there]
    return [path for path in found if path.stem != "__init__"]


def main() -> None:
    """Try mutants, tell those that nobody notices, and the share that somebody does."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", default=ROOMS, metavar="ROOM|MODULE")
    parser.add_argument("--one-in", type=int, default=1, metavar="N", help="try a sample")
    parser.add_argument("--seed", type=int, default=1, help="another seed draws another sample")
    parser.add_argument("--at-least", type=float, default=90.0, metavar="PERCENT")
    options = parser.parse_args()
    chance, tried, unnoticed = random.Random(options.seed), 0, 0
    for path in chosen(options.names):
        made = [each for each in mutants(path.read_text()) if chance.random() * options.one_in < 1]
        suites = suites_of(path) if made else []
        lives = [each for each in made if all(suite.passes(each.compile(str(path))) for suite in suites)]
        tried, unnoticed = tried + len(made), unnoticed + len(lives)
        print(f"{path.relative_to(SOURCE)}: {len(made) - len(lives)} of {len(made)} noticed", flush=True)
        for each in lives:
            print(f"    {each}", flush=True)
    score = 100 * (tried - unnoticed) / max(tried, 1)
    print(f"mutation score {score:.1f} % of {tried} mutants")
    sys.exit(not tried or score < options.at_least)


if __name__ == "__main__":
    main()
