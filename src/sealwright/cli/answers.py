"""Replies of a service on standard output: as JSON for programs, as tables for people.

Programs get what the service sent, secrets included: they asked for it. Tables hide secrets, and show
control characters instead of obeying them.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from sealwright.cli.options import counted, open_input, say, show_json
from sealwright.errors import SealwrightError
from sealwright.secret import Secret
from sealwright.services._client import PART
from sealwright.services._each import Fate
from sealwright.services._reply import Reply, revealed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sealwright.errors import ServiceError
    from sealwright.services._call import Call, Itemized
    from sealwright.services._each import ItemAnswer
    from sealwright.services._groups import Sends

SOME_FAILED: Final = 3
_HIDDEN: Final = "(secret: --json shows it)"


def answer(client: Sends, call: Call, arguments: dict[str, Any], file: str | None, *, as_json: bool) -> None:
    """Make a call in the way that its arguments ask for, and show what comes."""
    if file:
        with open_input(file) as stream:
            show(client.upload(call, stream.read()), as_json=as_json)
    elif call.pages and call.page_field not in arguments:
        _show_items(client.items(call.make(**arguments)), call, as_json=as_json)
    elif call.each:
        _show_each(client.each(call, arguments), call.each, as_json=as_json)
    elif any(len(arguments.get(name, ())) > PART for name in call.splits):
        _show_parts(client, call, arguments, as_json=as_json)
    else:
        show(client.send(call.make(**arguments)), as_json=as_json)


def show(reply: Any, *, as_json: bool) -> None:
    """Show a reply of any form; where there is none, say that it is done."""
    if reply is None and not as_json:
        say("done")
    elif isinstance(reply, Secret):
        click.echo(revealed(reply) if as_json else _HIDDEN)
    elif isinstance(reply, str):
        click.echo(reply if as_json else _plain(reply))
    elif as_json:
        show_json(revealed(reply))
    elif isinstance(reply, list):
        show_table([_members(item) for item in reply])
    else:
        for name, value in _members(reply).items():
            click.echo(f"{name:<24} {_cell(value)}")


def _show_items(items: Iterable[Any], call: Call, *, as_json: bool) -> None:
    if as_json:
        _show_stream(items)
        return
    rows = [_members(item, call.group) for item in items]
    show_table(rows)
    say(f"{len(rows):,} in all")


def _show_stream(items: Iterable[Any]) -> None:
    """Write one JSON list, an item a line, as the items come.

    A list that is cut short is not closed, so that no program takes a part of it for the whole.
    """
    before = "[\n"
    for item in items:
        click.echo(f"{before}{msgspec.json.encode(revealed(item)).decode()}", nl=False)
        before = ",\n"
    click.echo("[]" if before.startswith("[") else "\n]")


def _show_each(answers: Iterable[ItemAnswer], facts: Itemized, *, as_json: bool) -> None:
    """Show what became of each item: as JSON as it is known, as a table at the end, however that comes.

    What is done stays done where the user interrupts it, so it is told. Exits with 3 where some were
    not done, and raises what has ended the call.
    """
    from sealwright.cli.progress import counting

    told: Counter[Fate] = Counter()
    problem: ServiceError | None = None

    def rows() -> Iterator[dict[str, Any]]:
        nonlocal problem
        for each in answers:
            told[each.fate] += 1
            tell(told.total())
            problem = problem or each.problem
            extra = {facts.told: getattr(each.reply, facts.told)} if facts.told and each.reply else {}
            yield {"item": each.item, "outcome": str(each.fate), **extra, "why": each.words}

    try:
        with counting() as tell:
            (_show_stream if as_json else _show_late)(rows())
    finally:
        say(counted(told, Fate))
    if problem is not None:
        raise problem
    if told.total() > told[Fate.DONE]:
        sys.exit(SOME_FAILED)


def _show_late(rows: Iterable[Mapping[str, Any]]) -> None:
    """Show rows as a table when all have come, or when what brings them is interrupted."""
    came: list[Mapping[str, Any]] = []
    try:
        came.extend(rows)
    finally:
        show_table([{name: value for name, value in row.items() if value != ""} for row in came])


def _show_parts(client: Sends, call: Call, arguments: dict[str, Any], *, as_json: bool) -> None:
    """Send a long list in parts; where one fails or the user interrupts it, say how many were done."""
    replies: list[Any] = []
    try:
        replies.extend(client.in_parts(call, arguments))
    except (SealwrightError, KeyboardInterrupt):
        say(f"{len(replies):,} parts of {PART} were done before this:")
        raise
    if as_json:
        show_json(revealed(replies))
    else:
        show_table([_members(reply) for reply in replies])


def _members(value: Any, name: str = "value") -> dict[str, Any]:
    """Return what there is to show of a value by name; absent fields are left out."""
    if isinstance(value, Reply):
        fields = zip(value.__struct_encode_fields__, msgspec.structs.astuple(value), strict=True)
        return {field: item for field, item in fields if item is not None} | value.extra
    return value if isinstance(value, dict) else {name: value}


def show_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows to standard output, with a column for every name that any of them has."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    table = Table(box=None, pad_edge=False)
    names = list(dict.fromkeys(name for row in rows for name in row))
    for name in names:
        table.add_column(Text(_plain(name)), no_wrap=not terminal, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(row.get(name))) for name in names))
    if rows:
        Console(width=None if terminal else 10_000, markup=False, highlight=False).print(table)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    shown = _hidden(value)
    return _plain(shown if isinstance(shown, str) else msgspec.json.encode(shown).decode())


def _hidden(value: Any) -> Any:
    """Return a value as plain JSON values with words in the place of every secret, however deep it is."""
    if isinstance(value, Secret):
        return _HIDDEN
    if isinstance(value, Reply):
        return _hidden(_members(value))
    if isinstance(value, list):
        return [_hidden(item) for item in value]
    if isinstance(value, dict):
        return {name: _hidden(item) for name, item in value.items()}
    return value


def _plain(text: str) -> str:
    """Return a text whose control characters are shown, not obeyed; line ends of certificates stay."""
    return "".join(each if each.isprintable() or each == "\n" else ascii(each)[1:-1] for each in text)
