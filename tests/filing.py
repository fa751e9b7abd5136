"""Messages files and key files for tests, sealed with the keys of making.py, and a job over them."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Final

import making
from sealwright import KeyFile, read_reply, seal_message
from sealwright.telemetry.pipeline.input import Options
from sealwright.telemetry.pipeline.job import run

if TYPE_CHECKING:
    from pathlib import Path

    from sealwright.telemetry.pipeline.summary import Summary

ADDED: Final = (
    "outcome",
    "reason",
    "plaintext",
    "protection",
    "rot_public_uid",
    "key_id",
    "counter",
    "tag",
    "duplicate",
    "nonce_reuse",
)
"""The columns that opening adds, in order."""


def v1(count: int = 0, text: bytes | None = None) -> bytes:
    """Return a v1 message with a counter; its text is `text <count>` unless another is given."""
    header = making.V1_HEADER[:14] + count.to_bytes(2)
    parameters = read_reply(making.reply_v1(header), header=header)
    return seal_message(f"text {count}".encode() if text is None else text, parameters)


def v2(text: bytes = b"sixteen bytes or more of v2") -> bytes:
    """Return a v2 message."""
    return seal_message(text, read_reply(making.reply_v2(), header=making.V2_HEADER))


def signed(text: bytes = b"signed only") -> bytes:
    """Return a message that is signed and not encrypted."""
    reply = making.reply_integrity()
    return seal_message(text, read_reply(reply, header=making.INTEGRITY_HEADER, purpose="integrity"))


def downlink(text: bytes = b"sixteen bytes or more, downlink") -> bytes:
    """Return a v2 message to a device."""
    return seal_message(text, read_reply(making.reply_v2_downlink(), direction="downlink"))


def key_file(folder: Path) -> Path:
    """Write a key file that opens every message made here."""
    return making.write_key_file(
        folder / "keys.jsonl",
        making.key_line(making.reply_v1(), making.V1_HEADER),
        making.key_line(making.reply_v2(), making.V2_HEADER),
        making.key_line(making.reply_integrity(), making.INTEGRITY_HEADER, Purpose="integrity"),
        making.key_line(making.reply_v2_downlink(), Direction="downlink"),
    )


def json_lines(*rows: dict[str, Any]) -> bytes:
    """Return rows as a JSON Lines file."""
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def run_job(folder: Path, content: bytes, **options: Any) -> tuple[bytes, Summary]:
    """Open a file's content with the key file of this module; returns the output and the summary."""
    keys = folder / "keys.jsonl"
    source = KeyFile(keys if keys.exists() else key_file(folder))
    out = folder / "run.out"
    summary = run(io.BytesIO(content), source, str(out), Options(**options))
    return out.read_bytes(), summary


def opened(folder: Path, content: bytes, **options: Any) -> list[dict[str, Any]]:
    """Open a file's content and return the rows of a JSON Lines output."""
    return [json.loads(line) for line in run_job(folder, content, **options)[0].splitlines()]


def names_in(folder: Path) -> list[str]:
    """Return the names of what is in a folder: an unfinished output would be among them."""
    return sorted(path.name for path in folder.iterdir())
