"""Cross-checking: a wrong answer of the native engine is caught, and the share is kept."""

import numpy as np
import pytest

import sealwright.telemetry as face
from recipe import draw, flip
from sealwright.errors import CrossCheckError, InputError, Outcome, Reason
from sealwright.telemetry import CrossCheck, Messages, engine_info, open_message, open_messages
from sealwright.telemetry.core import core
from sealwright.telemetry.format.headers import Reading
from sealwright.telemetry.opening.cross_check import CROSS_CHECK
from sealwright.telemetry.opening.native import NativeEngine
from telemetry.opening.opening_samples import KINDS, Diary, books, holding, outcomes, sample

native_only = pytest.mark.skipif(engine_info().name != "native", reason="no native engine to check")


def mixture(count):
    """Return samples of all kinds, and their messages, every seventh damaged."""
    made = [sample(KINDS[n % 3], f"check/{n}", draw(f"check/{n}", 16 + n % 50)) for n in range(count)]
    return made, [flip(each.message, -1) if n % 7 == 3 else each.message for n, each in enumerate(made)]


class Counting:
    """Opens nothing, and counts what it is given."""

    def __init__(self):
        self.calls = []

    def __call__(self, messages, _source):
        """Answer that every message is malformed."""
        self.calls.append((len(messages), core().module is None))
        return face.Batch.of(messages, Reading())


def looks(check, count):
    """Return how many messages of a call a check looks at."""
    opener, before = Counting(), check.checked
    check.open(Messages.of([b""] * count), holding(), opener)
    assert opener.calls[0] == (count, False)
    assert opener.calls[1:] == ([(check.checked - before, True)] if check.checked > before else [])
    return check.checked - before


# ---- the share ----


@native_only
def test_the_first_call_is_looked_at_and_then_every_so_many():
    """64 messages at once: at the first call, and again when 640,000 have passed."""
    check = CrossCheck()
    assert [looks(check, 16_000) for _ in range(81)] == [64, *[0] * 39, 64, *[0] * 39, 64]


@native_only
@pytest.mark.parametrize("every", [1, 2, 10, 1000, 10_000])
@pytest.mark.parametrize("count", [1, 3, 64, 65, 5_000])
def test_the_share_is_kept_whatever_the_size_of_calls(every, count):
    """One message in so many, and at most one look more."""
    check, seen = CrossCheck(every), 0
    for _ in range(50):
        looks(check, count)
        seen += count
    assert 0 <= check.checked - seen / every <= max(64, count)


@native_only
def test_every_message_can_be_looked_at():
    """One in one is all of them, each once."""
    check = CrossCheck(1)
    assert [looks(check, count) for count in (1, 100, 7, 0, 3_000)] == [1, 100, 7, 0, 3_000]


