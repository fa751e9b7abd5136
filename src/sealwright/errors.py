"""What can go wrong, and the words for it.

    SealwrightError
    ├── MessageError      one message did not open                .outcome .reason
    ├── BatchError        a batch holds messages that did not     .counts .first
    ├── ParametersError   a parameter set cannot be used          .outcome .reason
    ├── ReplyError        a reply of the service cannot be read   .field
    ├── KeyFileError      a key file cannot be read               .path .line
    ├── SealError         a text cannot be sealed
    │   └── SpentSetError   a downlink set has sealed another text already
    ├── InputError        an argument or an input file is wrong
    │   ├── MaterialError      key material is not what EdgeLock 2GO takes
    │   ├── CertificateError   an OpenPGP key cannot be relied on    .primary .revoked
    │   └── SignerError        a signer cannot sign
    ├── RequestError      a request breaks a rule of its call     .faults
    ├── ServiceError      a call of a service failed              .status .sent .answered
    │   ├── CredentialsError   it does not take the credentials
    │   ├── RefusedError       it says no
    │   └── UnavailableError   it gave no usable answer
    ├── StoreError        a key store cannot be opened, read or written
    ├── EnvelopeError     an envelope is not what it was made to be
    ├── ReceiptError      something was done, and there is no receipt of it
    ├── EngineError       the engine asked for is not to be had
    └── CrossCheckError   the engines differ over a message       .index

All but the last five and the ServiceErrors are ValueErrors too: they speak of what was given.
No text of theirs ever holds a key or a plaintext.
"""

from __future__ import annotations

import copyreg
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


T = TypeVar("T", bound="Coded")


class Coded(StrEnum):
    """A word that a column of bytes can carry: `code` is its place in the definition, from 0."""

    code: int

    def __init__(self, *_: object) -> None:
        self.code = len(type(self).__members__)

    @classmethod
    def of(cls, code: int) -> Self:
        """Return the word with this code."""
        word: Self = _by_code(cls)[code]
        return word

    @classmethod
    def named(cls, word: str) -> Self:
        """Return the member that this word names. Raises KeyError for another word."""
        return {str(member): member for member in cls}[word]


@cache
def _by_code(kind: type[T]) -> tuple[T, ...]:
    return tuple(kind)


class Explained(StrEnum):
    """A word of a fixed list that also knows its sentence: `word, explanation` in the definition."""

    explanation: str

    def __new__(cls, word: str, *_: object) -> Self:
        """Make the word."""
        member = str.__new__(cls, word)
        member._value_ = word
        return member

    def __init__(self, _: str, explanation: str) -> None:
        self.explanation = explanation


class Outcome(Coded):
    """What became of a message: the one vocabulary of vectors, errors, columns and summaries."""

    OPENED = "opened"
    MALFORMED = "malformed"
    NO_PARAMETERS = "no_parameters"
    MISMATCHED_PARAMETERS = "mismatched_parameters"
    UNSUPPORTED_SUITE = "unsupported_suite"
    NOT_AUTHENTIC = "not_authentic"
    NOT_ATTEMPTED = "not_attempted"


