"""How the service says no."""

from __future__ import annotations

from typing import Final

from sealwright.errors import SealwrightError

BAD_REQUEST: Final = "Bad Request"
NOT_AUTHORIZED: Final = "Not Authorized."
NOT_FOUND: Final = "Not Found"


class RefusalError(SealwrightError):
    """A request that the service answers with an error body: its status and its text."""

    def __init__(self, status: int, words: str) -> None:
        self.status = status
        self.words = words
        super().__init__(f"{status} {words}")


def bad_request(words: str = "") -> RefusalError:
    """Return a refusal in the document's form: "Bad Request", and more where there is more to say."""
    return RefusalError(400, f"{BAD_REQUEST}. {words}" if words else BAD_REQUEST)
