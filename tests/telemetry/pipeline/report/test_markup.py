"""Pieces of the page."""

from sealwright.telemetry.pipeline.report.markup import (
    counts,
    facts,
    marked,
    number,
    section,
    sentence,
    table,
)


def test_commands_and_options_are_set_apart():
    """And everything else is escaped."""
    assert marked("run `a b` & --column") == "run <code>a b</code> &amp; <code>--column</code>"


def test_sentences():
    """A capital letter and an end."""
    assert [sentence(told) for told in ("", "the text", "is it?")] == ["", "The text.", "Is it?"]


def test_a_table():
    """Heads over numbers stand over them; titles are escaped."""
    made = table(("A<b>", ""), ("Name", "#Count"), ["<tr></tr>"])
    assert "<caption>A&lt;b&gt;</caption>" in made
    assert '<th scope="col">Name</th><th scope="col" class=n>Count</th>' in made
    assert "class=stack" in table(("", "note"), (), [], stack=True)


def test_numbers():
    """A zero is quiet."""
    assert number(0, "x") == '<td class="n zero" data-of="x">0</td>'
    assert number(1_000, "x", "alarm") == '<td class="n alarm" data-of="x">1,000</td>'


def test_facts_and_counts():
    """Names and values are texts."""
    assert facts({"<": ">"}) == '<dl class="facts"><div><dt>&lt;</dt><dd>&gt;</dd></div></dl>'
    assert counts({"not_authentic": 2, "empty": 1}) == "2 not authentic, 1 empty"
    assert section("A", "", "B") == "<section><h2>A</h2>B</section>"