class Reason(Coded):
    """Why: a fixed list. `not_authentic` never has one, or it would be an oracle."""

    outcome: Outcome
    explanation: str

    def __new__(cls, word: str, outcome: Outcome, explanation: str) -> Self:
        """Make a word that also knows its outcome and its sentence."""
        reason = str.__new__(cls, word)
        reason._value_ = word
        reason.outcome = outcome
        reason.explanation = explanation
        return reason

    NONE = "", Outcome.OPENED, ""

    MISSING = "missing", Outcome.MALFORMED, "there is no message in this row: the column is absent or null"
    UNREADABLE_ROW = "unreadable_row", Outcome.MALFORMED, "the row cannot be read in the file's own format"
    UNDECODABLE_TEXT = (
        "undecodable_text",
        Outcome.MALFORMED,
        "the text is not in the encoding of this file: look at --encoding",
    )
    EMPTY = "empty", Outcome.MALFORMED, "the message has no bytes"
    UNKNOWN_VERSION = (
        "unknown_version",
        Outcome.MALFORMED,
        "the first hex digit is neither 1 nor 2: is this the sealed message, and the right encoding?",
    )
    WRONG_PURPOSE = (
        "wrong_purpose",
        Outcome.MALFORMED,
        "v1 messages are encrypted, and integrity was asked for: leave the purpose to the message",
    )
    TOO_SHORT = "too_short", Outcome.MALFORMED, "the message is shorter than its header and tag"
    TEXT_UNDER_ONE_BLOCK = (
        "text_under_one_block",
        Outcome.MALFORMED,
        "AES-CBC-CS1 is not defined below one block of 16 bytes",
    )
    TOO_LONG = (
        "too_long",
        Outcome.MALFORMED,
        "the message, or its row, is longer than the limit: look at --max-message",
    )

    UNKNOWN_HEADER = (
        "unknown_header",
        Outcome.NO_PARAMETERS,
        "the source has no parameters for this header",
    )

    ANOTHER_DEVICE = (
        "another_device",
        Outcome.MISMATCHED_PARAMETERS,
        "the UID of the parameters is not the one in the header",
    )
    ANOTHER_PURPOSE = (
        "another_purpose",
        Outcome.MISMATCHED_PARAMETERS,
        "the parameters are for signed messages and the message is encrypted, or the reverse",
    )
    ANOTHER_SUITE = (
        "another_suite",
        Outcome.MISMATCHED_PARAMETERS,
        "the cipher suite is not one of this message version",
    )
    UID_MALFORMED = (
        "uid_malformed",
        Outcome.MISMATCHED_PARAMETERS,
        "ROTPublicUID is neither 16 hex digits nor their number",
    )
    HEADER_LENGTH = (
        "header_length",
        Outcome.MISMATCHED_PARAMETERS,
        "EncryptedHeader must be 16 (v1), 12 (v2) or 11 bytes (integrity), as its purpose asks",
    )
    KEY_LENGTH = (
        "key_length",
        Outcome.MISMATCHED_PARAMETERS,
        "a key is not as long as its suite or its length field says",
    )
    NONCE_LENGTH = (
        "nonce_length",
        Outcome.MISMATCHED_PARAMETERS,
        "Nonce must be 12 bytes, AESIV and KIV 16 bytes",
    )
    MAC_LENGTH = "mac_length", Outcome.MISMATCHED_PARAMETERS, "MACLength must be the number 128"
    EQUAL_KEYS = (
        "equal_keys",
        Outcome.MISMATCHED_PARAMETERS,
        "EncryptionKey and AuthenticationKey are the same",
    )

    UNKNOWN_SUITE = (
        "unknown_suite",
        Outcome.UNSUPPORTED_SUITE,
        "CipherSuite names a suite that sealwright does not have",
    )

    BUDGET = "budget", Outcome.NOT_ATTEMPTED, "the budget of paid calls was reached"
    INTERRUPTED = "interrupted", Outcome.NOT_ATTEMPTED, "the run was interrupted"

    PLAINTEXT_IN_HEX = (
        "plaintext_in_hex",
        Outcome.OPENED,
        "the plaintext is not in the form asked for and stands in hex",
    )

    REPLY_UNREADABLE = (
        "reply_unreadable",
        Outcome.MISMATCHED_PARAMETERS,
        "the service's reply lacks a field, or has it in another form",
    )
    DEVICE_BUDGET = (
        "device_budget",
        Outcome.NOT_ATTEMPTED,
        "the budget of calls for this device was reached",
    )
    DEVICE_PAUSED = (
        "device_paused",
        Outcome.NOT_ATTEMPTED,
        "too many calls for this device came to nothing: it is left alone for ten minutes",
    )
    DEVICE_NOT_LISTED = (
        "device_not_listed",
        Outcome.NOT_ATTEMPTED,
        "the header names a device that is not among those to ask for",
    )


