"""Key files: what a line may say, what is refused or wrong in it, and that no error shows a key."""

import copy
import pickle
import warnings
from pathlib import Path

import pytest

import sealwright
from making import (
    ABSENT,
    DOWNLINK_KIV,
    INTEGRITY_DOWNLINK_KIV,
    INTEGRITY_HEADER,
    IV,
    KEY,
    KEY_256,
    MAC_KEY,
    UID,
    V1_HEADER,
    V2_HEADER,
    b64,
    headers_of,
    key_line,
    reply_integrity,
    reply_integrity_downlink,
    reply_v1,
    reply_v2,
    reply_v2_downlink,
    shown,
    write_key_file,
)
from sealwright.errors import KeyFileError, Reason
from sealwright.telemetry.keys.keyfile import KeyFile, KeyFilePermissionWarning, Psk, Refusal
from sealwright.telemetry.keys.table import State

NEXT_HEADER = V1_HEADER[:14] + b"\0\1"
OTHER_KEY = b"another test key"

V1_LINE = key_line(reply_v1(), V1_HEADER)
V2_LINE = key_line(reply_v2(), V2_HEADER)
INTEGRITY_LINE = key_line(reply_integrity(), INTEGRITY_HEADER, Purpose="integrity")
DOWNLINK_LINE = key_line(reply_v2_downlink(), Direction="downlink")
INTEGRITY_DOWNLINK_LINE = key_line(reply_integrity_downlink(), Direction="downlink", Purpose="integrity")
PSK_LINE = key_line({"KeyID": V1_HEADER[:14].hex(), "Key": b64(KEY), "ROTPublicUID": UID.hex()})


@pytest.fixture
def read(tmp_path):
    """Read a key file of some lines."""
    return lambda *lines: KeyFile(write_key_file(tmp_path / "keys.jsonl", *lines))


@pytest.fixture
def fault(read, tmp_path):
    """Return the line and the text of the error that some lines make."""

    def of(*lines):
        with pytest.raises(KeyFileError) as caught:
            read(*lines)
        error = caught.value
        assert error.path == str(tmp_path / "keys.jsonl")
        begin = f"key file: {error.path}, line {error.line}: "
        assert str(error).startswith(begin)
        return error.line, str(error).removeprefix(begin)

    return of


def answer(file, header, **options):
    """Return the state and the reason with which a file answers one header."""
    table = file.resolve(headers_of(header, **options))
    return State(table.state[0]), Reason.of(table.reason[0])


EXACT = (State.EXACT, Reason.NONE)
UNKNOWN = (State.UNKNOWN, Reason.NONE)


def test_every_kind_of_line(read):
    """Uplink and downlink, encrypted and signed: each line answers its own header."""
    file = read(V1_LINE, V2_LINE, INTEGRITY_LINE, DOWNLINK_LINE, INTEGRITY_DOWNLINK_LINE)
    assert len(file) == 5
    for header in (V1_HEADER, V2_HEADER, INTEGRITY_HEADER):
        assert answer(file, header) == EXACT
        assert answer(file, header, direction="downlink") == UNKNOWN
    for header in (DOWNLINK_KIV[:12], INTEGRITY_DOWNLINK_KIV[:11]):
        assert answer(file, header, direction="downlink") == EXACT
    assert (file.refused, file.psks, file.extra, file.irregular) == ([], [], {}, {})


def test_the_shortcut(read):
    """A file offers a key for other headers of its key id, as any source in memory does."""
    assert answer(read(V1_LINE), NEXT_HEADER) == (State.CANDIDATE, Reason.NONE)


def test_direction_and_purpose_may_be_said(read):
    """The defaults may be written out."""
    line = key_line(reply_v1(), V1_HEADER, Direction="uplink", Purpose="protection")
    assert answer(read(line), V1_HEADER) == EXACT


def test_headers_in_capital_hex(read):
    """A header may be written in small or capital digits."""
    line = key_line(reply_v1(), EncryptedHeader=V1_HEADER.hex().upper())
    assert answer(read(line), V1_HEADER) == EXACT


def test_a_downlink_line_needs_no_header(read):
    """A header on a downlink line says nothing: KIV is the header, and ten hex digits are not read."""
    line = key_line(reply_v2_downlink(), Direction="downlink", EncryptedHeader="no hex")
    assert answer(read(line), DOWNLINK_KIV[:12], direction="downlink") == EXACT


