"""What one writes without us: JSON Lines in, AES-CCM by a dict of keys, JSON Lines out.

python benchmarks/plain_loop.py KEYS.jsonl ROWS.jsonl OUT.jsonl
"""

from __future__ import annotations

import json
import sys
from base64 import b64decode
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM


def main(keys: str, rows: str, out: str) -> None:
    """Open every row."""
    ciphers = {}
    with Path(keys).open() as lines:
        for line in lines:
            reply = json.loads(line)
            name = bytes.fromhex(reply["EncryptedHeader"])[:14]
            ciphers[name] = AESCCM(b64decode(reply["Key"]), tag_length=16)
    with Path(rows).open() as lines, Path(out).open("w") as opened:
        for line in lines:
            row = json.loads(line)
            message = bytes.fromhex(row["payload"])
            try:
                text = ciphers[message[:14]].decrypt(message[4:16], message[16:], None)
                row["outcome"], row["plaintext"] = "opened", text.hex()
            except InvalidTag:
                row["outcome"], row["plaintext"] = "not_authentic", None
            opened.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