class SealwrightError(Exception):
    """The root of every error that sealwright raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Let errors cross to another process: their texts are made once, and not from themselves."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class MessageError(SealwrightError, ValueError):
    """One message did not open."""

    def __init__(self, outcome: Outcome, reason: Reason = Reason.NONE) -> None:
        self.outcome = outcome
        self.reason = reason
        super().__init__(f"open: {outcome}" + (f": {reason.explanation}" if reason else ""))


class BatchError(SealwrightError, ValueError):
    """A batch that had to open whole did not: counts by outcome, and the first indices that failed."""

    def __init__(self, counts: Mapping[Outcome, int], first: tuple[int, ...]) -> None:
        self.counts = dict(counts)
        self.first = first
        words = ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count)
        super().__init__(f"open: not every message opened: {words}; the first that did not: {list(first)}")


class ParametersError(SealwrightError, ValueError):
    """A parameter set disagrees with itself, with its header or with what can be opened."""

    def __init__(self, reason: Reason, field: str = "") -> None:
        self.outcome = reason.outcome
        self.reason = reason
        super().__init__(f"parameters: {field + ': ' if field else ''}{reason.explanation}")


class ReplyError(SealwrightError, ValueError):
    """A reply of the service, or a line of a key file, lacks a field or has it in another form."""

    def __init__(self, field: str, problem: str) -> None:
        self.field = field
        super().__init__(f"{field}: {problem}")


class KeyFileError(SealwrightError, ValueError):
    """A key file cannot be read. `line` counts from 1; it is 0 where the whole file is meant."""

    def __init__(self, path: Path | str, line: int, problem: str) -> None:
        self.path = str(path)
        self.line = line
        super().__init__(f"key file: {path}{f', line {line}' if line else ''}: {problem}")


class SealError(SealwrightError, ValueError):
    """A text cannot be sealed with these parameters."""


class SpentSetError(SealError):
    """A downlink parameter set has sealed another text already: one set seals one message."""


class StoreError(SealwrightError):
    """A key store cannot be opened, read or written."""


class InputError(SealwrightError, ValueError):
    """An argument or an input file is not what it must be."""


class MaterialError(InputError):
    """Key material is not what EdgeLock 2GO takes. No text of it tells what the material is."""


class CertificateError(InputError):
    """An OpenPGP key cannot be read, or not be relied on.

    `revoked` are the fingerprints of the keys that their owner has revoked in it, whatever else is the
    fault, and `primary` that of the primary key, which has signed so; both may be empty.
    """

    def __init__(self, text: str, *, primary: str = "", revoked: Sequence[str] = ()) -> None:
        self.primary = primary
        self.revoked = tuple(revoked)
        super().__init__(text)


class SignerError(InputError):
    """A signer's key cannot be used, or does not sign."""


class EnvelopeError(SealwrightError):
    """An envelope is not what it was made to be, so it has not left."""


class ReceiptError(SealwrightError):
    """A request went out, and what the service said to it could not be written to the receipts."""


class Fault(NamedTuple):
    """What is wrong with one field of a request: its name in the service's words, and the problem."""

    field: str
    problem: str


class RequestError(SealwrightError, ValueError):
    """A request breaks rules of its call, so it was not sent. `faults` names each field and its problem."""

    def __init__(self, call: str, faults: Sequence[Fault]) -> None:
        self.call = call
        self.faults = tuple(Fault(*fault) for fault in faults)
        told = "; ".join(f"{fault.field} {fault.problem}" for fault in self.faults)
        super().__init__(f"{call}: nothing was sent: {told}")


class EngineError(SealwrightError):
    """The engine that was asked for is not to be had on this machine."""


class CrossCheckError(SealwrightError):
    """The native and the portable engine differ over a message: what the native one says counts for nothing.

    `index` is the message's place in its batch, from 0.
    """

    def __init__(self, index: int, problem: str, place: str = "") -> None:
        self.index = index
        self._problem = problem
        super().__init__(
            f"cross-check: {place or f'message {index}'} {problem}: unless its bytes changed meanwhile, the"
            " native engine is not to be relied on here: set SEALWRIGHT_ENGINE=portable, and report this"
            " with what `sealwright doctor` shows"
        )

    def at(self, place: str) -> CrossCheckError:
        """Return the same error with another name for where the message stands."""
        return CrossCheckError(self.index, self._problem, place)


class ServiceError(SealwrightError):
    """A call of a service failed.

    `status` is the last HTTP status, None where no answer came. `sent` counts the requests that
    reached a socket, `answered` those of them that were answered. `correlation` is the id under
    which the service knows the last request, or we do where it gave none; it may be empty. `code` is
    the service's own word for what is wrong, `details` what else it tells, as JSON values.
    """

    def __init__(self, text: str, *, status: int | None = None, sent: int = 0, answered: int = 0) -> None:
        self.status = status
        self.sent = sent
        self.answered = answered
        self.correlation = ""
        self.code = ""
        self.details: Any = None
        super().__init__(text)

    @property
    def maybe_done(self) -> bool:
        """Whether a request went out that was not answered: it may have been carried out, and billed."""
        return self.sent > self.answered


class CredentialsError(ServiceError):
    """The service does not take the credentials (401), or they may not do this (403)."""


class RefusedError(ServiceError):
    """The service understood the request and says no."""


class UnavailableError(ServiceError):
    """The service gave no usable answer before the deadline and within the attempts allowed."""