def test_comments_and_blank_lines(read):
    """Lines that begin with # say nothing, nor do empty ones, with spaces before them or not."""
    file = read("# keys made for testing", "", "   ", "  # {", V1_LINE, "\t", "#")
    assert len(file) == 1
    assert answer(file, V1_HEADER) == EXACT


def test_lines_are_counted_with_comments(fault):
    """An error names the line as an editor counts it."""
    assert fault("# one", "", V1_LINE, "nonsense")[0] == 4


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + V1_LINE.encode() + b"\n",
        b"\xef\xbb\xbf# a comment\n" + V1_LINE.encode() + b"\n",
        V1_LINE.encode() + b"\r\n\r\n" + V2_LINE.encode() + b"\r\n",
        V1_LINE.encode(),
        b"\n\n" + V1_LINE.encode() + b"\n\n",
        b"  " + V1_LINE.encode() + b" \t \n",
    ],
    ids=["BOM", "BOM before a comment", "CRLF", "no line end", "blank lines around", "spaces around"],
)
def test_files_as_editors_write_them(read, content):
    """A BOM, other line ends and a missing last one make no difference."""
    assert answer(read(content), V1_HEADER) == EXACT


def test_a_bom_elsewhere_is_no_json(fault):
    """Only the beginning of the file has a byte order mark."""
    assert fault(V1_LINE, b"\xef\xbb\xbf" + V2_LINE.encode())[0] == 2


@pytest.mark.parametrize("content", [b"", b"\n\n", b"# nothing yet\n"], ids=["empty", "blank", "comment"])
def test_files_without_keys(read, content):
    """A file without keys is no error, and knows nothing."""
    file = read(content)
    assert len(file) == 0
    assert answer(file, V1_HEADER) == UNKNOWN


def test_psks(read):
    """DTLS keys are kept with their line, and are never tried on messages."""
    file = read("# psk", PSK_LINE)
    assert len(file) == 0
    assert answer(file, V1_HEADER) == UNKNOWN
    (psk,) = file.psks
    assert isinstance(psk, Psk)
    assert (psk.line, psk.key_id, psk.uid) == (2, V1_HEADER[:14], UID)
    assert psk.key.reveal() == KEY
    assert not shown(repr(psk), KEY)


def test_the_sample_psk(read):
    """The REST document's sample reply for a DTLS key is read, with its UID as a number."""
    line = (
        '{"KeyID": "1101000005B52001443F8C16C7EC", "Key": "oCa2JO0sqs4F4L//fMScNA==",'
        ' "ROTPublicUID": 2000089282245}'
    )
    (psk,) = read(line).psks
    assert psk.key.reveal().hex() == "a026b624ed2caace05e0bfff7cc49c34"
    assert psk.uid == UID


