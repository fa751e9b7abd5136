"""CCM: messages that go through AES together and those that go alone have the same answers."""

import random
from itertools import zip_longest
from types import SimpleNamespace

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

import libcrypto
from recipe import base64, ccm_line, draw, flip
from sealwright.errors import Outcome
from sealwright.telemetry import open_messages, seal_message
from sealwright.telemetry.keys.table import ROW
from sealwright.telemetry.opening.portable import ccm
from telemetry.opening.opening_samples import Sample, books, holding, outcomes, read_line, sample, slot


@pytest.fixture(autouse=True)
def portable(monkeypatch):
    """Ask for the engine that these tests are about."""
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "portable")


@pytest.fixture(params=["as measured", "alone", "together", "together in small parts"])
def way(request, monkeypatch):
    """Send messages through OpenSSL's CCM one by one, or through AES together, or as it is measured."""
    if request.param != "as measured":
        monkeypatch.setattr(ccm, "_FEWEST_TOGETHER", 0)
        monkeypatch.setattr(ccm, "_MOST_BLOCKS", 70)
        together = request.param.startswith("together")
        monkeypatch.setattr(ccm, "_pays", lambda _, blocks: (blocks <= 70) & together)
    if request.param == "together in small parts":
        monkeypatch.setattr(ccm, "_AT_ONCE", 3)
    return request.param


@pytest.fixture(name="matrices")
def noted_matrices(monkeypatch):
    """Note the sizes of the runs of each matrix, through the very function that opens it."""
    noted = []
    matrix = ccm.open_matrix

    def note(task, members, sizes, opened):
        noted.append(sizes)
        matrix(task, members, sizes, opened)

    monkeypatch.setattr(ccm, "open_matrix", note)
    return noted


def _one_key(label, texts, bits=128):
    """Seal texts under one key with counters from 0, by pyca's CCM."""
    line = ccm_line(label, bits=bits)
    key, made = read_line(line).key.reveal(), []
    for count, text in enumerate(texts):
        header = bytes.fromhex(line["EncryptedHeader"])[:14] + count.to_bytes(2)
        own = line | {"EncryptedHeader": header.hex(), "Nonce": base64(header[4:]), "KIV": base64(header)}
        made.append(Sample(header + AESCCM(key).encrypt(header[4:], text, None), text, own, header))
    return made


