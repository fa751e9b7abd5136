"""Receipts: what was sent to the service, by whom, and what it said; append-only, chained and signed.

A receipt is a line of JSON. It has the hash of the line before and a signature over itself, so no
line can be changed, left out, put in or moved without being noticed. What is cut off at the end can:
whoever needs to notice that keeps the hash of the last line, which `verify` returns.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Annotated, Final, Literal, NamedTuple

import msgspec

from sealwright.errors import InputError
from sealwright.provision.verifying import verifies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from sealwright.provision._openpgp.keys import PublicKey
    from sealwright.provision.signer import Signer, SignerKey
    from sealwright.provision.verifying import VerifyingKey

_FIRST: Final = "0" * 64
"""What the first line has in the place of a hash."""

_BEGIN: Final = b'{"format":"sealwright receipt 1",'
"""What every line begins with."""

_LONGEST: Final = 16 * 1024
_LONGEST_WORD: Final = 255
"""Characters of what is no more than a label: who did it, and how the service calls what it answered."""


_Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Done(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One request and its answer, without any secret.

    `service` is the URL of the service, `nc12` a product. `object_id` is the OID on the device, and
    `identifier` what the service has called the object. `request_sha256` is the `sha256` of a file of
    `wrap`; of any other request it is the digest of the body that was sent. `status` is None where no
    answer came.
    """

    action: str
    service: str
    name: str
    object_type: str | None = None
    object_id: str | None = None
    nc12: str | None = None
    request_sha256: _Hash | None = None
    envelope_sha256: _Hash | None = None
    signer: str | None = None
    recipient: str | None = None
    recipient_subkey: str | None = None
    status: int | None = None
    correlation: str | None = None
    identifier: str | None = None


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line: its number from 1, the hash of the line before, what was done, and who says so."""

    format: Literal["sealwright receipt 1"] = "sealwright receipt 1"
    number: Annotated[int, msgspec.Meta(ge=1)]
    previous: _Hash
    time: str
    version: str
    operator: str
    done: Done
    signed_by: str
    signature: str

    def line(self) -> bytes:
        """Return it as it stands in the file, without the line end."""
        return msgspec.json.encode(self)

    def digest(self) -> bytes:
        """Return what is signed: the SHA-256 of the line without its signature."""
        return hashlib.sha256(msgspec.structs.replace(self, signature="").line()).digest()


class Verified(NamedTuple):
    """How many receipts there are, the hash of the last line, and the fingerprints of who has signed."""

    receipts: int
    last: str
    signers: tuple[str, ...] = ()


class ReceiptBook:
    """A file of receipts that this signer writes. Threads and processes may append to one file.

    `operator` is a label that the user chooses; it raises InputError where no receipt could hold it, so
    that this is known before anything is done. Each receipt is on the disk when `append` returns.
    """

    def __init__(
        self, path: Path, signer: Signer, *, operator: str, version: str, clock: Callable[[], float]
    ) -> None:
        if not operator.strip() or not operator.isprintable() or len(operator) > _LONGEST_WORD:
            raise InputError(
                f"receipt: operator {operator[:60]!r}: it must be 1 to {_LONGEST_WORD} characters that can be"
                " printed"
            )
        self._path, self._signer, self._operator = path, signer, operator
        self._version, self._clock = version, clock

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {self._path}>"

    def check(self) -> None:
        """Look at the file, before anything is done that is to be written there. Raises InputError.

        A file that is not there is made, so that what cannot be written is known in time; nothing in a
        file is changed.
        """
        with _locked(self._path) as file:
            _read_end(file, self._path)

    def append(self, done: Done) -> Receipt:
        """Write a receipt. Raises SignerError, and InputError for a file that holds something else.

        What the service has told is cut where it is long; a receipt that is too long all the same raises
        InputError, and is not written: no run after it could read where the file ends.
        """
        with _locked(self._path) as file:
            end = _read_end(file, self._path)
            unsigned = Receipt(
                number=end.number + 1,
                previous=hashlib.sha256(end.line).hexdigest() if end.line else _FIRST,
                time=datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="milliseconds"),
                version=self._version,
                operator=self._operator,
                done=msgspec.structs.replace(
                    done, correlation=_cut(done.correlation), identifier=_cut(done.identifier)
                ),
                signed_by=self._signer.public_key.key.fingerprint,
                signature="",
            )
            signature = base64.b64encode(self._signer.sign(unsigned.digest())).decode()
            receipt = msgspec.structs.replace(unsigned, signature=signature)
            line = receipt.line()
            if len(line) > _LONGEST:
                raise InputError(
                    f"receipt: {self._path}: {len(line):,} bytes are too many for a receipt, which has at"
                    f" most {_LONGEST:,}: are names and the service's URL the right ones?"
                )
            if end.rest:
                file.truncate(file.seek(0, os.SEEK_END) - len(end.rest))
            file.write((b"" if end.ended else b"\n") + line + b"\n")
            file.flush()
            os.fsync(file.fileno())
        return receipt


def _cut(text: str | None) -> str | None:
    return None if text is None else text[:_LONGEST_WORD]


def verify(
    lines: Iterable[bytes], keys: Iterable[SignerKey | VerifyingKey], *, what: str = "receipts"
) -> Verified:
    """Verify a file of receipts, line by line, with the public keys that may have signed them.

    Raises InputError for the first line that is not as it was written, with its number; `what` names
    the file there.
    """
    known = {each.key.fingerprint: each.key for each in keys}
    signers: dict[str, None] = {}
    count, previous = 0, _FIRST
    for count, ended in enumerate(lines, 1):  # it is told when the lines end
        where = f"receipt: {what}, line {count}"
        if not ended.endswith(b"\n"):
            raise InputError(f"{where}: it is cut off: the run that wrote it was killed")
        receipt = _read(ended[:-1], where)
        if receipt.number != count:
            raise InputError(f"{where}: it is receipt {receipt.number}: lines are missing, or out of place")
        if receipt.previous != previous:
            raise InputError(f"{where}: the line before is not the one that it was written behind")
        _check_signature(receipt, known.get(receipt.signed_by), where)
        previous = hashlib.sha256(ended[:-1]).hexdigest()
        signers[receipt.signed_by] = None
    return Verified(count, previous, tuple(signers))


def _check_signature(receipt: Receipt, key: PublicKey | None, where: str) -> None:
    if key is None:
        raise InputError(f"{where}: it is signed by {receipt.signed_by}: give that public key as well")
    signature = _decoded(receipt.signature)
    if signature is None or not verifies(key, signature, receipt.digest()):
        raise InputError(f"{where}: its signature does not verify: it was changed")


def _decoded(text: str) -> bytes | None:
    """Return what base64 stands for; None unless it is written as `append` writes it, with no stray bits."""
    try:
        octets = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return octets if base64.b64encode(octets).decode() == text else None


def _read(line: bytes, where: str) -> Receipt:
    try:
        receipt = msgspec.json.decode(line, type=Receipt)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InputError(f"{where}: it is no receipt of sealwright") from None
    if receipt.line() != line:
        raise InputError(f"{where}: it is not written as sealwright writes it: it was changed")
    return receipt


@contextmanager
def _locked(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for one writer at a time; only its owner may read a new one."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        handle = os.open(path, flags, 0o600)
    except OSError as problem:
        raise InputError(f"receipt: {path} cannot be written: {problem.strerror}") from None
    with os.fdopen(handle, "r+b") as file:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield file


class _End(NamedTuple):
    """The last whole line and its number, empty and 0 where there is none, and what follows it."""

    line: bytes
    number: int
    rest: bytes
    """What a run that was killed has left of another receipt."""
    ended: bool = True
    """Whether the line has its line end."""


def _read_end(file: IO[bytes], path: Path) -> _End:
    """Read where a file ends, and change nothing. Raises InputError where that is not of a book."""
    size = file.seek(0, os.SEEK_END)
    begin = max(0, size - 2 * _LONGEST)
    file.seek(begin)
    whole, end, rest = file.read().rpartition(b"\n")
    line = whole.rpartition(b"\n")[2]
    if len(line) > _LONGEST or len(rest) > _LONGEST or (begin and b"\n" not in whole):
        raise InputError(f"receipt: {path}: its last line is too long for a receipt: is it another file?")
    number = _read(line, f"receipt: {path}, last line").number if end else 0
    if not (rest.startswith(_BEGIN) or _BEGIN.startswith(rest)):
        raise InputError(f"receipt: {path} ends with what is no receipt of sealwright: is it another file?")
    try:
        return _End(rest, _read(rest, "").number, b"", ended=False)
    except InputError:
        return _End(line, number, rest)
