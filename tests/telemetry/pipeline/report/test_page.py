"""The page: whole, quiet, accessible, and never made of what a report says."""

import re
from html.parser import HTMLParser

import pytest

from reported import HOSTILE, hostile_report, made_report, others
from sealwright.telemetry.pipeline.report.document import Bucket, Device, Devices, Keys, Times
from sealwright.telemetry.pipeline.report.page import MOST_DEVICES, page
from sealwright.telemetry.pipeline.report.style import STYLE

VOID = {"meta", "br", "img", "link"}


class Reader(HTMLParser):
    """Reads a page: its tags, their attributes, its texts; and that every tag is closed."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts, self._open = [], [], []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag, attributes):
        """Open a tag."""
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        """Close the tag that was opened last."""
        assert self._open.pop() == tag

    def handle_data(self, data):
        """Take a text."""
        if self._open[-1:] != ["style"]:
            self.texts.append(data)

    @property
    def text(self):
        """All that is to be read, without the style sheet."""
        return " ".join(" ".join(self.texts).split())

    def named(self, tag):
        """Return the attributes of each tag of a name."""
        return [attributes for name, attributes in self.tags if name == tag]


REPORTS = {
    "usual": made_report(),
    "hostile": hostile_report(),
    "empty": made_report(
        rows=0,
        rows_per_second=None,
        outcomes={},
        reasons={},
        devices=Devices(0, [], None, exact=True),
        times=Times("t", 60, 0, [], 0),
        ledger=None,
        inputs=[],
        outputs=[],
        keys=Keys(),
    ),
}


@pytest.mark.parametrize("name", REPORTS)
def test_the_page_needs_nothing_else(name):
    """No script, no link, no picture, no style from elsewhere, and a policy that says so."""
    text = page(REPORTS[name])
    read = Reader(text)
    assert {tag for tag, _ in read.tags}.isdisjoint(
        {"script", "link", "img", "iframe", "object", "base", "a"}
    )
    assert not [
        a for _, attributes in read.tags for a in attributes if a.startswith("on") or a in {"src", "href"}
    ]
    assert "url(" not in text
    assert "@import" not in text
    assert read.named("meta")[1]["content"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert text.startswith("<!DOCTYPE html>\n<html lang=")


def test_no_text_of_a_report_becomes_markup():
    """The tags of a hostile report's page are those of a usual one, and all its texts are shown."""
    hostile, usual = Reader(page(hostile_report())), Reader(page(made_report(nonce_reuse=1, complete=False)))
    assert {tag for tag, _ in hostile.tags} <= {tag for tag, _ in usual.tags} | {"details", "summary"}
    shown = "</script></style><img src=x onerror=\"alert('1')\">&\\u202e\\x1b[31m\\x00"
    assert hostile.texts.count(shown) >= 8
    assert not {"\u202e", "\x1b", "\x00"} & set(page(hostile_report()))
    assert HOSTILE not in page(hostile_report())
    allowed = {tag: set().union(*usual.named(tag)) for tag, _ in usual.tags}
    for tag, attributes in hostile.tags:
        assert set(attributes) <= allowed.get(tag, set()) | {"aria-label", "class"}


def test_it_can_be_read_without_seeing_it():
    """Tables have captions and heads, charts have words, and decoration is hidden from readers."""
    read = Reader(page(made_report()))
    assert len(read.named("caption")) == len(read.named("table"))
    assert all(attributes["scope"] in {"row", "col"} for attributes in read.named("th"))
    charts = [attributes for _, attributes in read.tags if attributes.get("role") == "img"]
    assert len(charts) == 3
    assert all(len(attributes["aria-label"]) > 30 for attributes in charts)
    assert "90 opened (90 %); 4 malformed (4 %); 6 not_authentic (6 %)" in charts[0]["aria-label"]
    assert "99 from 2026-01-15 00:00 UTC to 2026-01-15 04:00 UTC" in charts[1]["aria-label"]


def test_what_it_says():
    """Counts, reasons with what to do, devices, calls, files."""
    text = Reader(page(made_report())).text
    for words in (
        "Rows 100",
        "Opened 90 % 90 rows",
        "Not opened 10 10 % of all",
        "6 not authentic",
        "Damaged on the way, forged",
        "????000000000007 claimed; nothing of it opened",
        "Possibly paid without an answer 1",
        "1 × Key: not base64",
        "captures/day.jsonl 1.0 kB " + "ab" * 32,
        "standard output 2.0 kB",
        "keys.sqlite, account default",
        "1 rows have no time that can be read",
        "day.jsonl",
    ):
        assert words in text
    assert "Not complete" not in text
    assert "Alarm" not in text


def test_an_alarm_and_an_end_before_its_time_come_first():
    """Before any number."""
    text = Reader(page(made_report(nonce_reuse=2, complete=False, ended="interrupted"))).text
    assert text.index("Not complete: the run was interrupted") < text.index("Rows 100")
    assert text.index("Alarm: 2 messages reuse a nonce") < text.index("Rows 100")


def test_many_devices_and_many_times():
    """Some are shown, and it is said where the others are."""
    listed = [Device(f"{number:016x}", None, 1, 0, 0, {"not_authentic": 1}) for number in range(200)]
    times = [(day, hour, minute) for day in (1, 2) for hour in range(24) for minute in range(30)]
    buckets = [Bucket(f"2026-01-{day:02}T{hour:02}:{minute:02}Z", 1, 1) for day, hour, minute in times]
    devices = Devices(203, listed, others(), exact=False)
    text = page(made_report(devices=devices, times=Times("t", 60, 0, buckets, 0)))
    read = Reader(text)
    assert f"{MOST_DEVICES} of 203" in read.text
    assert "counts of rare ones are too low" in read.text
    assert f"{len(buckets) - 1_000:,} later ones" in read.text
    assert len(read.named("title")) == 1


def test_all_devices_are_well():
    """Then none is to be looked at."""
    devices = Devices(1, [Device("0002000089282245", opened=90)], None, exact=True)
    assert "Every message of all 1 has opened." in Reader(page(made_report(devices=devices))).text


def _luminance(colour):
    digits = colour if len(colour) == 6 else "".join(each * 2 for each in colour)
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["ink", "soft", "good", "bad"])
@pytest.mark.parametrize("ground", ["page", "card", "bad-page"])
def test_contrast(theme, name, ground):
    """Texts stand out by 4.5 to 1 at least (WCAG 2.2, 1.4.3)."""
    colours = [dict(re.findall(r"--([\w-]+): #([0-9a-f]+);", part)) for part in STYLE.split("@media")[:2]]
    light, dark = sorted((_luminance(colours[theme][name]), _luminance(colours[theme][ground])))
    assert (dark + 0.05) / (light + 0.05) >= 4.5
