"""Corpora: the same seed makes the same bytes, and what is sealed opens."""

import numpy as np
import pytest

from sealwright.bench.corpus import MIXED, Case, Keys, make
from sealwright.errors import InputError
from sealwright.telemetry import Suite, open_messages

SUITES = [suite for suite in Suite if suite.key_length]


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("keys", Keys)
def test_all_of_it_opens(suite, keys):
    """Every message opens to its text, as a list and as arrays, with what the source holds."""
    corpus = make(Case(300, MIXED, keys, suite))
    for messages in (corpus.messages, corpus.arrays):
        assert open_messages(messages, corpus.source()).to_list() == corpus.texts


@pytest.mark.parametrize("keys", Keys)
def test_keys_are_shared_as_said(keys):
    """So many keys, and so many messages of each; under v1 a source holds a key once."""
    corpus = make(Case(1000, 16, keys))
    count = {Keys.ONE: 1, Keys.HUNDRED: 10, Keys.HALF: 500, Keys.DISTINCT: 1000}[keys]
    assert len(corpus.source()) == len(corpus.key_sets) == count
    assert set(np.bincount(corpus.rows).tolist()) == {1000 // count}
    assert len({message[:16] for message in corpus.messages}) == 1000


def test_v2_has_a_set_a_message():
    """Under v2 each header has parameters of its own, though keys are shared."""
    corpus = make(Case(20, 16, Keys.HALF, Suite.AES_128_CS1_HMAC_SHA256))
    assert len(corpus.source()) == len(corpus.key_sets) == 20
    assert len({key_set.key for key_set in corpus.key_sets.values()}) == 10


def test_the_seed_makes_the_bytes():
    """The same case is the same corpus on every machine; another seed is another."""
    first, again, other = (make(Case(10, seed=seed)).messages for seed in (1, 1, 2))
    assert first == again != other
    assert first[0].hex().startswith("1101")


def test_mixed_lengths():
    """Mixed texts have 16 to 1,024 bytes."""
    lengths = {len(text) for text in make(Case(2000, MIXED)).texts}
    assert (min(lengths) >= 16, max(lengths) <= 1024, len(lengths) > 500) == (True, True, True)


@pytest.mark.parametrize("case", [Case(0), Case(2**16 + 1, 16, Keys.ONE)], ids=["none", "too many"])
def test_what_no_corpus_can_be(case):
    """No message at all, or more of one key than its headers can count."""
    with pytest.raises(InputError, match="corpus: "):
        make(case)


def test_words():
    """A case says itself as it stands above a table."""
    assert str(Case()) == "10,000 × 64 B, AES_128_CCM, 5,000 keys"
    assert str(Case(100, MIXED, Keys.ONE)) == "100 × 16 to 1,024 B, AES_128_CCM, one key"
