"""What both simulated services do on the command line: listen, until Ctrl-C, and tell what was called."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sealwright.cli.options import say
from sealwright.errors import InputError

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator
    from types import FrameType, ModuleType

T = TypeVar("T")

host_option = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
port_option = click.option(
    "--port", type=click.IntRange(0, 65_535), default=0, show_default=True, help="Port; 0 takes a free one."
)
seed_option = click.option(
    "--seed", type=int, default=1, show_default=True, help="Another seed makes another account."
)


def load_simulator(command_name: str, service: str) -> ModuleType:
    """Import the simulator of `ublox` or `el2g`. Raises InputError with the way to get what it needs."""
    try:
        return import_module(f"sealwright.simulator.{service}")
    except ModuleNotFoundError as missing:
        raise InputError(
            f"{command_name}: {missing.name} is not installed: pip install 'sealwright[simulator]'"
        ) from None


def choose(option: str, names: tuple[str, ...], choices: Iterable[T]) -> list[T]:
    """Return what an option names of some choices, or `all`. Raises UsageError for a name that is none."""
    known = {str(each): each for each in choices}
    if "all" in names:
        return list(known.values())
    if unknown := sorted(set(names) - known.keys()):
        raise click.UsageError(
            f"{option}: there is no {unknown[0]!r}; choose one of {', '.join(known)}, or all"
        )
    return [known[name] for name in names]


@contextmanager
def serving(
    simulator: ModuleType, app: Any, host: str, port: int, **more: Any
) -> Iterator[tuple[str, Event]]:
    """Serve an application; yields its URL, and an event that Ctrl-C and SIGTERM set.

    An address that other machines reach draws a warning. Raises InputError where it cannot be listened at.
    """
    if not simulator.is_loopback(host):
        say(
            f"warning: {host} can be reached from other machines, in plain HTTP: whoever knows the seed"
            " knows the credentials"
        )
    with _stop_signals() as stopped, simulator.serve(app, host=host, port=port, **more) as url:
        yield url, stopped


@contextmanager
def _stop_signals() -> Iterator[Event]:
    """Yield an event that Ctrl-C and SIGTERM set: to stop is how these commands end, and no failure."""
    stopped = Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def write_new(option: str, path: str, lines: Iterable[bytes]) -> None:
    """Write the new file that an option names. Raises UsageError where there is one already."""
    try:
        with Path(path).open("xb") as file:
            file.writelines(lines)
    except FileExistsError:
        raise click.UsageError(f"{option}: {path} exists already: name a new file") from None


def tell_calls(requests: Counter[str], billed: Counter[str] | None = None) -> None:
    """Say what was called, most often first, and what would have been billed where something would."""
    words = f"{requests.total():,} calls"
    say(words if billed is None else f"{words}, {billed.total():,} of them billed")
    for name, count in requests.most_common():
        paid = f"  ({billed[name]:,} billed)" if billed and name in billed else ""
        say(f"  {count:>9,}  {name}{paid}")
