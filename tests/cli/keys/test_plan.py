"""`sealwright keys plan`: numbers, and no call."""

import json
import os

import pytest

import making
from filing import json_lines, signed, v1, v2


@pytest.fixture
def messages(folder):
    """Write messages of one v1 key, one of v2, one signed and one malformed."""
    payloads = [v1(0).hex(), v1(1).hex(), v1(1).hex(), v2().hex(), signed().hex(), "zz"]
    path = folder / "some.jsonl"
    path.write_bytes(json_lines(*({"payload": payload} for payload in payloads)))
    return path


def test_in_words(sealwright, messages):
    """Headers, calls, and how long they take; that nothing is held is said."""
    done = sealwright("keys", "plan", messages, "--concurrency", 1, "--call-seconds", 10)
    assert (done.code, done.out.decode().splitlines()) == (
        0,
        [
            "5 messages with 4 headers, and 1 are malformed",
            "  0 held: no call",
            "  2 to 3 billed calls: the fewest if a call serves each v1 key id",
            "  1 calls that are not billed",
            "  about 30 to 40 s at 10 s a call, 1 beside each other",
        ],
    )
    assert done.err.startswith("nothing is held: there is neither a key file nor a store at ")


def test_for_programs(sealwright, messages):
    """The same in JSON."""
    told = json.loads(sealwright("keys", "plan", messages, "--json").out)
    assert told.pop("seconds").keys() == {"fewest", "most"}
    assert told == {
        "messages": 5,
        "headers": 4,
        "held": 0,
        "at_least": 2,
        "at_most": 3,
        "free": 1,
        "malformed": 1,
    }


@pytest.mark.usefixtures("filled")
def test_what_is_held(sealwright, messages, folder, monkeypatch):
    """By a store, by a key file, or by one of them each; with --exact a key of the key id does not count."""
    held = {"held": 4, "at_least": 0, "at_most": 1}
    by_store = json.loads(sealwright("keys", "plan", messages, "--json").out)
    assert {name: by_store[name] for name in held} == held
    exact = json.loads(sealwright("keys", "plan", messages, "--json", "--exact").out)
    assert {name: exact[name] for name in held} == {"held": 3, "at_least": 1, "at_most": 1}
    making.write_key_file(folder / "v2.jsonl", making.key_line(making.reply_v2(), making.V2_HEADER))
    both = json.loads(sealwright("keys", "plan", messages, "--json", "--keys", folder / "v2.jsonl").out)
    assert {name: both[name] for name in held} == held
    monkeypatch.delenv("SEALWRIGHT_STORE")
    alone = json.loads(sealwright("keys", "plan", messages, "--json", "--keys", folder / "v2.jsonl").out)
    assert alone["held"] == 1


def test_bad_input(sealwright, folder):
    """A file without the column, and a store that is named and is not there."""
    (folder / "other.jsonl").write_bytes(json_lines({"text": "1101"}))
    done = sealwright("keys", "plan", "other.jsonl")
    assert (done.code, "choose one with --column out of: text" in done.err) == (2, True)
    done = sealwright("keys", "plan", "messages.jsonl", "--store", folder / "none.sqlite")
    assert (done.code, f"there is none at {folder / 'none.sqlite'}" in done.err) == (1, True)


def test_standard_input(sealwright, messages):
    """A pipe will do."""
    with messages.open("rb") as file:
        done = sealwright("keys", "plan", "-", "--json", stdin=file.read())
    assert json.loads(done.out)["headers"] == 4
    assert "SEALWRIGHT_STORE" not in os.environ
