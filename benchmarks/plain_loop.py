"""What one writes without us: JSON Lines in, AES-CCM by a dict of keys, JSON Lines out with the same columns.

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
            ciphers[name] = AESCCM(b64decode(reply["Key"]), tag_length=16), reply["ROTPublicUID"]
    tags: dict[bytes, bytes] = {}
    with Path(rows).open() as lines, Path(out).open("w") as opened:
        for line in lines:
            row = json.loads(line)
            message = bytes.fromhex(row["payload"])
            header, tag = message[:16], message[-16:]
            cipher, uid = ciphers[header[:14]]
            try:
                text = cipher.decrypt(header[4:], message[16:], None)
            except InvalidTag:
                text = None
            row["outcome"] = "not_authentic" if text is None else "opened"
            row["reason"] = None
            row["plaintext"] = None if text is None else text.hex()
            row["protection"] = "encrypted"
            row["rot_public_uid"] = None if text is None else uid
            row["key_id"] = header[:14].hex()
            row["counter"] = int.from_bytes(header[14:])
            row["tag"] = tag.hex()
            before = None if text is None else tags.setdefault(header, tag)
            row["duplicate"] = before == tag and before is not tag
            row["nonce_reuse"] = before not in {None, tag}
            opened.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
