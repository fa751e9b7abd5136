"""KeyMap: it finds what a dict finds."""

import numpy as np
import pytest

from native.doors import RNG, damaged, native, octets


@pytest.mark.parametrize("significant", [14, 16, 1])
@pytest.mark.parametrize("count", [0, 1, 3, 1000])
def test_names_are_found_as_a_dict_finds_them(count, significant):
    """Of equal names the first is found; what is not there is -1."""
    names = RNG.integers(0, 2, (count, 16)).astype(np.uint8) if count == 1000 else octets(count * 16)
    names = names.reshape(count, 16)
    names[:, significant:] = 0
    asked = np.concatenate([names, octets(16 * 500).reshape(500, 16)])
    asked[:, significant:] = octets(16)[significant:]
    first = {}
    for at, name in enumerate(names):
        first.setdefault(name[:significant].tobytes(), at)
    rows = np.empty(len(asked), np.int64)
    native.KeyMap(names, octets(32).tobytes()).find(asked, significant, rows)
    assert rows.tolist() == [first.get(name[:significant].tobytes(), -1) for name in asked]


@pytest.mark.parametrize("significant", [0, 17, -1, 1 << 40, 1 << 70])
def test_significant_bytes_are_bytes_of_a_name(significant):
    """1 to 16 bytes of a name count."""
    damaged("find", 1, lambda _: significant)


@pytest.mark.parametrize("secret", [b"", bytes(31), bytes(33)])
def test_secrets_have_32_bytes(secret):
    """No shorter secret is stretched."""
    with pytest.raises(ValueError, match="secret"):
        native.KeyMap(bytes(16), secret)


def test_a_map_cannot_be_made_without_names():
    """There is no way around the constructor to a map that is not there."""
    with pytest.raises(TypeError):
        native.KeyMap()
    with pytest.raises(TypeError):
        object.__new__(native.KeyMap)
    with pytest.raises(TypeError):
        type("Mine", (native.KeyMap,), {})
