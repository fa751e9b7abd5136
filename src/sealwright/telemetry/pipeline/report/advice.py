"""What an operator can do about each reason."""

from __future__ import annotations

from typing import Final, NamedTuple

from sealwright.errors import Outcome, Reason

_PARAMETERS: Final = "Fetch this header's parameters again; if they come the same, tell the vendor's support."
_ROWS: Final = "Look at these rows in OUT or the rejects, and mend what writes the file."
_SENDER: Final = "Look at what sends these: a device's own messages are never so."
_FETCH: Final = "Fetch its keys with `sealwright keys fetch`, or open with --service, and run again."
_BUDGET: Final = "Run again with a larger {}: what was fetched is kept and not paid twice."

_ADVICE: Final[dict[str, str]] = {
    Reason.MISSING: "If most rows have it, name the right column with --column.",
    Reason.UNREADABLE_ROW: _ROWS,
    Reason.UNDECODABLE_TEXT: "Name the right --encoding, or mend what cuts these texts off.",
    Reason.EMPTY: _ROWS,
    Reason.UNKNOWN_VERSION: "These are no sealed messages, or --column or --encoding is another.",
    Reason.WRONG_PURPOSE: "Leave out --purpose.",
    Reason.TOO_SHORT: "Look for a broker or gateway that cuts messages off.",
    Reason.TEXT_UNDER_ONE_BLOCK: _SENDER,
    Reason.TOO_LONG: "Raise --max-message if such messages are yours.",
    Reason.UNKNOWN_HEADER: _FETCH,
    Reason.ANOTHER_DEVICE: _PARAMETERS,
    Reason.ANOTHER_PURPOSE: _PARAMETERS,
    Reason.ANOTHER_SUITE: _PARAMETERS,
    Reason.UID_MALFORMED: _PARAMETERS,
    Reason.HEADER_LENGTH: _PARAMETERS,
    Reason.KEY_LENGTH: _PARAMETERS,
    Reason.NONCE_LENGTH: _PARAMETERS,
    Reason.MAC_LENGTH: _PARAMETERS,
    Reason.EQUAL_KEYS: _PARAMETERS,
    Reason.UNKNOWN_SUITE: "Update sealwright; if it is the newest, tell its authors the suite's name.",
    Reason.BUDGET: _BUDGET.format("--budget"),
    Reason.INTERRUPTED: "Run again.",
    Reason.PLAINTEXT_IN_HEX: "Nothing is lost. Choose --plaintext hex or base64 for texts that are binary.",
    Reason.REPLY_UNREADABLE: "Ask again later; if it stays so, tell the vendor's support.",
    Reason.DEVICE_BUDGET: _BUDGET.format("--device-budget"),
    Reason.DEVICE_PAUSED: "See whether this device is yours: forged headers look like this. Then run again.",
    Reason.DEVICE_NOT_LISTED: "Add it to the --devices file if it is yours.",
    Outcome.NOT_AUTHENTIC: (
        "Damaged on the way, forged, or the device was given another key since. If one device has many:"
        " fetch its keys again, then look at the device."
    ),
}


class Trouble(NamedTuple):
    """Messages of which one thing is to be told: the word, what it means, and what to do."""

    word: str
    outcome: str
    rows: int
    meaning: str
    advice: str


_MEANING: Final = {
    Outcome.NOT_AUTHENTIC: "a key was tried and the message did not verify; there is never a reason",
    Outcome.NOT_ATTEMPTED: "nothing was tried",
}


def troubles(outcomes: dict[str, int], reasons: dict[str, int]) -> list[Trouble]:
    """Return what befell messages, most frequent first; words that are not known stand alone."""
    told = []
    for word, count in reasons.items():
        reason = _named(word)
        outcome = str(reason.outcome) if reason else ""
        told.append(
            Trouble(word, outcome, count, reason.explanation if reason else "", _ADVICE.get(word, ""))
        )
    for outcome, count in outcomes.items():
        explained = sum(each.rows for each in told if each.outcome == outcome)
        if outcome != Outcome.OPENED and count > explained:
            meaning = _MEANING.get(outcome, "")  # type: ignore[call-overload]
            told.append(Trouble(outcome, outcome, count - explained, meaning, _ADVICE.get(outcome, "")))
    return sorted(told, key=lambda each: (-each.rows, each.word))


def _named(word: str) -> Reason | None:
    try:
        return Reason.named(word)
    except KeyError:
        return None
