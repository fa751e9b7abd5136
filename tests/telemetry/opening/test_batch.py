"""Batch: a bad result cannot be overlooked, and a message that failed has no plaintext in it."""

import pickle

import numpy as np
import pytest

from recipe import flip
from sealwright.errors import BatchError, MessageError, Outcome, Reason
from sealwright.telemetry import open_messages
from telemetry.opening.opening_samples import books, sample, seal

GOOD, OTHER = sample("v1", "batch/good", b"21.4 degrees"), sample("v2", "batch/other", b"41 % of humidity")
TEXTS = [GOOD.text, None, None, OTHER.text, None]


@pytest.fixture(name="batch")
def five():
    """Return a batch of which the first and the fourth message opened."""
    sent = [
        GOOD.message,
        flip(GOOD.message, -1),
        b"\x31",
        OTHER.message,
        sample("v1", "batch/unknown").message,
    ]
    return open_messages(sent, books([GOOD, OTHER]))


def test_to_list_has_none_where_a_message_failed(batch):
    """The list is as long as the batch, in its order."""
    assert len(batch) == 5
    assert batch.to_list() == TEXTS


def test_opened_yields_what_opened_with_its_place(batch):
    """No failed message is among what `opened` yields."""
    assert list(batch.opened()) == [(0, GOOD.text), (3, OTHER.text)]


@pytest.mark.parametrize("index", [0, 3, -5, -2])
def test_an_index_gives_a_plaintext(batch, index):
    """Indices count from the end as well."""
    assert batch[index] == TEXTS[index]


@pytest.mark.parametrize(
    ("index", "outcome", "reason"),
    [
        (1, Outcome.NOT_AUTHENTIC, Reason.NONE),
        (-4, Outcome.NOT_AUTHENTIC, Reason.NONE),
        (2, Outcome.MALFORMED, Reason.UNKNOWN_VERSION),
        (-1, Outcome.NO_PARAMETERS, Reason.UNKNOWN_HEADER),
    ],
)
def test_the_index_of_a_failed_message_raises(batch, index, outcome, reason):
    """What did not open cannot be read as if it had."""
    with pytest.raises(MessageError) as caught:
        batch[index]
    assert (caught.value.outcome, caught.value.reason) == (outcome, reason)


@pytest.mark.parametrize("index", [5, -6])
def test_an_index_outside_is_an_index_error(batch, index):
    """A batch ends where its messages end."""
    with pytest.raises(IndexError):
        batch[index]


def test_counts_tell_every_outcome(batch):
    """Outcomes that nobody had are there with 0, and the sum is the batch."""
    told = {
        Outcome.OPENED: 2,
        Outcome.MALFORMED: 1,
        Outcome.NO_PARAMETERS: 1,
        Outcome.NOT_AUTHENTIC: 1,
    }
    assert batch.counts() == dict.fromkeys(Outcome, 0) | told


def test_require_all_raises_with_counts_and_first_places(batch):
    """Whoever needs them all learns how many failed, and where to look."""
    with pytest.raises(BatchError, match=r"2 opened, 1 malformed.*\[1, 2, 4\]") as caught:
        batch.require_all()
    assert caught.value.first == (1, 2, 4)
    assert caught.value.counts == batch.counts()


def test_require_all_names_five_places_at_most():
    """A long batch does not make a long error."""
    with pytest.raises(BatchError) as caught:
        open_messages([b""] * 9, {}).require_all()
    assert caught.value.first == (0, 1, 2, 3, 4)


def test_require_all_returns_a_batch_that_opened_whole():
    """It can stand in the middle of a line."""
    batch = open_messages([GOOD.message], GOOD.book)
    assert batch.require_all() is batch


def test_an_empty_batch_is_whole():
    """No message is no failure."""
    batch = open_messages([], {}).require_all()
    assert (batch.to_list(), list(batch.opened()), batch.tag.shape) == ([], [], (0, 16))


def test_the_repr_counts_and_shows_no_plaintext(batch):
    """A batch in a log gives nothing away: neither plaintext nor message."""
    assert repr(batch) == "<Batch of 5: 2 opened, 1 malformed, 1 no_parameters, 1 not_authentic>"
    for error in (MessageError, BatchError):
        with pytest.raises(error) as caught:
            batch[1] if error is MessageError else batch.require_all()
        assert "degrees" not in repr(caught.value)


def test_a_failed_message_is_nowhere_in_the_batch(batch):
    """The arena holds what opened and zeros: no text of a message that failed, not even in a pickle."""
    assert batch.arena.tobytes().replace(b"\0", b"") == GOOD.text + OTHER.text
    assert pickle.dumps(batch.arena).count(GOOD.text) == 1


def test_the_tag_is_the_end_of_each_message(batch):
    """Malformed messages have a tag of zeros, others their last 16 bytes."""
    tags = [row.tobytes() for row in batch.tag]
    assert tags[0] == GOOD.message[-16:]
    assert tags[1] == flip(GOOD.message, -1)[-16:]
    assert tags[2] == bytes(16)
    assert tags[3] == OTHER.message[-16:]


def test_reasons_are_codes_of_their_own_outcome(batch):
    """Where a reason is told it belongs to the outcome; not_authentic never has one."""
    for outcome, reason in zip(batch.outcome.tolist(), batch.reason.tolist(), strict=True):
        assert not reason or Reason.of(reason).outcome is Outcome.of(outcome)
    assert batch.reason[1] == Reason.NONE.code


# Defence 17: duplicates.


def _told(sent, source):
    batch = open_messages(sent, source)
    return batch.duplicate.tolist(), batch.nonce_reuse.tolist()


def test_the_second_copy_of_a_message_is_a_duplicate():
    """The first one is genuine, later ones are copies, wherever they stand."""
    duplicate, reuse = _told([GOOD.message, OTHER.message, GOOD.message], books([GOOD, OTHER]))
    assert duplicate == [False, False, True]
    assert not any(reuse)


def test_a_forged_copy_sent_first_does_not_brand_the_genuine_one():
    """Only opened messages count: neither a damaged body nor a damaged tag before it makes a duplicate."""
    forged = [flip(GOOD.message, 20), flip(GOOD.message, -1)]
    duplicate, reuse = _told([*forged, GOOD.message, *forged], GOOD.book)
    assert not any(duplicate + reuse)


def test_one_header_over_two_texts_is_nonce_reuse():
    """Two texts under one nonce is an alarm of its own, and no duplicate; a copy of either is."""
    again = seal("v1", GOOD.line, GOOD.header, b"another text")
    duplicate, reuse = _told([GOOD.message, again, again, GOOD.message], GOOD.book)
    assert reuse == [False, True, False, False]
    assert duplicate == [False, False, True, True]


def test_messages_that_nobody_could_open_are_no_duplicates():
    """A message that comes twice without parameters says nothing."""
    duplicate, reuse = _told([GOOD.message] * 2, {})
    assert not any(duplicate + reuse)


def test_repeats_are_worked_out_once(batch):
    """Both flags come from one look at the batch."""
    assert batch.duplicate is batch.duplicate
    assert np.flatnonzero(batch.nonce_reuse).size == 0
