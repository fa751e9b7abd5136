"""`sealwright demo`: a made day that is opened before your eyes."""

import re
import stat

import pytest

from filing import names_in


def test_the_demo_is_right(sealwright, folder):
    """Every row comes out right, it says so, and nothing is written."""
    done = sealwright("demo")
    text = done.out.decode()
    assert (done.code, done.err) == (0, "")
    assert "2,000 of 2,000 rows are exactly what the devices had sealed or what befell them" in text
    assert "outcome        opened" in text
    assert "duplicate      false" in text
    assert names_in(folder) == ["good.jsonl", "keys.jsonl", "messages.jsonl"]


@pytest.mark.usefixtures("folder")
def test_another_seed_is_another_day(sealwright):
    """The seed makes the day; the same seed makes the same one."""
    first, again, other = (sealwright("demo", "--seed", seed).out.splitlines()[1] for seed in (1, 1, 2))
    assert first == again != other


def test_the_kept_files_open_to_the_same_bytes(sealwright, folder):
    """What --keep leaves is what `open` makes of it; only the owner may read the keys."""
    assert sealwright("demo", "--keep", "day").code == 0
    day = folder / "day"
    assert names_in(day) == ["keys.jsonl", "messages.jsonl", "opened.jsonl"]
    assert stat.S_IMODE((day / "keys.jsonl").stat().st_mode) == 0o600
    done = sealwright(
        "open", day / "messages.jsonl", "--keys", day / "keys.jsonl", "-o", "again", "--plaintext", "utf8"
    )
    assert done.code == 3
    assert (folder / "again").read_bytes() == (day / "opened.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("keys.jsonl", "--keep"),
        (".", "--keep: . exists already: name a new folder"),
        ("no/day", "--keep: no/day cannot be made: No such file or directory"),
    ],
)
def test_a_folder_that_cannot_be_kept_in(sealwright, folder, place, words):
    """Only a new folder takes the files: nothing is overwritten."""
    before = names_in(folder)
    done = sealwright("demo", "--keep", place)
    assert done.code == 2
    assert words in done.err
    assert names_in(folder) == before


def test_the_service_demo_is_right(sealwright, folder):
    """Plan, fetch, open, the bill by both ledgers, and again without a call; nothing is written."""
    done = sealwright("demo", "--service", "--seed", "5")
    text = done.out.decode()
    assert (done.code, done.err) == (0, "")
    assert (
        "2,000 of 2,000 rows are exactly what the devices had sealed or what befell them, both times" in text
    )
    least, most = re.search(r"0 of them held: ([\d,]+) to ([\d,]+) billed calls", text).groups()
    paid, logged = re.search(
        r"calls, ([\d,]+) of them billed, 0 possibly; .* log has ([\d,]+)", text
    ).groups()
    numbers = [int(each.replace(",", "")) for each in (least, paid, most)]
    assert paid == logged
    assert numbers == sorted(numbers)
    assert "opened again, from the store" in text
    assert "\n  0 calls\n" in text
    assert names_in(folder) == ["good.jsonl", "keys.jsonl", "messages.jsonl"]


@pytest.mark.usefixtures("folder")
def test_the_service_demo_keeps_nothing(sealwright):
    """--keep is for files; there are none."""
    done = sealwright("demo", "--service", "--keep", "day")
    assert done.code == 2
    assert "--keep: with --service nothing is kept" in done.err
