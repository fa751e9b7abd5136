"""`sealwright keys purge`: for good, and only when it is meant."""

import pytest

import making
import stores
from sealwright import KeyStore


def count(path):
    """Return how many entries a store has."""
    with KeyStore(path, stores.SECRET) as store:
        return len(list(store.entries()))


@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        (["--all"], 1),
        (["--device", making.UID.hex()], 2),
        (["--device", "00" * 8], 6),
        (["--older-than", "1d"], 5),
        (["--older-than", "0s"], 1),
        (["--older-than", "1d", "--device", making.UID.hex()], 6),
        (["--all", "--account", "other"], 5),
    ],
)
def test_what_goes(sealwright, filled, arguments, left):
    """By device, by age, by both or all, and of one account only."""
    other = b"\x11\x01\0\0\0\0\0\1" + bytes(8)
    with KeyStore(filled, stores.SECRET, clock=stores.Clock(0.0)) as store:
        store.keep([stores.parameters(other)])
    with KeyStore(filled, stores.SECRET, account="other") as store:
        store.keep([stores.parameters(other)])
    assert count(filled) == 6
    done = sealwright("keys", "purge", *arguments, "--yes")
    assert (done.code, done.out) == (0, b"")
    gone = 6 - left
    assert done.err.splitlines() == [
        f"store {filled}, secret from SEALWRIGHT_STORE_SECRET",
        f"{gone} key{'' if gone == 1 else 's'} removed",
    ]
    assert count(filled) == left


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "say what to remove"),
        (["--all", "--older-than", "1d"], "say what to remove"),
        (["--older-than", "soon"], "'soon' is no length of time such as 90d, 12h, 30m or 2w"),
        (["--all"], "4 keys would go from"),
    ],
)
def test_usage_errors(sealwright, filled, arguments, words):
    """Nothing goes."""
    done = sealwright("keys", "purge", *arguments)
    assert done.code == 2
    assert words in " ".join(done.err.split())
    assert count(filled) == 4


@pytest.mark.parametrize(("answer", "left"), [("n", 4), ("y", 0)])
def test_a_person_is_asked(sealwright, filled, terminal, answer, left):
    """And may say no."""
    terminal(answer)
    done = sealwright("keys", "purge", "--all")
    assert done.code == (130 if left else 0)
    assert count(filled) == left
