"""Sealing for devices: every message takes a parameter set of its own, and a ledger remembers it.

Sets out of a key file are taken in file order. The ledger knows which message a set has sealed, so a
run that was cut short gives the same bytes when it is repeated, and never uses a set for another
text. Sets of a service are fetched, recorded as spent, used and forgotten.

A ledger that is restored from a backup, or a key file that is used with two stores, cannot be
noticed: the sets spent since then would be used again.
"""

from __future__ import annotations

from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from sealwright.errors import Explained, ParametersError, ReplyError, SealError, SpentSetError
from sealwright.telemetry.format.layouts import DEFAULT_LAYOUTS, Layouts
from sealwright.telemetry.format.suites import Direction, Purpose
from sealwright.telemetry.keys.spending import SetSource, Spending
from sealwright.telemetry.opening.sealing import seal_message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.telemetry.keys.parameters import Parameters
    from sealwright.telemetry.keys.spending import DeviceSets, OfflineSets, SpentLedger

_LOOK_AHEAD: Final = 32
"""Sets of a device whose state is asked for at once, at least."""

_MOST_AHEAD: Final = 4096

_TOGETHER: Final = 1024
"""Texts in one turn at the ledger: meanwhile nobody else can write to its store."""

_BESIDE: Final = 16
"""Sets of a service that are fetched beside each other."""


class Problem(Explained):
    """Why a text was not sealed: a fixed list."""

    UID_MALFORMED = "uid_malformed", "the device's UID is not 16 hex digits"
    NO_TEXT = "no_text", "there is no text in this row, or it is not in the encoding of this file"
    NO_SETS = "no_sets", "there are no downlink sets for this device"
    NO_SET_LEFT = "no_set_left", "every downlink set of this device is spent"
    ANOTHER_DEVICE = "another_device", "the service has given a set of another device or direction"
    UNUSABLE_SET = "unusable_set", "the service's reply for this device cannot be used"
    SPENT_SET = "spent_set", "the service has given a set that is spent already"
    NOT_SEALABLE = "not_sealable", "the text cannot be sealed with this device's sets"


@dataclass(frozen=True, slots=True)
class Sealed:
    """What became of one text: its message, or the problem.

    `kiv` names the set that is spent for it. `repeat` is true where the ledger had this message
    already. `detail` says more of a problem.
    """

    message: bytes | None
    kiv: bytes = b""
    repeat: bool = False
    problem: Problem | None = None
    detail: str = ""

    def require(self) -> bytes:
        """Return the message. Raises SealError where there is none."""
        if self.message is None:
            assert self.problem is not None  # noqa: S101  # one or the other is there
            raise SealError(f"seal: {self.detail or self.problem.explanation}")
        return self.message


def seal_once(
    text: bytes, parameters: Parameters, ledger: SpentLedger, *, layouts: Layouts = DEFAULT_LAYOUTS
) -> bytes:
    """Seal a text with this very set, and record the set as spent before the message is given out.

    The same text gives the same message again. Raises SpentSetError where the set has sealed
    another one, SealError where the text cannot be sealed.
    """
    message = seal_message(text, parameters, layouts=layouts)
    [stands] = ledger.spend([Spending(parameters.kiv, parameters.uid, text, message)])
    if stands.message != message:
        raise SpentSetError("seal: this downlink set has sealed another text: use the device's next set")
    return message


