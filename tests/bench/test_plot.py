"""The pictures: two of them, as SVG and PNG, with every contestant named in words."""

import pytest

from reporting import made_report
from sealwright.bench.plot import draw, draw_sizes, draw_stream
from sealwright.bench.style import spread

matplotlib = pytest.importorskip("matplotlib")

NAMES = ["sealwright, arrays", "pycryptodome in Python", "someone in C"]


def words(figure):
    """Return every text of a figure."""
    return [text.get_text() for text in figure.findobj(matplotlib.text.Text)]


def test_the_files(tmp_path):
    """Four files; the same report gives the same SVG."""
    paths = draw(made_report(), tmp_path)
    assert [path.name for path in paths] == ["throughput.svg", "throughput.png", "stream.svg", "stream.png"]
    assert paths[0].read_bytes().startswith(b"<?xml")
    assert paths[1].read_bytes().startswith(b"\x89PNG")
    before = paths[0].read_bytes()
    assert draw(made_report(), tmp_path)[0].read_bytes() == before


def test_throughput():
    """A line for each contestant and one for the limit, named where it ends; the caption says its basis."""
    figure = draw_sizes(made_report())
    told = words(figure)
    assert {*NAMES, "the limit of the CPU's AES units"} <= set(told)
    assert len(figure.axes[0].lines) == 7
    assert figure.axes[0].lines[0].get_ydata()[1] == pytest.approx(5e7)
    assert any("4 AES block-rounds a cycle at 4.00 GHz (measured)" in text for text in told)
    assert {"16 B", "1,024 B"} <= set(told)


def test_throughput_without_a_limit():
    """Where the limit is not known nothing is said of it."""
    figure = draw_sizes(made_report(limit=False))
    assert len(figure.axes[0].lines) == 6
    assert not any("limit" in text for text in words(figure))


def test_stream():
    """A bar for each contestant, with its ratio and its nanoseconds, the fastest on top."""
    figure = draw_stream(made_report())
    told = words(figure)
    assert set(NAMES) <= set(told)
    assert {"50 ×", "20 ns", "1 ×", "0.025 ×"} <= set(told)
    assert [bar.get_width() for bar in figure.axes[0].patches] == sorted(
        bar.get_width() for bar in figure.axes[0].patches
    )


def test_labels_do_not_touch():
    """Labels that stand too near move apart, keep their order, and move no others."""
    moved = spread([5.0, 1.0, 1.1, 1.1], 0.5)
    assert moved[0] == 5.0
    assert sorted(range(4), key=moved.__getitem__) == [1, 2, 3, 0]
    assert min(b - a for a, b in zip(sorted(moved), sorted(moved)[1:], strict=False)) >= 0.499
