"""Contests: everyone in turns, every plaintext compared, medians of what was taken."""

import os

import pytest

from sealwright.bench import doors
from sealwright.bench.contest import InProcess, WrongPlaintextError, hold, setting
from sealwright.bench.corpus import Case, make
from sealwright.errors import SealwrightError
from sealwright.telemetry import Batch, engine_info


class Scripted:
    """A contestant that takes as long as it is told to, and writes down when it was asked."""

    def __init__(self, name, times, made, log):
        self.name, self.ours = name, False
        self._times, self._made, self._log = iter(times), made, log

    def play(self):
        """Take the next time."""
        self._log.append(self.name)
        return next(self._times)

    def texts(self):
        """Return what it was told to return."""
        return self._made


@pytest.fixture(scope="module")
def corpus():
    """Return a tiny corpus."""
    return make(Case(4, 16))


def test_turns_are_taken(corpus):
    """A A B B A A B B: two rounds a turn, the second of which counts; the first turn does not."""
    log = []
    fast = Scripted("fast", [9e-9, 9e-9, 8e-9, 4e-9, 12e-9, 8e-9, 4e-9, 16e-9], corpus.texts, log)
    other = Scripted("other", [1e-9] * 8, corpus.texts, log)
    held = hold("title", corpus, [fast, other], turns=3)
    assert log == ["fast", "fast", "other", "other"] * 4
    found = held.find("fast")
    assert (found.median_ns, found.minimum_ns, found.cold_ns, found.turns) == (2, 1, 2, 3)
    assert held.ratio("other", "fast") == pytest.approx(8)
    assert held.ratio("other", "nobody") is None
    assert (held.title, held.about, held.count, held.size) == ("title", str(corpus.case), 4, 16)


def test_who_is_slow_plays_less(corpus):
    """A long round needs no other before it, and who has used up its time plays three turns."""
    log = []
    slow = Scripted("slow", [1.0] * 20, corpus.texts, log)
    held = hold("title", corpus, [slow], turns=10, seconds=2)
    assert held.find("slow").turns == 3
    assert len(log) == 4


@pytest.mark.parametrize("damage", [lambda text: text[:-1] + b"?", lambda _: None], ids=["wrong", "none"])
def test_a_wrong_plaintext_ends_the_contest(corpus, damage):
    """Whoever gives one wrong text fails the whole contest, by name, and no text is shown."""
    made = [*corpus.texts[:-1], damage(corpus.texts[-1])]
    right, wrong = (
        Scripted(name, [1e-9] * 99, texts, []) for name, texts in (("right", corpus.texts), ("odd", made))
    )
    with pytest.raises(WrongPlaintextError, match="odd gave a wrong plaintext") as caught:
        hold("title", corpus, [right, wrong])
    assert isinstance(caught.value, SealwrightError)
    assert corpus.texts[-1].hex() not in str(caught.value)


def test_an_environment_stands_while_one_plays(monkeypatch):
    """Variables are set for a round and for its texts, and are as before behind it."""
    monkeypatch.setenv("SEALWRIGHT_CPU", "aesni")
    monkeypatch.delenv("SEALWRIGHT_ENGINE", raising=False)
    seen = []
    player = InProcess(
        "one",
        lambda: seen.append(os.environ.get("SEALWRIGHT_ENGINE")),
        lambda _: [os.environ["SEALWRIGHT_ENGINE"]],
        environment={"SEALWRIGHT_ENGINE": "portable"},
    )
    assert player.play() >= 0
    assert player.texts() == seen == ["portable"]
    assert "SEALWRIGHT_ENGINE" not in os.environ
    with pytest.raises(KeyError), setting({"SEALWRIGHT_CPU": "vaes512"}):
        raise KeyError
    assert os.environ["SEALWRIGHT_CPU"] == "aesni"


@pytest.mark.parametrize("door", [doors.arrays, doors.lists, doors.one_by_one])
def test_our_doors(corpus, door):
    """Each way in gives the texts."""
    held = hold("title", corpus, [door(corpus)], turns=1)
    assert held.results[0].ours


def test_a_door_goes_through_its_engine(corpus, monkeypatch):
    """The portable door is the portable engine's, whatever runs here."""
    engines = []
    opened = doors.open_messages

    def spy(*args, **options) -> Batch:
        engines.append(engine_info().name)
        return opened(*args, **options)

    monkeypatch.setattr(doors, "open_messages", spy)
    hold("title", corpus, [doors.arrays(corpus, "portable", doors.PORTABLE_ENGINE)], turns=1)
    assert set(engines) == {"portable"}


def test_the_native_path(monkeypatch):
    """A native engine is named by its CPU path; the portable one has none."""
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "portable")
    assert doors.native_path() is None
    monkeypatch.delenv("SEALWRIGHT_ENGINE")
    assert doors.native_path() in {None, "aesni", "vaes256", "vaes512"}