def test_psks_of_256_bits_and_stray_bits(read):
    """A DTLS key may have 32 bytes; stray low bits are counted as everywhere."""
    file = read(key_line({"KeyID": "11" * 14, "Key": b64(KEY_256)[:-2] + "Z=", "ROTPublicUID": UID.hex()}))
    assert file.psks[0].key.reveal() == KEY_256
    assert file.irregular == {"base64": 1}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"KeyID": "11" * 13}, "KeyID: a DTLS key needs a KeyID of 14 bytes"),
        ({"KeyID": "no hex"}, "KeyID: not hex"),
        ({"KeyID": None}, "KeyID: not hex"),
        ({"Key": b64(KEY[:15])}, "KeyID: a DTLS key needs"),
        ({"Key": "AB!@CD=="}, "Key: not base64"),
        ({"Key": ABSENT}, "Key: the field is missing"),
        ({"ROTPublicUID": ABSENT}, "KeyID: a DTLS key needs"),
        ({"ROTPublicUID": "0002"}, "KeyID: a DTLS key needs"),
    ],
    ids=["short id", "no hex", "null id", "short key", "no base64", "no key", "no UID", "short UID"],
)
def test_wrong_psks(fault, changes, told):
    """A DTLS key that is not whole is an error, for nobody would notice it later."""
    fields = {"KeyID": "11" * 14, "Key": b64(KEY), "ROTPublicUID": UID.hex()} | changes
    line, text = fault(key_line({name: value for name, value in fields.items() if value is not ABSENT}))
    assert line == 1
    assert text.startswith(told)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("nonsense", "not JSON: a fault (byte "),
        (V1_LINE[:-1], "not JSON: it ends too early"),
        (V1_LINE + V1_LINE, "not JSON: a fault"),
        ("[]", "not a JSON object"),
        (V1_LINE[:-1] + ', "MACLength": 128}', "not strict JSON: a name stands twice"),
        (V1_LINE.replace("128", "NaN", 1), "not JSON: a fault"),
        ("[" * 60_000, "not JSON: nested too deep"),
        ('{"a":' + "[" * 100 + "]" * 100 + "}", "not strict JSON: nested deeper than 32"),
        (b'{"Key": "\xff"}\n', "not JSON: not UTF-8"),
        (key_line(reply_v1(Key="AB!@CD=="), V1_HEADER), "Key: not base64"),
        (key_line(reply_v1(Nonce=5), V1_HEADER), "Nonce: not base64: not a text"),
        (key_line(reply_v1(Key=ABSENT), V1_HEADER), "Key: the field is missing"),
        (key_line(reply_v1(MACLength=ABSENT), V1_HEADER), "MACLength: the field is missing"),
        (key_line(reply_v1()), "EncryptedHeader: the field is missing"),
        (key_line(reply_v1(), EncryptedHeader="0x11"), "EncryptedHeader: not hex"),
        (key_line(reply_v1(), EncryptedHeader=""), "EncryptedHeader: not hex"),
        (key_line(reply_v1(), EncryptedHeader=None), "EncryptedHeader: not hex"),
        (key_line(reply_v2_downlink(KIV=ABSENT), Direction="downlink"), "KIV: the field is missing"),
        (key_line(reply_v1(), V1_HEADER, Direction="up"), "Direction: must be one of uplink, downlink"),
        (key_line(reply_v1(), V1_HEADER, Direction=""), "Direction: must be one of uplink, downlink"),
        (key_line(reply_v1(), V1_HEADER, Direction=None), "Direction: must be one of uplink, downlink"),
        (
            key_line(reply_v1(), V1_HEADER, Purpose=["protection"]),
            "Purpose: must be one of protection, integrity",
        ),
    ],
    ids=[
        "nonsense",
        "cut short",
        "two on a line",
        "a list",
        "a name twice",
        "NaN",
        "60,000 brackets",
        "too deep",
        "not UTF-8",
        "bad base64",
        "a number for base64",
        "no key",
        "no MACLength",
        "no header",
        "0x before the header",
        "empty header",
        "null header",
        "no KIV downlink",
        "bad direction",
        "empty direction",
        "null direction",
        "bad purpose",
    ],
)
def test_bad_lines(fault, line, told):
    """Bad syntax and missing fields are an error that names file, line and field."""
    number, text = fault(V2_LINE, line)
    assert number == 2
    assert text.startswith(told)


def test_a_line_has_a_limit(read, fault):
    """A line of 64 KiB, its end included, is read; a longer one is refused before it is parsed."""
    longest = key_line(reply_v1(), V1_HEADER, note="")
    longest = longest.replace('"note": ""', f'"note": "{"x" * (64 * 1024 - 1 - len(longest))}"')
    assert answer(read(longest), V1_HEADER) == EXACT
    assert fault("# short", longest.replace("x", "xx", 1)) == (2, "the line is longer than 65536 bytes")


def test_a_line_without_end(fault):
    """Ten megabytes without a line end are not read into memory."""
    assert fault(b"x" * 10_000_000) == (1, "the line is longer than 65536 bytes")


def test_identical_repeats(read):
    """The same parameters told again say nothing new, whatever unknown fields stand beside them."""
    file = read(V1_LINE, V1_LINE, key_line(reply_v1(note="again"), V1_HEADER), DOWNLINK_LINE, DOWNLINK_LINE)
    assert answer(file, V1_HEADER) == EXACT


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (V1_LINE, key_line(reply_v1(key=OTHER_KEY), V1_HEADER)),
        (V1_LINE, key_line(reply_v1(Nonce=b64(b"not the rule")), V1_HEADER)),
        (V1_LINE, key_line(reply_v1(MACLength=64), V1_HEADER)),
        (key_line(reply_v1(Key=b64(KEY_256)), V1_HEADER), key_line(reply_v1(MACLength=64), V1_HEADER)),
        (V2_LINE, key_line(reply_v2(iv=KEY_256[:16]), V2_HEADER)),
        (DOWNLINK_LINE, key_line(reply_v2_downlink(mac_key=OTHER_KEY), Direction="downlink")),
    ],
    ids=["another key", "another nonce", "a refused line", "refused twice", "another IV", "downlink"],
)
def test_a_header_told_twice(fault, first, second):
    """One header with other contents is an error that names both lines: nobody can say which is right."""
    line, text = fault("# keys", first, INTEGRITY_LINE, "", second)
    assert line == 5
    assert text == "the header of line 2 is told again with other contents: keep the right one"


