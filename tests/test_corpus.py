"""The corpus of the acceptance test: what it expects is what opening says."""

import json
from collections import Counter

import pytest

from corpus import write_corpus
from sealwright.errors import Outcome
from sealwright.telemetry import KeyFile, open_messages


def messages_of(corpus):
    """Read the corpus's rows as bytes, None where there is no hex."""
    rows = (json.loads(line)["payload"] for line in corpus.messages.read_text().splitlines())
    return [_bytes(payload) for payload in rows]


def _bytes(payload):
    try:
        return bytes.fromhex(payload)
    except (TypeError, ValueError):
        return None


@pytest.mark.parametrize("seed", range(3))
def test_opening_says_what_the_corpus_expects(tmp_path, seed):
    """3,000 messages made without sealwright: each outcome and plaintext is the expected one."""
    corpus = write_corpus(tmp_path, 3_000, seed=seed)
    batch = open_messages(messages_of(corpus), KeyFile(corpus.keys))
    assert batch.to_list() == [row.plaintext for row in corpus.expected]
    assert [Outcome.of(code) for code in batch.outcome.tolist()] == [row.outcome for row in corpus.expected]
    assert not batch.duplicate.any()
    assert not batch.nonce_reuse.any()


def test_the_corpus_has_every_outcome_and_the_share_of_faults_that_was_asked_for(tmp_path):
    """Five rows in a hundred do not open, and each way not to open is among them."""
    counts = Counter(row.outcome for row in write_corpus(tmp_path, 3_000).expected)
    assert set(counts) == set(Outcome) - {Outcome.NOT_ATTEMPTED}
    assert 0.04 < 1 - counts["opened"] / 3_000 < 0.06


def test_the_same_seed_writes_the_same_files(tmp_path):
    """A run that fails can be made again."""
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        write_corpus(folder, 500)
    for name in ("messages.jsonl", "keys.jsonl"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
