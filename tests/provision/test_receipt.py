"""Receipts: whatever is done to a file of them is noticed, but for what is cut off at its end."""

import hashlib
import stat
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import msgspec
import pytest

from sealwright.errors import InputError, SignerError
from sealwright.provision.receipt import Done, ReceiptBook, verify
from wrapping import signer

NOW = 1_790_000_000.25


def done(number=0, **facts):
    """Return one thing that was done."""
    told = {
        "action": "create-secure-object",
        "service": "https://el2g.example/api/v1",
        "name": f"key {number}",
    }
    return Done(**told | facts)


SIGNERS = {size: signer(size) for size in (2048, 4096)}


def book(path, size=2048):
    """Return a book that a signer of the vectors writes."""
    return ReceiptBook(path, SIGNERS[size], operator="made for testing", version="1.2", clock=lambda: NOW)


def keys(*sizes):
    """Return public keys of signers."""
    return [SIGNERS[size].public_key for size in sizes]


def verified(path, *sizes):
    """Verify a file."""
    with path.open("rb") as file:
        return verify(file, keys(*sizes or (2048,)), what=path.name)


@pytest.fixture
def three(tmp_path):
    """Write three receipts, the last one by another signer; return the file."""
    path = tmp_path / "receipts.jsonl"
    facts = {
        "object_type": "MASTER_KEY",
        "object_id": "83000010",
        "status": 200,
        "correlation": "a-b",
        "nc12": "9",
    }
    for number in range(2):
        book(path).append(done(number, request_sha256="a" * 64, **facts))
    book(path, 4096).append(done(2, status=None))
    return path


def test_lines_follow_each_other(three):
    """Numbers count from 1, each line has the hash of the one before, and the file is private."""
    first, second, third = three.read_bytes().splitlines()
    signers = tuple(each.key.fingerprint for each in keys(2048, 4096))
    assert verified(three, 2048, 4096) == (3, hashlib.sha256(third).hexdigest(), signers)
    told = [msgspec.json.decode(line) for line in (first, second, third)]
    assert [each["number"] for each in told] == [1, 2, 3]
    assert told[0]["previous"] == "0" * 64
    assert told[1]["previous"] == hashlib.sha256(first).hexdigest()
    assert told[0]["time"] == "2026-09-21T14:13:20.250+00:00"
    assert (told[0]["operator"], told[0]["version"]) == ("made for testing", "1.2")
    assert told[0]["done"]["object_id"] == "83000010"
    assert stat.S_IMODE(three.stat().st_mode) == 0o600


def test_an_empty_file_is_a_book_without_receipts(tmp_path):
    """None is not an error."""
    (tmp_path / "empty").touch()
    assert verified(tmp_path / "empty") == (0, "0" * 64, ())


def test_every_octet_counts(three):
    """Whichever is changed, it is noticed in its line, or in the next one's hash."""
    whole = three.read_bytes()
    for at in range(0, len(whole), 37):
        three.write_bytes(whole[:at] + bytes((whole[at] ^ 1,)) + whole[at + 1 :])
        with pytest.raises(InputError, match=r"receipt: receipts\.jsonl, line [123]: "):
            verified(three, 2048, 4096)


@pytest.mark.parametrize("size", [2048, 4096])
def test_every_octet_of_the_last_signature_counts(tmp_path, size):
    """No line behind it has its hash, so it may be written in one way alone: base64 has stray bits."""
    path = tmp_path / "receipts.jsonl"
    book(path, size).append(done())
    whole = path.read_bytes()
    begin = whole.index(b'"signature":"') + len(b'"signature":"')
    for at in range(begin, len(whole) - 3):
        for bit in (1, 2, 4):
            path.write_bytes(whole[:at] + bytes((whole[at] ^ bit,)) + whole[at + 1 :])
            with pytest.raises(InputError, match=r"receipt: receipts\.jsonl, line 1: "):
                verified(path, size)


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ([1, 2], "line 1: it is receipt 2"),
        ([0, 2], "line 2: it is receipt 3"),
        ([0, 0, 1, 2], "line 2: it is receipt 1"),
        ([1, 0, 2], "line 1: it is receipt 2"),
    ],
)
def test_lines_that_are_missing_or_moved(three, order, words):
    """The first one out of place is told."""
    lines = three.read_bytes().splitlines(keepends=True)
    three.write_bytes(b"".join(lines[at] for at in order))
    with pytest.raises(InputError, match=words):
        verified(three, 2048, 4096)


def test_another_history_under_the_same_number(three, tmp_path):
    """A line that was signed in another file does not fit behind these."""
    other = tmp_path / "other.jsonl"
    for number in (7, 8):
        book(other).append(done(number))
    lines = three.read_bytes().splitlines(keepends=True)
    lines[1] = other.read_bytes().splitlines(keepends=True)[1]
    three.write_bytes(b"".join(lines))
    with pytest.raises(InputError, match="line 2: the line before is not the one"):
        verified(three, 2048, 4096)


def test_who_has_signed(three):
    """A key that is not given is named; another's signature does not do."""
    with pytest.raises(InputError, match=f"line 3: it is signed by {keys(4096)[0].key.fingerprint}"):
        verified(three, 2048)
    lines = three.read_bytes().splitlines(keepends=True)
    fingerprints = [keys(size)[0].key.fingerprint.encode() for size in (4096, 2048)]
    three.write_bytes(b"".join([*lines[:2], lines[2].replace(*fingerprints)]))
    with pytest.raises(InputError, match="line 3: its signature does not verify"):
        verified(three, 2048, 4096)


