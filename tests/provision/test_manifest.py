"""Manifests: CSV and JSON Lines, each fault with its line, and never with a key."""

import io
import json
from traceback import TracebackException

import pytest

from sealwright.errors import InputError, MaterialError
from sealwright.provision.manifest import LONGEST_FILE, read_manifest

KEY = "000102030405060708090a0b0c0d0e0f"
ROW = {"name": "one", "objectId": "83000001", "secureObjectType": "MASTER_KEY", "hex": KEY}


def read(text, path="manifest.jsonl"):
    """Return the objects of a manifest."""
    return list(read_manifest(io.BytesIO(text if isinstance(text, bytes) else text.encode()), str(path)))


def lines(*rows):
    """Return JSON Lines."""
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def test_json_lines():
    """Objects in their order; empty lines are none; numbers are what they look like."""
    second = ROW | {"name": "two", "objectId": 83000002, "secureObjectType": "hmac_key", "keySize": 16}
    found = read(lines(ROW) + "\n" + lines(second))
    assert [(each.name, each.object_id, str(each.type)) for each in found] == [
        ("one", "83000001", "MASTER_KEY"),
        ("two", "83000002", "HMAC_KEY"),
    ]
    assert found[0].material.secret.reveal().hex() == KEY


def test_csv():
    """The same columns; an empty cell is absent; spreadsheets put a mark before the first."""
    text = (
        "\ufeffname,objectId,secureObjectType,keySize,hex\r\n"
        f'"one, two",83000001,MASTER_KEY,AES128,{KEY}\r\n'
        "three,83000002,BINARY_FILE,,0A 0B\r\n"
    )
    found = read(text, "m.CSV")
    assert [each.name for each in found] == ["one, two", "three"]
    assert found[1].material.secret.reveal() == b"\x0a\x0b"


def test_files_beside_the_manifest(tmp_path):
    """Paths are seen from the manifest's folder; hex and raw."""
    (tmp_path / "a.hex").write_text(f"{KEY[:16]}\n{KEY[16:]}\n")
    (tmp_path / "b.bin").write_bytes(bytes(range(20)))
    base = {name: value for name, value in ROW.items() if name != "hex"}
    raw = {"name": "b", "secureObjectType": "HMAC_KEY", "file": "b.bin", "encoding": "raw"}
    found = read(lines(base | {"file": "a.hex"}, base | raw), tmp_path / "manifest.jsonl")
    assert [each.material.secret.reveal() for each in found] == [bytes.fromhex(KEY), bytes(range(20))]


def test_files_that_are_too_long(tmp_path):
    """They are not cut: what is left of a key would be another key."""
    path = tmp_path / "long.hex"
    row = lines(WITHOUT | {"file": path.name})
    path.write_text(KEY + " " * (LONGEST_FILE - 32))
    assert read(row, tmp_path / "m.jsonl")[0].material.secret.reveal().hex() == KEY
    path.write_text(KEY + " " * (LONGEST_FILE - 32) + KEY)
    with pytest.raises(InputError, match=r"line 1: .*long\.hex has more than 16,384 bytes"):
        read(row, tmp_path / "m.jsonl")


def test_rows_are_read_when_their_turn_comes():
    """What comes before a fault is yielded, and memory does not grow with the file."""
    stream = read_manifest(io.BytesIO((lines(ROW) + "nonsense\n").encode()), "m.jsonl")
    assert next(stream).name == "one"
    with pytest.raises(InputError, match="line 2"):
        next(stream)


WITHOUT = {name: value for name, value in ROW.items() if name != "hex"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense\n", "line 1: it is no JSON object"),
        (f"{lines(ROW)}[1]\n", "line 2: it is no JSON object"),
        ('{"name":"a","name":"b"}\n', "or a name stands twice in it"),
        (b'{"name":"\xff"}\n', "it is no JSON object"),
        ("[" * 60_000, "it is no JSON object"),
        (lines({"name": "one"}), "line 1: objectId is missing"),
        (lines(ROW | {"secret": KEY}), "there is no use for 'secret'"),
        (lines(ROW | {"name": None}), "a value is not a text"),
        (lines(ROW | {"encoding": "base64"}), "encoding is neither hex nor raw"),
        (lines(WITHOUT), "give the material in one of hex and file"),
        (lines(ROW | {"file": "f"}), "give the material in one of hex and file"),
        (lines(WITHOUT | {"file": "missing"}), "missing cannot be read: No such file"),
        (lines(WITHOUT | {"file": "a\x00b"}), "cannot be read: it is no name for a file"),
        (lines(ROW, ROW), "line 2: the name 'one' stands in line 1 already"),
        (lines(ROW | {"objectId": "F0000000"}), "line 1: object id F0000000: EdgeLock 2GO keeps"),
        (lines(ROW | {"secureObjectType": "KEYPAIR"}), "line 1: type 'KEYPAIR': it must be one of"),
    ],
)
def test_faults_of_rows(text, words):
    """Each names the file, the line and what is wrong, and no key."""
    with pytest.raises(InputError, match=words) as caught:
        read(text)
    assert str(caught.value).startswith("manifest: manifest.jsonl, line ")
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"hex": KEY[:-1]}, "31 hex digits"),
        ({"hex": KEY[:-1] + "x"}, "character 32 is no hex digit"),
        ({"hex": KEY[:-2]}, "an AES key has 16 or 32 bytes"),
        ({"keySize": "AES256"}, "keySize is 'AES256', and the material has 16 bytes"),
    ],
)
def test_faults_of_material(change, words):
    """They keep their class."""
    with pytest.raises(MaterialError, match=f"manifest: manifest.jsonl, line 2: material: {words}"):
        read(lines(ROW, ROW | {"name": "two"} | change))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,objectId,secureObjectType,key\n", "line 1: it has no use for column 'key'"),
        (
            f"name,objectId,secureObjectType,hex\na,1,MASTER_KEY,{KEY},more\n",
            "line 2: it has more cells than there are columns",
        ),
        ("name,objectId,secureObjectType,hex\na,1\n", "line 2: secureObjectType is missing"),
        ('name,objectId,secureObjectType,hex\n"a,1\n', "it is no CSV in UTF-8"),
        (b"name,objectId,secureObjectType,hex\n\xff\n", "it is no CSV in UTF-8"),
    ],
)
def test_faults_of_csv(text, words):
    """The same care."""
    with pytest.raises(InputError, match=words):
        read(text, "m.csv")


def test_nothing():
    """An empty manifest has no objects."""
    assert read("") == read("", "m.csv") == []


@pytest.mark.parametrize("change", [{"objectId": "00000000"}, {"hex": "f00d" * 8 + "x"}, {"name": ""}])
def test_a_traceback_with_local_variables_shows_no_key(change):
    """Such as error trackers take: the row was in memory when its error was raised."""
    row = json.dumps({**ROW, "hex": "f00d" * 8} | change)
    with pytest.raises(InputError) as caught:
        read(row)
    shown = "".join(TracebackException.from_exception(caught.value, capture_locals=True).format())
    ours = shown[shown.index("provision/manifest.py") :]
    assert "read_manifest" in ours
    assert "f00d" not in ours