def test_a_header_for_two_purposes_or_directions(read):
    """The same bytes may be a header of either direction."""
    kiv = V2_HEADER + bytes(4)
    file = read(V2_LINE, key_line(reply_v2_downlink(kiv, OTHER_KEY), Direction="downlink"))
    assert answer(file, V2_HEADER) == answer(file, V2_HEADER, direction="downlink") == EXACT


@pytest.mark.parametrize(
    ("line", "header", "reason"),
    [
        (key_line(reply_v1(MACLength=64), V1_HEADER), V1_HEADER, Reason.MAC_LENGTH),
        (key_line(reply_v1(CipherSuite="AES_512_CCM"), V1_HEADER), V1_HEADER, Reason.UNKNOWN_SUITE),
        (key_line(reply_v1(Key=b64(KEY_256)), V1_HEADER), V1_HEADER, Reason.KEY_LENGTH),
        (key_line(reply_v1(Nonce=b64(IV)), V1_HEADER), V1_HEADER, Reason.NONCE_LENGTH),
        (key_line(reply_v1(ROTPublicUID="0002000000000001"), V1_HEADER), V1_HEADER, Reason.ANOTHER_DEVICE),
        (key_line(reply_v1(ROTPublicUID="0002"), V1_HEADER), V1_HEADER, Reason.UID_MALFORMED),
        (key_line(reply_integrity(), V2_HEADER), V2_HEADER, Reason.ANOTHER_PURPOSE),
        (key_line(reply_v1(), V2_HEADER), V2_HEADER, Reason.ANOTHER_SUITE),
        (
            key_line(reply_v1(CipherSuite="AES_128_CS1_HMAC_SHA256"), V1_HEADER),
            V1_HEADER,
            Reason.ANOTHER_SUITE,
        ),
        (key_line(reply_v2(CipherSuite="AES_128_CCM"), V2_HEADER), V2_HEADER, Reason.ANOTHER_SUITE),
        (key_line(reply_v2(mac_key=KEY), V2_HEADER), V2_HEADER, Reason.EQUAL_KEYS),
        (
            key_line(reply_v1(), INTEGRITY_HEADER, Purpose="integrity"),
            INTEGRITY_HEADER,
            Reason.ANOTHER_PURPOSE,
        ),
    ],
    ids=[
        "MACLength",
        "unknown suite",
        "key length",
        "nonce length",
        "another device",
        "odd UID",
        "integrity to decrypt",
        "another version",
        "a suite of v2 over v1",
        "a suite of v1 over v2",
        "equal keys",
        "v1 to verify",
    ],
)
def test_refused_lines(read, line, header, reason):
    """A line that disagrees with itself is listed, and its messages are answered with the reason."""
    file = read(INTEGRITY_DOWNLINK_LINE, line)
    assert file.refused == [Refusal(2, reason)]
    assert answer(file, header) == (State.REFUSED, reason)


@pytest.mark.parametrize(
    ("line", "header", "reason", "options"),
    [
        (
            key_line(reply_v2_downlink(MACLength=64), Direction="downlink"),
            DOWNLINK_KIV[:12],
            Reason.MAC_LENGTH,
            {},
        ),
        (
            key_line(reply_integrity_downlink(AuthKeyLength=1), Direction="downlink", Purpose="integrity"),
            INTEGRITY_DOWNLINK_KIV[:11],
            Reason.KEY_LENGTH,
            {},
        ),
        (
            key_line(reply_v2_downlink(KIV=b64(V1_HEADER), MACLength=1), Direction="downlink"),
            V1_HEADER,
            Reason.MAC_LENGTH,
            {},
        ),
        (
            key_line(
                reply_integrity_downlink(DOWNLINK_KIV, MACLength=1), Direction="downlink", Purpose="integrity"
            ),
            DOWNLINK_KIV[:11],
            Reason.MAC_LENGTH,
            {"purpose": "integrity"},
        ),
    ],
    ids=["protection", "integrity", "KIV of v1 form", "KIV of another type byte"],
)
def test_refused_downlink_lines(read, line, header, reason, options):
    """A refused downlink line is found by the beginning of its KIV."""
    file = read(line)
    assert file.refused == [Refusal(1, reason)]
    assert answer(file, header, direction="downlink", **options) == (State.REFUSED, reason)