class Sealer:
    """Seals the texts of one run, in order, and claims a set for each.

    The n-th time that a run has one text for one device it takes the n-th set that has sealed it, if
    there is one: so a run that is repeated gives the same messages. With `fresh` it never does. Sets
    of a service are new each time.
    """

    def __init__(
        self,
        sets: OfflineSets | SetSource,
        ledger: SpentLedger,
        *,
        purpose: Purpose = Purpose.PROTECTION,
        layouts: Layouts = DEFAULT_LAYOUTS,
        fresh: bool = False,
    ) -> None:
        self._sets, self._ledger = sets, ledger
        self._purpose, self._layouts, self._fresh = purpose, layouts, fresh
        self._seen: Counter[bytes] = Counter()
        self._queues: dict[bytes, _Queue] = {}

    def seal(self, messages: Sequence[tuple[bytes, bytes]]) -> list[Sealed]:
        """Seal texts, each given with the UID (8 bytes) of its device.

        Raises StoreError when a set could not be recorded as spent: then nothing is given out.
        """
        if isinstance(self._sets, SetSource):
            seal = partial(self._seal_with_new, self._sets)
            with ThreadPoolExecutor(_BESIDE, "sealwright sets") as pool:
                return list(pool.map(seal, messages))
        parts = range(0, len(messages), _TOGETHER)
        return [
            sealed for at in parts for sealed in self._seal_offline(self._sets, messages[at : at + _TOGETHER])
        ]

    def _seal_with_new(self, source: SetSource, message: tuple[bytes, bytes]) -> Sealed:
        """Fetch a set, record it as spent, use it and forget it."""
        uid, text = message
        try:
            parameters = source.fetch_set(uid, self._purpose)
        except (ParametersError, ReplyError) as problem:
            return Sealed(None, problem=Problem.UNUSABLE_SET, detail=str(problem))
        if parameters is None:
            return Sealed(None, problem=Problem.NO_SETS)
        given = (parameters.uid, parameters.direction, parameters.purpose)
        if given != (uid, Direction.DOWNLINK, self._purpose):
            return Sealed(None, problem=Problem.ANOTHER_DEVICE)
        try:
            sealed = seal_message(text, parameters, layouts=self._layouts)
        except SealError as problem:
            return _not_sealable(problem)
        [stands] = self._ledger.spend([Spending(parameters.kiv, uid, text, sealed)])
        if not stands.new:
            return Sealed(None, parameters.kiv, problem=Problem.SPENT_SET)
        return Sealed(sealed, parameters.kiv)

    def _seal_offline(self, sets: OfflineSets, messages: Sequence[tuple[bytes, bytes]]) -> list[Sealed]:
        queues = [self._queue(sets, uid) for uid, _ in messages]
        with self._ledger.turn():
            plan = self._repeats(messages, queues)
            sealed: list[Sealed | None] = [None] * len(messages)
            while missing := [at for at, each in enumerate(sealed) if each is None]:
                for queue in {id(each): each for each in queues}.values():
                    queue.begin(len(missing))
                self._claim(messages, queues, plan, missing, sealed)
        return [each for each in sealed if each is not None]

    def _claim(
        self,
        messages: Sequence[tuple[bytes, bytes]],
        queues: list[_Queue],
        plan: dict[int, Parameters],
        missing: list[int],
        sealed: list[Sealed | None],
    ) -> None:
        """Seal what is missing, each with a set, and claim the sets."""
        spendings = []
        for at in missing:
            tried = self._try(queues[at], messages[at], plan.pop(at, None))
            if isinstance(tried, Sealed):
                sealed[at] = tried
            else:
                spendings.append((at, tried))
        stands = self._ledger.spend([spending for _, spending in spendings])
        for (at, spending), stand in zip(spendings, stands, strict=True):
            if stand.message == spending.message and (stand.new or not self._fresh):
                sealed[at] = Sealed(spending.message, spending.kiv, repeat=not stand.new)
            # Else another machine was faster: another set is tried.

    def _queue(self, sets: OfflineSets, uid: bytes) -> _Queue:
        if uid not in self._queues:
            self._queues[uid] = _Queue(sets.downlink_sets(uid, self._purpose), self._ledger)
        return self._queues[uid]

    def _repeats(
        self, messages: Sequence[tuple[bytes, bytes]], queues: list[_Queue]
    ) -> dict[int, Parameters]:
        """Return the sets that have sealed these texts before, by the place of the text."""
        plan: dict[int, Parameters] = {}
        if self._fresh:
            return plan
        for at, kivs in enumerate(self._ledger.earlier(messages)):
            known = [kiv for kiv in kivs if kiv in queues[at].sets]
            text = blake2b(b"".join(messages[at]), digest_size=16).digest()
            if self._seen[text] < len(known):
                plan[at] = queues[at].sets.set_of(known[self._seen[text]])
            self._seen[text] += 1
        return plan

    def _try(
        self, queue: _Queue, message: tuple[bytes, bytes], repeated: Parameters | None
    ) -> Sealed | Spending:
        uid, text = message
        parameters = repeated or queue.first()
        if parameters is None:
            return Sealed(None, problem=Problem.NO_SET_LEFT if queue.sets.kivs else Problem.NO_SETS)
        try:
            sealed = seal_message(text, parameters, layouts=self._layouts)
        except SealError as problem:
            return _not_sealable(problem)
        if repeated is None:
            queue.take()
        return Spending(parameters.kiv, uid, text, sealed)


class _Queue:
    """The sets of one device, and one after the other those that are not spent."""

    def __init__(self, sets: DeviceSets, ledger: SpentLedger) -> None:
        self.sets, self._ledger = sets, ledger
        self._behind = 0
        """How many of the first sets are all known to be spent."""
        self._ahead: deque[bytes] = deque()
        self._next = self._step = 0

    def begin(self, wanted: int) -> None:
        """Forget which sets were free: others may have taken them since. So many will be wanted."""
        self._ahead.clear()
        self._next, self._step = self._behind, max(wanted, _LOOK_AHEAD)

    def first(self) -> Parameters | None:
        """Return the next set that is not spent, None where all are."""
        while not self._ahead and (part := self.sets.kivs[self._next : self._next + self._step]):
            spent = self._ledger.spent(part)
            if len(spent) == len(part) and self._next == self._behind:
                self._behind += len(part)
            self._next += len(part)
            self._step = min(2 * self._step, _MOST_AHEAD)
            self._ahead.extend(kiv for kiv in part if kiv not in spent)
        return self.sets.set_of(self._ahead[0]) if self._ahead else None

    def take(self) -> None:
        """Use up the first set."""
        self._ahead.popleft()


def _not_sealable(problem: SealError) -> Sealed:
    return Sealed(None, problem=Problem.NOT_SEALABLE, detail=str(problem).removeprefix("seal: "))