def test_what_a_killed_run_has_left_is_dropped(three):
    """A line that was cut off is told when it is verified, and the next receipt takes its place."""
    whole = three.read_bytes()
    three.write_bytes(whole[:-40])
    with pytest.raises(InputError, match="line 3: it is cut off"):
        verified(three, 2048, 4096)
    book(three, 4096).append(done(2, status=None))
    assert three.read_bytes() == whole


def test_a_whole_receipt_stays(three):
    """An editor that has taken the last line end away has taken no receipt."""
    whole = three.read_bytes()
    three.write_bytes(whole[:-1])
    book(three).check()
    assert three.read_bytes() == whole[:-1]
    book(three).append(done(3))
    assert three.read_bytes().startswith(whole)
    assert verified(three, 2048, 4096).receipts == 4


@pytest.mark.parametrize("left", [1, 12, 33, 34, 300])
def test_looking_changes_nothing(three, left):
    """What a killed run has left stays until the next receipt is ready to take its place."""
    cut = three.read_bytes().splitlines(keepends=True)[0][:left]
    for before in (three.read_bytes(), b""):
        three.write_bytes(before + cut)
        book(three).check()
        assert three.read_bytes() == before + cut
    book(three).append(done())
    assert verified(three).receipts == 1


def test_a_signer_that_fails_leaves_the_file_alone(three, monkeypatch):
    """Nothing is dropped for a receipt that does not come."""
    three.write_bytes(three.read_bytes()[:-40])
    before = three.read_bytes()
    made = book(three)

    def sign(_):
        raise SignerError("signer: made for testing: no")

    monkeypatch.setattr(made, "_signer", SimpleNamespace(public_key=keys(2048)[0], sign=sign))
    with pytest.raises(SignerError):
        made.append(done())
    assert three.read_bytes() == before


RECEIPT = b'{"format":"sealwright receipt 1"}'


@pytest.mark.parametrize(
    "content",
    [
        b"notes\n",
        b"notes\n\n",
        b"\n",
        b"notes",
        b"00112233445566778899aabbccddeeff",
        b"{}",
        b'{"format":"sealwright receipt 2","number":1',
        b"[" + RECEIPT,
        RECEIPT + b"\n",
        RECEIPT,
        RECEIPT + b"\n" + RECEIPT[:-1] + b",",
        b"x" * 100_000 + b"\n",
        b"x" * 100_000,
        RECEIPT[:-1] + b"," + b" " * 20_000,
        RECEIPT[:-1] + b"," + b" " * 40_000 + b"\n",
    ],
    ids=range(15),
)
def test_other_files_are_not_written_to(tmp_path, content):
    """Whatever else is in it, with a line end and without one, it stays as it is."""
    path = tmp_path / "notes"
    path.write_bytes(content)
    for write in (book(path).check, lambda: book(path).append(done())):
        with pytest.raises(InputError, match=r"no receipt of sealwright|too long for a receipt"):
            write()
        assert path.read_bytes() == content


def test_behind_receipts_too(three):
    """Nor is what somebody has written behind them."""
    content = three.read_bytes() + b"a remark"
    three.write_bytes(content)
    with pytest.raises(InputError, match=r"ends with what is no receipt of sealwright: is it another file"):
        book(three).append(done())
    assert three.read_bytes() == content


@pytest.mark.parametrize("operator", ["", " ", "a\nb", "\udcff", "x" * 256])
def test_operators_that_no_receipt_could_hold(tmp_path, operator):
    """They are told before anything is done of which there would be no receipt."""
    with pytest.raises(InputError, match=r"receipt: operator .* it must be 1 to 255 characters that can be"):
        ReceiptBook(tmp_path / "R", SIGNERS[2048], operator=operator, version="1", clock=lambda: NOW)


def test_what_a_service_has_told_is_cut(three):
    """However long its words are, the receipt is written, and the next one behind it."""
    told = book(three).append(done(3, correlation="\0" * 20_000, identifier="7" * 20_000)).done
    assert (told.correlation, told.identifier) == ("\0" * 255, "7" * 255)
    book(three).append(done(4))
    assert verified(three, 2048, 4096).receipts == 5


def test_a_receipt_that_is_too_long_is_not_written(three):
    """It would be the last one: nobody could read where the file ends."""
    before = three.read_bytes()
    with pytest.raises(InputError, match="bytes are too many for a receipt, which has at most 16,384"):
        book(three).append(done(3, nc12="9" * 20_000))
    assert three.read_bytes() == before
    most = 16_384 - len(before.splitlines()[0]) - 1000
    book(three).append(done(3, nc12="9" * most))
    book(three).append(done(4))
    assert verified(three, 2048, 4096).receipts == 5


def test_what_is_no_file(tmp_path):
    """A link, a folder."""
    (tmp_path / "link").symlink_to(tmp_path / "notes")
    for name in ("link", "."):
        with pytest.raises(InputError, match="cannot be written"):
            book(tmp_path / name).append(done())


def test_threads_take_turns(tmp_path):
    """However many write, the chain holds."""
    path = tmp_path / "receipts.jsonl"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: book(path).append(done(number)), range(40)))
    assert verified(path).receipts == 40


def test_nothing_secret_is_shown(tmp_path):
    """The book shows its place alone."""
    assert repr(book(tmp_path / "book")) == f"<ReceiptBook at {tmp_path / 'book'}>"
