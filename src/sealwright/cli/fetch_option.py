"""Options of commands that fetch keys at a price: how much, for which devices, how many at once."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

import click

from sealwright.cli.options import say, several
from sealwright.errors import InputError, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sealwright.telemetry import Budget, Plan, ServiceSource

BUDGET_REACHED: Final = 5
"""The exit code where the budget has kept something from being asked for."""

# The same as in `telemetry.keys`, which no help text has to import.
DEVICE_BUDGET: Final = 1_000
CONCURRENCY: Final = 16
A_CALL: Final = 0.2
"""Seconds that a call takes where nobody says."""

_LIMITS: Final = (Reason.BUDGET, Reason.DEVICE_BUDGET)
_LONGEST_LINE: Final = 1000


@dataclass(frozen=True, slots=True)
class FetchChoice:
    """What may be asked for: `budget` requests in all, None where nobody has said."""

    budget: int | str | None
    devices: str | None
    device_budget: int
    concurrency: int

    @property
    def given(self) -> str:
        """The options that were given, in words; empty where none was."""
        named = {"--budget": self.budget, "--devices": self.devices}
        return " and ".join(name for name, value in named.items() if value is not None)

    def decide(self, make_plan: Callable[[], Plan] | None) -> Budget:
        """Return the budget; where none was given, show a person the plan and ask.

        Raises click.UsageError where nobody can be asked, click.Abort where the answer is no.
        """
        if self.budget is not None:
            return self._of(self.budget)
        if make_plan is None or not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise click.UsageError(
                "--budget N is missing: calls are billed, and any header makes one. Say how many requests"
                " may be made, or unlimited; `sealwright keys plan FILE` tells how many there will be"
            )
        plan = make_plan()
        for line in plan_lines(plan, self.concurrency, A_CALL):
            say(line)
        if plan.most and not click.confirm(f"Make up to {several(plan.most, 'request')}?", err=True):
            raise click.Abort
        return self._of(plan.most)

    def _of(self, total: int | str) -> Budget:
        from sealwright.telemetry import Budget

        devices = None if self.devices is None else list(read_devices(self.devices))
        return Budget(total, devices=devices, a_device=self.device_budget)  # type: ignore[arg-type]


def read_devices(path: str) -> Iterable[str]:
    """Yield the UIDs of a file, one a line; # begins a comment. Raises InputError for what is none."""
    from sealwright.telemetry import read_uid

    with open(path, "rb") as file:  # noqa: PTH123
        for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b""), 1):
            text = line.split(b"#")[0].strip().decode(errors="replace")
            if not text:
                continue
            if read_uid(text) is None:
                raise InputError(
                    f"--devices: {path}, line {number}: {text[:40]!r} is no ROTPublicUID of 16 hex digits"
                )
            yield text


def budget(text: str) -> int | str:
    """Read a number of requests, or `unlimited`."""
    if text == "unlimited":
        return text
    digits = text.replace(",", "").replace("_", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise click.BadParameter(f"{text!r} is neither a number of requests nor unlimited")
    return int(digits)


def concurrency_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--concurrency`."""
    return click.option(
        "--concurrency",
        type=click.IntRange(1, 256),
        default=CONCURRENCY,
        show_default=True,
        metavar="N",
        help="Calls beside each other.",
    )(function)


def fetch_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command these options, and an argument `fetching`: a FetchChoice."""

    @click.option(
        "--budget",
        type=budget,
        metavar="N|unlimited",
        help="Requests that may be made; a terminal is shown the plan and asked.",
    )
    @click.option(
        "--devices",
        type=click.Path(exists=True, dir_okay=False),
        metavar="FILE",
        help="Ask for these devices alone: UIDs, one a line.",
    )
    @click.option(
        "--device-budget",
        type=click.IntRange(1),
        default=DEVICE_BUDGET,
        show_default=True,
        metavar="N",
        help="Requests for any one device.",
    )
    @concurrency_option
    @wraps(function)
    def outer(
        *args: Any,
        budget: int | str | None,
        devices: str | None,
        device_budget: int,
        concurrency: int,
        **options: Any,
    ) -> Any:
        chosen = FetchChoice(budget, devices, device_budget, concurrency)
        return function(*args, fetching=chosen, **options)

    return outer


def plan_lines(plan: Plan, concurrency: int, a_call: float) -> list[str]:
    """Return a plan in words."""
    malformed = f", and {plan.malformed:,} are malformed" if plan.malformed else ""
    lines = [
        f"{several(plan.messages, 'message')} with {several(plan.headers, 'header')}{malformed}",
        f"  {plan.held:,} held: no call",
        f"  {_between(plan.at_least, plan.at_most)} billed calls: the fewest if a call serves each v1 key id",
    ]
    if plan.free:
        lines.append(f"  {plan.free:,} calls that are not billed")
    fewest, most = plan.seconds(a_call, concurrency)
    if most:
        lines.append(
            f"  {_between_seconds(fewest, most)} at {a_call:g} s a call, {concurrency} beside each other"
        )
    return lines


def _between(least: int, most: int) -> str:
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def _between_seconds(fewest: float, most: float) -> str:
    low, high = (f"{max(1, round(each)):,}" for each in (fewest, most))
    return f"about {low if low == high else f'{low} to {high}'} s"


def tell_ledger(source: ServiceSource) -> None:
    """Say what has been asked for, and what of it nobody knows."""
    ledger = source.ledger
    possibly = f", {ledger.possibly_paid:,} possibly paid without an answer" if ledger.possibly_paid else ""
    say(f"service: {several(ledger.reached, 'request')}, {several(ledger.kept, 'key')} kept{possibly}")
    for complaint, count in source.complaints.most_common(5):
        say(f"  {count:,} × a reply that cannot be used: {complaint}")


def describe_ledger(source: ServiceSource) -> dict[str, int]:
    """Return the same for programs."""
    ledger = source.ledger
    return {"requests": ledger.reached, "kept": ledger.kept, "possibly_paid": ledger.possibly_paid}


def reached(reasons: Any) -> bool:
    """Tell from counts by reason whether a budget has kept something from being asked for."""
    return any(reasons.get(reason) for reason in _LIMITS)
