"""Opens every vector with OpenSSL's libcrypto alone: nothing of sealwright is imported here.

Each `opened` message must give its plaintext and seal to the same bytes again; each
`not_authentic` one must fail here too. Exit code 1 where one does not.
"""

from __future__ import annotations

import base64
import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import frames
from vector_file import read_vectors

if TYPE_CHECKING:
    from vector_file import Vector


class Keys:
    """The parameters of one key line, as far as libcrypto needs them."""

    def __init__(self, line: dict[str, Any]) -> None:
        self.key = _octets(line.get("Key") or line.get("EncryptionKey"))
        self.mac_key = _octets(line.get("AuthenticationKey"))
        self.nonce = _octets(line.get("Nonce") or line.get("AESIV"))
        self.kiv = _octets(line.get("KIV"))
        self.header = bytes.fromhex(line.get("EncryptedHeader", "")) or self.kiv
        self.purpose = line.get("Purpose", "protection")


def _octets(text: str | None) -> bytes:
    return base64.b64decode((text or "").rstrip("=") + "=" * (-len((text or "").rstrip("=")) % 4))


def kind_of(vector: Vector) -> str:
    """Return v1, v2 or integrity: the folder's name and the first byte say the same."""
    first = vector.octets("message")[0]
    if first >> 4 == 1:
        return "v1"
    signed = vector.field("purpose", "integrity" if first == 0x29 else "protection") == "integrity"
    return "integrity" if signed else "v2"


def keys_of(vector: Vector, kind: str) -> Keys:
    """Return the keys of the vector's message: those of its header, in v1 else those of its key id."""
    message = vector.octets("message")
    length = {"v1": frames.V1_HEADER, "v2": frames.V2_HEADER, "integrity": frames.INTEGRITY_HEADER}[kind]
    purpose = "integrity" if kind == "integrity" else "protection"
    lines = [Keys(line) for line in map(json.loads, vector.key_lines) if "KeyID" not in line]
    lines = [keys for keys in lines if keys.purpose == purpose]
    for keys in lines:
        if keys.header[:length] == message[:length]:
            return keys
    for keys in lines:
        if kind == "v1" and keys.header[:14] == message[:14]:
            keys.nonce = message[4:16]
            return keys
    raise LookupError(f"{vector.name}: no key line serves this message")


def open_vector(vector: Vector) -> bytes | None:
    """Return the plaintext that libcrypto finds, or None where the message is not authentic."""
    kind, message = kind_of(vector), vector.octets("message")
    keys, span = keys_of(vector, kind), _span(vector)
    if kind == "v1":
        return frames.open_v1(message, keys.key, keys.nonce)
    if kind == "v2":
        return frames.open_v2(message, keys.key, keys.mac_key, keys.nonce, keys.kiv, span)
    return frames.verify(message, keys.mac_key, keys.kiv, span)


def seal_vector(vector: Vector) -> bytes:
    """Return the message that libcrypto makes of the vector's plaintext."""
    kind, message, text = kind_of(vector), vector.octets("message"), vector.octets("plaintext")
    keys, span = keys_of(vector, kind), _span(vector)
    if kind == "v1":
        return frames.seal_v1(message[: frames.V1_HEADER], text, keys.key, keys.nonce)
    if kind == "v2":
        header = message[: frames.V2_HEADER]
        return frames.seal_v2(header, text, keys.key, keys.mac_key, keys.nonce, keys.kiv, span)
    return frames.sign(message[: frames.INTEGRITY_HEADER], text, keys.mac_key, b"", keys.kiv, span)


def _span(vector: Vector) -> str:
    return vector.field("layout").partition("=")[2] or "header+body"


def agrees(vector: Vector) -> bool | None:
    """Tell whether libcrypto says what the file expects; None where no key is tried at all."""
    if vector.field("expect") == "opened":
        same = open_vector(vector) == vector.octets("plaintext")
        return same and seal_vector(vector) == vector.octets("message")
    if vector.field("expect") == "not_authentic":
        return open_vector(vector) is None
    return None


def main() -> int:
    """Verify all, and tell how many."""
    vectors = read_vectors()
    verdicts = {vector.name: agrees(vector) for vector in vectors}
    wrong = [name for name, verdict in verdicts.items() if verdict is False]
    tried = Counter(vector.field("expect") for vector in vectors if verdicts[vector.name] is not None)
    print(*(f"{count} {expect}" for expect, count in tried.items()), f"{len(wrong)} wrong", sep=", ")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
