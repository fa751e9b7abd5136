"""Options that choose among the entries of a store."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from sealwright.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.telemetry import Entry


def device_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--device`, and an argument `devices`: a set of UIDs."""

    @click.option(
        "--device", "texts", multiple=True, metavar="UID", help="Only this device's keys; may be repeated."
    )
    @wraps(function)
    def outer(*args: Any, texts: tuple[str, ...], **options: Any) -> Any:
        return function(*args, devices={_uid(text) for text in texts}, **options)

    return outer


def _uid(text: str) -> bytes:
    from sealwright.telemetry import read_uid

    uid = read_uid(text)
    if uid is None:
        raise InputError(f"--device: {text[:40]!r} is no ROTPublicUID of 16 hex digits")
    return uid


def among(account: str, devices: set[bytes]) -> Callable[[Entry], bool]:
    """Return what tells whether an entry is of the account, and of one of the devices if any are named."""
    return lambda entry: entry.owner.account == account and (not devices or entry.uid in devices)