def _mixed(seed):
    """Return messages of several keys, sizes and key lengths in any order, some of them damaged."""
    dice = random.Random(seed)
    made = []
    for key in range(dice.randint(1, 6)):
        sizes = [dice.randint(0, dice.choice([40, 1100])) for _ in range(dice.randint(1, 60))]
        texts = [draw(f"mixed/{seed}/{key}/{size}", size) for size in sizes]
        made += _one_key(f"mixed/{seed}/{key}", texts, bits=dice.choice([128, 256]))
    dice.shuffle(made)
    hurt = set(dice.sample(range(len(made)), len(made) // 5))
    # From byte 14 on: before it stands the key's name, and another key's name has no parameters.
    return [
        (flip(each.message, dice.randint(14, len(each.message) - 1), dice.randint(0, 7)), None)
        if at in hurt
        else (each.message, each.text)
        for at, each in enumerate(made)
    ], made


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("seed", range(12))
def test_both_ways_answer_as_pyca_does(seed):
    """Batches of mixed lengths, keys and key sizes, some damaged: the same texts and the same zeros."""
    pairs, made = _mixed(seed)
    batch = open_messages([message for message, _ in pairs], books(made))
    assert batch.to_list() == [text for _, text in pairs]
    assert not any(any(slot(batch, at)) for at, (_, text) in enumerate(pairs) if text is None)
    assert set(outcomes(batch)) <= {Outcome.OPENED, Outcome.NOT_AUTHENTIC}


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("bits", [128, 256])
def test_every_length_to_1100(bits):
    """Each length opens as libcrypto sealed it, in one batch under one key by the shortcut."""
    line = ccm_line("lengths", bits=bits)
    key, first = read_line(line).key.reveal(), bytes.fromhex(line["EncryptedHeader"])
    texts, sent = [draw("lengths", length) for length in range(1101)], []
    for count, text in enumerate(texts):
        header = first[:14] + count.to_bytes(2)
        sent.append(header + libcrypto.seal_ccm(key, header[4:], text))
    assert open_messages(sent, holding(line)).to_list() == texts


@pytest.mark.usefixtures("way")
def test_a_short_key_and_a_long_one_that_begins_with_it_are_two_keys():
    """AES-128 and AES-256 keys with the same leading bytes, the rest zeros, are not taken for one."""
    short = base64(draw("short", 16))
    long = base64(draw("short", 16) + bytes(16))
    made = []
    for n in range(40):
        line = ccm_line(f"alike/{n}", bits=(128, 256)[n % 2], Key=(short, long)[n % 2])
        header = bytes.fromhex(line["EncryptedHeader"])
        text = draw(f"alike/{n}/text", 20)
        made.append(Sample(seal_message(text, read_line(line)), text, line, header))
    batch = open_messages([each.message for each in made], books(made))
    assert batch.to_list() == [each.text for each in made]


@pytest.mark.usefixtures("way")
def test_keys_that_begin_alike_are_told_apart():
    """Keys of which only the last bytes differ stay apart."""
    made = []
    for n in range(60):
        line = ccm_line(f"begin/{n}", Key=base64(b"test key" + draw(f"begin/{n % 3}", 8)))
        text = draw(f"begin/{n}/text", 30)
        header = bytes.fromhex(line["EncryptedHeader"])
        made.append(Sample(seal_message(text, read_line(line)), text, line, header))
    batch = open_messages([each.message for each in made], books(made))
    assert batch.to_list() == [each.text for each in made]


@pytest.mark.usefixtures("way")
def test_empty_texts_are_verified_too():
    """A message without a text has a tag all the same: a wrong one does not open."""
    made = _one_key("empty", [b""] * 30)
    batch = open_messages(
        [each.message for each in made] + [flip(each.message, -1) for each in made], books(made)
    )
    assert batch.to_list() == [b""] * 30 + [None] * 30


@pytest.mark.usefixtures("way")
def test_the_nonce_is_the_replys_and_not_the_headers():
    """A reply's nonce is used as given, whatever rule it departs from."""
    made = []
    for n in range(30):
        line = ccm_line(f"nonce/{n}", Nonce=base64(draw(f"nonce/{n}/drawn", 12)))
        made.append(sample("v1", f"nonce/{n}", Nonce=line["Nonce"]))
    assert open_messages([e.message for e in made], books(made)).to_list() == [e.text for e in made]


@pytest.mark.usefixtures("way")
def test_what_lies_behind_the_last_message_is_no_matter():
    """The last bytes of the buffer may belong to the last message: nothing is read beyond them."""
    made = _one_key("edge", [draw(f"edge/{n}", n % 20) for n in range(40)])
    data = np.frombuffer(b"".join(each.message for each in made), np.uint8)
    offsets = np.cumsum([0, *(len(each.message) for each in made)])
    assert open_messages((data, offsets), books(made)).to_list() == [each.text for each in made]


def _several(*runs):
    """Return messages of one key a run, so many of so many bytes each, in turns."""
    made = [_one_key(f"run/{n}", [bytes(size)] * count) for n, (count, size) in enumerate(runs)]
    return [each for turn in zip_longest(*made) for each in turn if each]


def _open(made):
    batch = open_messages([each.message for each in made], books(made))
    assert batch.to_list() == [each.text for each in made]


def test_runs_that_are_long_enough_go_together(matrices):
    """A key with few messages does not, nor one whose texts are too long, nor a size of few messages."""
    _open(_several((100, 60), (2, 60), (90, 64), (200, 1025), (9, 30), (160, 400)))
    assert sorted(map(sorted, matrices)) == [[90, 100], [160]]


def test_small_batches_go_alone(matrices):
    """Where there are fewer messages than a matrix pays for, keys are not even compared."""
    _open(_several((127, 60)))
    assert matrices == []


def test_large_runs_are_cut(monkeypatch, matrices):
    """A matrix has no more rows than the cache likes, and the rest of a run goes with the next one."""
    monkeypatch.setattr(ccm, "_AT_ONCE", 100)
    _open(_several((250, 48)))
    assert matrices == [[100], [100], [50]]
    matrices.clear()
    _open(_several((120, 48), (60, 48)))
    assert sorted(map(sum, matrices)) in ([20, 60, 100], [80, 100])


def test_messages_of_one_key_in_many_rows_go_together(matrices):
    """Where each header has a parameter set of its own, equal keys are found by their bytes."""
    line = ccm_line("rows")
    made = [
        Sample(seal_message(bytes(50), read_line(own)), bytes(50), own, bytes.fromhex(own["EncryptedHeader"]))
        for own in (ccm_line(f"rows/{n}", Key=line["Key"]) for n in range(150))
    ]
    _open(made)
    assert matrices == [[150]]


@pytest.mark.parametrize(("keys", "width"), [(3, 1), (70_000, 4)])
def test_numbers_of_keys_are_as_wide_as_they_have_to_be(keys, width):
    """Each key has its number, in a byte where there are few keys, in four where there are many."""
    rows = np.zeros(2 * keys, ROW)
    rows["key"][:, :4] = np.tile(np.arange(keys, dtype=np.uint32), 2)[:, None].view(np.uint8)
    task = SimpleNamespace(rows=rows, row=np.arange(2 * keys))
    number = ccm._key_numbers(task)
    assert number.itemsize == width
    assert (number[:keys] == number[keys:]).all()
    assert len(np.unique(number)) == keys