@pytest.mark.parametrize(
    "kiv",
    ["", "AB!@", None, ABSENT, b64(b"\x29 short"), b64(b"\x99" * 16), b64(V1_HEADER)],
    ids=["empty", "no base64", "null", "absent", "short", "unknown version", "v1 for integrity"],
)
def test_refused_lines_that_no_message_can_ask_for(read, kiv):
    """A refused downlink line without a usable KIV is listed, and does not stand in another's way."""
    more = {"Direction": "downlink", "Purpose": "integrity"}
    lines = [
        key_line(reply_integrity_downlink(KIV=kiv, MACLength=64), **more),
        key_line(reply_integrity_downlink(KIV=kiv, CipherSuite="AES_512"), **more),
    ]
    file = read(*lines, V1_LINE)
    assert file.refused == [Refusal(1, Reason.MAC_LENGTH), Refusal(2, Reason.UNKNOWN_SUITE)]
    assert answer(file, V1_HEADER) == EXACT


@pytest.mark.parametrize("length", [8, 14, 17, 400])
def test_headers_that_no_message_has(read, fault, length):
    """A header of another length is refused, does not become another one, and lines stay counted."""
    wrong = key_line(reply_v1(), V1_HEADER.ljust(length, b"\0")[:length])
    file = read(wrong, V1_LINE, V2_LINE)
    assert file.refused == [Refusal(1, Reason.HEADER_LENGTH)]
    assert answer(file, V1_HEADER) == answer(file, V2_HEADER) == EXACT
    line, text = fault(wrong, V1_LINE, V2_LINE, key_line(reply_v2(key=OTHER_KEY), V2_HEADER))
    assert (line, text[:24]) == (4, "the header of line 3 is ")


def test_irregular_replies_are_counted(read):
    """Departures from the guessed rules are counted by their names, and refuse nothing."""
    file = read(
        key_line(reply_v1(Nonce=b64(b"not the rule")), V1_HEADER),
        key_line(reply_v1(NEXT_HEADER, Nonce=b64(b"not the rule"), KIV=b64(IV)), NEXT_HEADER),
        key_line(reply_v2(ROTPublicUID="0002000000000001"), V2_HEADER),
    )
    assert file.irregular == {"nonce": 2, "kiv": 1, "uid": 1}
    assert file.refused == []


def test_unknown_fields_are_kept(read):
    """Fields that are not ours are kept by line, as they were, DTLS keys' too."""
    file = read(
        key_line(reply_v1(), V1_HEADER, site="hall 3", tags=[1, {"a": None}]),
        V2_LINE,
        PSK_LINE[:-1] + ', "site": "hall 4"}',
    )
    assert file.extra == {1: {"site": "hall 3", "tags": [1, {"a": None}]}, 3: {"site": "hall 4"}}


def test_the_path(read, tmp_path):
    """A key file knows its path; a path may be a text."""
    file = read(V1_LINE)
    assert file.path == tmp_path / "keys.jsonl"
    assert KeyFile(str(file.path)).path == file.path


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666], ids=oct)
def test_readable_by_others(read, mode):
    """A key file that others may read draws a warning, at the place where it is opened, and is read."""
    path = read(V1_LINE).path
    path.chmod(mode)
    with pytest.warns(KeyFilePermissionWarning, match=f"chmod 600 {path}") as caught:
        file = KeyFile(path)
    assert [warning.filename for warning in caught] == [__file__]
    assert answer(file, V1_HEADER) == EXACT


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700], ids=oct)
def test_readable_by_its_owner(read, mode):
    """A key file that its owner alone may read draws none."""
    path = read(V1_LINE).path
    path.chmod(mode)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        KeyFile(path)


def test_a_device_is_no_key_file_of_others():
    """Pipes and devices have no owner's mode to speak of: no warning."""
    assert len(KeyFile("/dev/null")) == 0


