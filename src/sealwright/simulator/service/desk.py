"""Who answers which request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[[Any, Any], Any]")


class Desk:
    """Answers by the type of the request."""

    def __init__(self) -> None:
        self._answers: dict[type, Callable[[Any, Any], Any]] = {}

    @classmethod
    def of(cls, *desks: Desk) -> Desk:
        """Return one desk that answers what any of these does."""
        whole = cls()
        for desk in desks:
            whole._answers.update(desk._answers)  # noqa: SLF001  # another of its own kind
        return whole

    def to(self, request: type) -> Callable[[F], F]:
        """Let the decorated function answer requests of a type; it returns a JSON value."""

        def enter(answer: F) -> F:
            self._answers[request] = answer
            return answer

        return enter

    def requests(self) -> set[type]:
        """Return the types of the requests that are answered."""
        return set(self._answers)

    def answer(self, account: Any, request: Any) -> Any:
        """Return the JSON value that answers a request. Raises RefusalError."""
        return self._answers[type(request)](account, request)
