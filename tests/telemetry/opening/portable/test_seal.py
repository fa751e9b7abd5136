"""Sealing with OpenSSL: the bytes are libcrypto's."""

import pytest

from recipe import base64, ccm_line, draw
from sealwright.telemetry import seal_each
from telemetry.opening.opening_samples import read_line, sample, seal


@pytest.fixture(autouse=True)
def _portable(monkeypatch):
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "portable")


def sealed(made):
    """Seal the texts of samples in one batch."""
    return seal_each([each.text for each in made], [each.parameters for each in made]).to_list()


@pytest.mark.parametrize("bits", [128, 256])
def test_ccm_where_counter_and_length_need_another_byte(bits):
    """Texts at the borders of one, two and three bytes."""
    lengths = [0, 1, 4_080, 4_081, 65_535, 65_536, 1_048_561]
    made = [sample("v1", f"seal/{length}", bytes(length), bits=bits) for length in lengths]
    assert sealed(made) == [each.message for each in made]


@pytest.mark.parametrize("bits", [128, 256])
@pytest.mark.parametrize("kind", ["v2", "integrity"])
def test_every_length_to_300(kind, bits):
    """Each length around the block borders."""
    lengths = range(16 if kind == "v2" else 0, 301)
    made = [sample(kind, f"seal/{kind}/{n}", draw(f"{kind}/{n}", n), bits=bits) for n in lengths]
    assert sealed(made) == [each.message for each in made]


def test_a_short_key_and_a_long_one_that_begins_with_it_are_two_keys():
    """Ciphers are kept by their key: AES-256 with zeros behind is not taken for AES-128."""
    short, texts, lines = draw("short", 16), [], []
    for n in range(20):
        key = short + bytes(16) if n % 2 else short
        lines.append(ccm_line(f"alike/{n}", bits=8 * len(key), Key=base64(key)))
        texts.append(draw(f"alike/{n}/text", 20))
    wanted = [
        seal("v1", line, bytes.fromhex(line["EncryptedHeader"]), text)
        for line, text in zip(lines, texts, strict=True)
    ]
    assert seal_each(texts, list(map(read_line, lines))).to_list() == wanted