@pytest.mark.parametrize(
    ("name", "told"), [("absent.jsonl", "No such file"), (".", "Is a directory")], ids=["missing", "folder"]
)
def test_what_cannot_be_read(tmp_path, name, told):
    """A file that is not there, or is a folder, is a KeyFileError about the whole file."""
    with pytest.raises(KeyFileError, match=f"cannot be read: {told}") as caught:
        KeyFile(tmp_path / name)
    assert caught.value.line == 0
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("spread", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_is_neither_pickled_nor_copied(read, spread):
    """Processes open key files by path, they do not hand keys on."""
    with pytest.raises(TypeError, match="neither pickled nor copied: pass its key file's path"):
        spread(read(V1_LINE))


def test_it_prints_a_count(read):
    """A key file shows how many parameter sets it holds, and no key."""
    file = read(V1_LINE, V2_LINE, PSK_LINE)
    assert repr(file) == "<KeyFile of 2 parameter sets>"
    assert not shown(f"{file} {file.psks} {file.refused} {file.irregular}", KEY, MAC_KEY)


def everything_told(error):
    """Return all that a report of an error with local variables could show of our frames."""
    told = []
    while error is not None:
        told += [str(error), repr(error), repr(error.args), repr(vars(error))]
        frame = error.__traceback__
        while frame is not None:
            if Path(frame.tb_frame.f_code.co_filename).is_relative_to(Path(sealwright.__file__).parent):
                told += [f"{name} = {value!r}" for name, value in frame.tb_frame.f_locals.items()]
            frame = frame.tb_next
        error = error.__cause__ or error.__context__
    return "\n".join(told)


WITH_KEYS = key_line(reply_v2(), V2_HEADER)
HOLDING_KEYS = {
    "cut short": [WITH_KEYS[:-1]],
    "cut in a key": [WITH_KEYS[: WITH_KEYS.index(b64(KEY)) + 20]],
    "something behind": [WITH_KEYS + b64(KEY)],
    "a name twice": [WITH_KEYS[:-1] + f', "Key": "{b64(KEY)}", "Key": "{b64(MAC_KEY)}"}}'],
    "control character": [WITH_KEYS.replace(b64(KEY), b64(KEY) + "\1")],
    "not UTF-8": [WITH_KEYS.encode()[:-1] + b', "x": "\xff"}\n'],
    "foreign character": [key_line(reply_v2(EncryptionKey=b64(KEY) + "!"), V2_HEADER)],
    "raw key": [key_line(reply_v2(EncryptionKey=KEY.decode()), V2_HEADER)],
    "hex key": [key_line(reply_v2(EncryptionKey=KEY.hex() + "0"), V2_HEADER)],
    "listed key": [key_line(reply_v2(EncryptionKey=list(KEY)), V2_HEADER)],
    "missing field": [key_line(reply_v2(AESIV=ABSENT), V2_HEADER)],
    "missing header": [key_line(reply_v2())],
    "key for a header": [key_line(reply_v2(), EncryptedHeader=b64(KEY))],
    "key for a direction": [key_line(reply_v2(), V2_HEADER, Direction=KEY.hex())],
    "key for a purpose": [key_line(reply_v2(), V2_HEADER, Purpose=b64(KEY))],
    "key for a name": [key_line({b64(KEY): 1, "Key": KEY.decode()})],
    "too long": [WITH_KEYS + " " * 70_000],
    "too deep": [WITH_KEYS[:-1] + ', "x": ' + "[" * 50 + "]" * 50 + "}"],
    "short DTLS key": [key_line({"KeyID": "11" * 14, "Key": b64(KEY)[:-4], "ROTPublicUID": 1})],
    "DTLS key for an id": [key_line({"KeyID": b64(KEY), "Key": b64(KEY), "ROTPublicUID": 1})],
    "told twice": [WITH_KEYS, key_line(reply_v2(key=MAC_KEY, mac_key=KEY), V2_HEADER)],
}


@pytest.mark.parametrize("lines", HOLDING_KEYS.values(), ids=HOLDING_KEYS)
def test_no_error_shows_a_key(tmp_path, lines):
    """No text, repr, cause or local variable of an error of a key file holds a key in any form."""
    path = write_key_file(tmp_path / "keys.jsonl", V1_LINE, *lines)
    with pytest.raises(KeyFileError) as caught:
        KeyFile(path)
    assert not shown(everything_told(caught.value), KEY, MAC_KEY)


def test_the_search_for_keys_finds_them():
    """The test above would notice: a local variable with a line in it is found."""

    def fail():
        try:
            KeyFile._read_line(None, 1, WITH_KEYS.encode())
        except AttributeError as problem:
            return everything_told(problem)

    assert shown(fail(), KEY)
