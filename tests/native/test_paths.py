"""CPU paths by their numbers."""

import pytest

from native.doors import CLEAN, native


def test_paths_have_names():
    """Four names, and no other number."""
    assert [native.cpu_name(path) for path in range(4)] == ["none", "aesni", "vaes256", "vaes512"]
    for wrong in (-1, 4, 1 << 70, None, "1"):
        with pytest.raises(CLEAN):
            native.cpu_name(wrong)


def test_the_chosen_path_is_not_above_the_cap():
    """A cap of 0 leaves none; a cap that is no path is refused."""
    assert [native.choose_cpu(cap) <= cap for cap in range(4)] == [True] * 4
    for wrong in (-1, 4, 1 << 32, 1 << 70, None, "1"):
        with pytest.raises(CLEAN):
            native.choose_cpu(wrong)