@native_only
def test_nobody_foresees_which_messages_are_looked_at():
    """One of each stretch of the call, another one each time."""
    places = [CrossCheck()._due(6_400) for _ in range(20)]
    assert all([place // 100 for place in each] == list(range(64)) for each in places)
    assert len({tuple(each) for each in places}) == 20


@pytest.mark.parametrize("every", [0, -1])
def test_no_share_is_no_check(every):
    """None turns the check off, and no number does."""
    with pytest.raises(InputError, match=f"one message in {every} is none"):
        CrossCheck(every)


def test_the_portable_engine_is_not_checked_by_itself(monkeypatch):
    """There is nothing to compare it with."""
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "portable")
    check = CrossCheck(1)
    each = sample("v1", "alone")
    assert open_messages([each.message], each.book, cross_check=check)[0] == each.text
    assert check.checked == 0


@native_only
def test_every_call_is_checked_unless_it_says_otherwise():
    """Calls without a check of their own share one; None leaves it out."""
    each = sample("v1", "shared")
    CROSS_CHECK._left, before = 0, CROSS_CHECK.checked
    open_messages([each.message] * 100, each.book, cross_check=None)
    open_messages([each.message] * 100, each.book, cross_check=CrossCheck())
    assert CROSS_CHECK.checked == before
    open_messages([each.message] * 100, each.book)
    assert CROSS_CHECK.checked == before + 64
    CROSS_CHECK._left = 0
    assert open_message(each.message, each.book) == each.text
    assert CROSS_CHECK.checked == before + 65


# ---- agreement ----


@pytest.mark.usefixtures("each_engine")
def test_engines_agree_over_every_outcome():
    """All kinds, damaged and unknown messages, and what is no message: checked whole, nothing differs."""
    made, messages = mixture(150)
    messages[5], messages[10], messages[11] = b"", None, b"\x31" * 50
    check = CrossCheck(1)
    batch = open_messages(messages, books(made[:-30]), cross_check=check)
    assert set(outcomes(batch)) == {
        Outcome.OPENED,
        Outcome.MALFORMED,
        Outcome.NO_PARAMETERS,
        Outcome.NOT_AUTHENTIC,
    }
    assert check.checked in {0, 150}


@native_only
def test_a_source_is_not_asked_again():
    """A call costs money: what the source said the first time is what the check goes by."""
    made, messages = mixture(90)
    diary, check = Diary(holding(*(each.line for each in made))), CrossCheck(1)
    batch = open_messages(messages, diary, cross_check=check)
    assert batch.counts()[Outcome.OPENED] == 77
    assert check.checked == 90
    assert [exact for exact, _ in diary.asked] == [False]


@native_only
def test_arrays_are_checked_as_lists_are():
    """(data, offsets) that begin somewhere within."""
    made, _ = mixture(40)
    data = np.frombuffer(b"front" + b"".join(each.message for each in made), np.uint8)
    offsets = 5 + np.cumsum([0, *(len(each.message) for each in made)])
    check = CrossCheck(1)
    batch = open_messages((data, offsets), books(made), cross_check=check)
    assert batch.to_list() == [each.text for each in made]
    assert check.checked == 40


# ---- planted faults ----


@pytest.fixture
def lying(monkeypatch):
    """Let the native engine's batches be spoilt by a function, and the portable one's not."""

    def plant(spoil):
        truly = face.open_batch

        def opened(*given, **options):
            batch = truly(*given, **options)
            if core().module is not None:
                batch.reopen()
                spoil(batch)
            return batch

        monkeypatch.setattr(face, "open_batch", opened)

    return plant


def _another_byte(batch):
    batch.arena[batch.offsets[2]] ^= 1


def _not_opened(batch):
    batch.outcome[2] = Outcome.NOT_AUTHENTIC.code


def _opened(batch):
    batch.outcome[3], batch.reason[3] = Outcome.OPENED.code, Reason.NONE.code


def _another_reason(batch):
    batch.reason[5] = Reason.TOO_SHORT.code


@native_only
@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_another_byte, "message 2 opens to two different plaintexts"),
        (_not_opened, "message 2 is not_authentic natively and opened with the portable engine"),
        (_opened, "message 3 is opened natively and not_authentic with the portable engine"),
        (_another_reason, "message 5 is malformed for two reasons"),
    ],
)
def test_a_wrong_answer_is_caught(lying, spoil, words):
    """A byte of plaintext, an outcome in either direction, a reason: each stops the call, and is named."""
    made, messages = mixture(10)
    messages[5] = b""
    lying(spoil)
    with pytest.raises(
        CrossCheckError, match=rf"^cross-check: {words}: .*SEALWRIGHT_ENGINE=portable"
    ) as caught:
        open_messages(messages, books(made), cross_check=CrossCheck(1))
    assert caught.value.index in {2, 3, 5}
    assert not any(each.text.hex() in str(caught.value) for each in made)


@native_only
@pytest.mark.parametrize("kind", ["integrity"])  # the others the core opens from its keyring
def test_an_engine_that_opens_what_it_should_not_is_caught(monkeypatch, kind):
    """A native engine whose every tag is right."""
    truly = NativeEngine.open
    monkeypatch.setattr(NativeEngine, "open", lambda engine, task: truly(engine, task) | True)
    each = sample(kind, f"credulous/{kind}")
    assert open_messages([each.message], each.book, cross_check=CrossCheck(1))[0] == each.text
    with pytest.raises(CrossCheckError, match="opened natively and not_authentic"):
        open_messages([flip(each.message, -1)], each.book, cross_check=CrossCheck(1))


@native_only
def test_one_wrong_message_in_many_is_found_in_time(lying):
    """A message in ten is wrong: at the default share the first call of many messages notices it."""
    each = sample("v1", "many")

    def spoil(batch):
        batch.outcome[::10] = Outcome.NOT_AUTHENTIC.code

    lying(spoil)
    # 64 messages are looked at: that none of them is wrong happens once in 850 runs, so look three times.
    with pytest.raises(CrossCheckError):  # noqa: PT012
        for _ in range(3):
            open_messages([each.message] * 1_000, each.book, cross_check=CrossCheck())
