"""`sealwright keys list`: ids, devices and ages; never keys."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.keys_.choosing import among, device_option
from sealwright.cli.options import json_option, say, several, show_json
from sealwright.cli.store_option import account_option, store_options

if TYPE_CHECKING:
    from sealwright.cli.store_option import StorePlace
    from sealwright.telemetry import Entry

_UNITS = (("d", 86_400), ("h", 3600), ("m", 60))
_COLUMNS = ("id", "device", "kind", "direction", "origin", "age")


@click.command("list")
@store_options
@account_option
@device_option
@json_option
def command(place: StorePlace, devices: set[bytes], as_json: bool) -> None:
    """Show which keys the account has in the store: ids, devices and ages, never the keys.

    An id is the header that a key was fetched for, or the key id of a DTLS key (kind dtls).
    """
    now = time.time()
    devices_seen: set[str] = set()
    shown: list[dict[str, Any]] = []
    count = 0
    with place.open() as store:
        for entry in filter(among(place.account, devices), store.entries()):
            facts = describe(entry)
            devices_seen.add(facts["device"])
            count += 1
            if as_json:
                shown.append(facts)
            else:
                click.echo(_line(facts | {"age": spell(now - entry.learned)}))
    if as_json:
        show_json(shown)
    say(f"{several(count, 'key')} of {several(len(devices_seen), 'device')} in {place.shown}")


def describe(entry: Entry) -> dict[str, Any]:
    """Return what may be shown of an entry."""
    from datetime import UTC, datetime

    from sealwright.telemetry import Suite

    return {
        "id": entry.header.hex(),
        "device": entry.uid.hex(),
        "kind": "dtls" if entry.is_psk else entry.kind.title,
        "direction": str(entry.direction),
        "suite": None if entry.is_psk else str(Suite.of(entry.suite)),
        "irregular": list(entry.irregular),
        "origin": entry.owner.origin,
        "account": entry.owner.account,
        "learned": datetime.fromtimestamp(entry.learned, UTC).isoformat(),
    }


def _line(facts: dict[str, Any]) -> str:
    widths = (32, 16, 9, 8, 4, 0)
    return "  ".join(f"{facts[name]:<{width}}" for name, width in zip(_COLUMNS, widths, strict=True)).rstrip()


def spell(seconds: float) -> str:
    """Return a length of time in its largest whole unit."""
    return next((f"{int(seconds // size)}{unit}" for unit, size in _UNITS if seconds >= size), "0m")
