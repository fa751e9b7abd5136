"""`sealwright inspect`: headers in words, and the search for a layout."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.options import (
    column_option,
    direction_option,
    format_option,
    json_option,
    keys_option,
    open_input,
    purpose_option,
    read_keys,
    show_json,
)
from sealwright.errors import InputError, MessageError, Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.telemetry import UnverifiedHeader

SOME_FAILED = 3


@click.command("inspect")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--message", "messages", multiple=True, metavar="HEX", help="A whole message in hex; may be repeated."
)
@format_option
@column_option
@click.option("--limit", type=click.IntRange(1), default=10, show_default=True, help="Rows of FILE to show.")
@direction_option
@purpose_option
@click.option(
    "--discover", is_flag=True, help="Try every layout on the messages (needs --keys; experimental)."
)
@keys_option
@click.option("--expect-text", metavar="TEXT", help="With --discover: what the text must be.")
@click.option("--expect-hex", metavar="HEX", help="With --discover: the same in hex.")
@click.option("--expect-json", is_flag=True, help="With --discover: the text must be JSON.")
@json_option
def command(
    file: str | None,
    messages: tuple[str, ...],
    format_: str | None,
    column: str,
    limit: int,
    direction: str,
    purpose: str | None,
    discover: bool,
    keys_path: str | None,
    expect_text: str | None,
    expect_hex: str | None,
    expect_json: bool,
    as_json: bool,
) -> None:
    """Show what messages claim in their headers. Nothing is verified without keys.

    With --discover every layout of a message's kind is tried under its key from --keys. A MAC
    proves only the bytes that it covers (mac_span_only); a layout is proved when the text is what
    you say it must be.
    """
    if not file and not messages:
        raise click.UsageError("give --message HEX, or a FILE of messages")
    if discover is not (keys_path is not None):
        raise click.UsageError("--discover and --keys FILE go together: a layout is found by verifying")
    expect = _expectation(expect_text, expect_hex, expect_json=expect_json)
    if expect and not discover:
        raise click.UsageError("--expect-… says what --discover must find: give both")
    keys = read_keys(keys_path) if keys_path else None
    sealed = [_from_hex(text) for text in messages]
    if file:
        sealed += _from_file(file, format_, column, limit)
    shown = [_describe(message, reason, direction, purpose) for message, reason in sealed]
    if keys is not None:
        for (message, _), facts in zip(sealed, shown, strict=True):
            if "outcome" not in facts:
                facts.update(_findings(message, keys, direction, purpose, expect))
    if as_json:
        show_json(shown)
    else:
        click.echo("\n\n".join("\n".join(_lines(facts)) for facts in shown))
    if any("outcome" in facts for facts in shown):
        sys.exit(SOME_FAILED)


def _from_hex(text: str) -> tuple[bytes, Reason]:
    from sealwright.telemetry import read_hex

    try:
        return read_hex("".join(text.split())), Reason.NONE
    except ValueError as problem:
        if not text.strip():
            return b"", Reason.EMPTY
        raise InputError(f"--message: {problem}: give the whole message in hex") from None


def _from_file(path: str, format_: str | None, column: str, limit: int) -> list[tuple[bytes, Reason]]:
    """Return the first messages of a file; a row without one has the reason why."""
    from sealwright.telemetry.pipeline.formats import format_of
    from sealwright.telemetry.pipeline.input import Options, read_messages

    options = Options(format=format_of(path, format_), column=column)
    with open_input(path) as stream:
        return [(message or b"", reason) for message, reason in read_messages(stream, options, limit)]


def _describe(message: bytes, reason: Reason, direction: str, purpose: str | None) -> dict[str, Any]:
    from sealwright.telemetry import parse_header

    if reason:
        return _malformed(message, reason)
    try:
        return _facts(parse_header(message, direction=direction, purpose=purpose), len(message))
    except MessageError as problem:
        return _malformed(message, problem.reason)


def _malformed(message: bytes, reason: Reason) -> dict[str, Any]:
    return {
        "bytes": len(message),
        "outcome": reason.outcome,
        "reason": reason,
        "hint": reason.explanation,
    }


def _facts(header: UnverifiedHeader, size: int) -> dict[str, Any]:
    from sealwright.telemetry import DEFAULT_LAYOUTS

    layout = DEFAULT_LAYOUTS.of(header.kind)
    return {
        "bytes": size,
        "kind": header.kind.title,
        "experimental": layout.experimental,
        "protection": "signed" if header.purpose == "integrity" else "encrypted",
        "direction": header.direction,
        "header": header.raw.hex(),
        "uid": f"????{header.uid_tail.hex()}",
        "key_id": header.key_id.hex() if header.key_id else None,
        "counter": header.counter,
        "text_bytes": header.text_length,
    }


_WORDS = {
    "bytes": "message",
    "kind": "kind",
    "protection": "protection",
    "direction": "direction",
    "header": "header",
    "uid": "device",
    "key_id": "key id",
    "counter": "counter",
    "text_bytes": "text",
    "outcome": "outcome",
    "layouts": "layouts",
    "hint": "hint",
}

_NOTES = {
    "bytes": " bytes",
    "text_bytes": " bytes",
    "uid": "  (the first two bytes of the UID are not in the message)",
    "counter": "  (unproved)",
}


def _lines(facts: dict[str, Any]) -> list[str]:
    lines = []
    for name, word in _WORDS.items():
        value = facts.get(name)
        if value is None:
            continue
        note = _NOTES.get(name, "")
        if name == "kind" and facts["experimental"]:
            note = "  (experimental: no public vector proves its layout)"
        if name == "layouts":
            value = "; ".join(_say(finding) for finding in value) or "none verifies"
        lines.append(f"{word:<11} {value}{note}")
    return lines


def _say(finding: dict[str, Any]) -> str:
    words = f"{finding['layout']}: {finding['verdict']}"
    return words if finding["uid_agrees"] else f"{words} (the UID is elsewhere)"


def _expectation(
    text: str | None, hex_text: str | None, *, expect_json: bool
) -> Callable[[bytes], bool] | None:
    """Return a test of the decrypted text, or None where the user does not know it."""
    from sealwright.telemetry import read_hex

    if sum((text is not None, hex_text is not None, expect_json)) > 1:
        raise click.UsageError("give one of --expect-text, --expect-hex and --expect-json")
    if expect_json:
        return _is_json
    if hex_text is not None:
        try:
            wanted = read_hex(hex_text)
        except ValueError as problem:
            raise InputError(f"--expect-hex: {problem}") from None
        return wanted.__eq__
    return text.encode().__eq__ if text is not None else None


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _findings(
    message: bytes,
    keys: Any,
    direction: str,
    purpose: str | None,
    expect: Callable[[bytes], bool] | None,
) -> dict[str, Any]:
    """Return the layouts that verify, and a hint where none does for want of a key."""
    from sealwright.telemetry import discover, open_messages

    found = discover(message, keys, direction=direction, purpose=purpose, expect=expect)
    shown = [
        {
            "layout": f"{finding.layout.kind.title}={finding.layout.name}",
            "verdict": finding.verdict,
            "uid_agrees": finding.uid_agrees,
        }
        for finding in found
    ]
    if shown:
        return {"layouts": shown}
    batch = open_messages([message], keys, direction=direction, purpose=purpose)
    hint = Reason.of(int(batch.reason[0])).explanation
    return {"layouts": [], "hint": hint or "its key is in the key file, and no MAC verifies under it"}
