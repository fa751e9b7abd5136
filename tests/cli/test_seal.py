"""`sealwright seal`: texts for devices, out of a file and into one."""

import json

import pytest

import making
import stores
from filing import json_lines, names_in
from sealwright import KeyStore

UIDS = [bytes.fromhex(f"00020000892822{number:02x}") for number in range(3)]


@pytest.fixture
def sets(store, folder):
    """Write `sets.jsonl`, four downlink sets for each of two devices, and `texts.jsonl`; return the store."""
    lines = []
    for number in range(4):
        for uid in UIDS[:2]:
            kiv = b"\x2a" + number.to_bytes(3) + uid[2:] + b"\1\0" + bytes(4)
            lines.append(making.key_line(making.reply_v2_downlink(kiv), Direction="downlink"))
    making.write_key_file(folder / "sets.jsonl", *lines)
    rows = [
        {"rot_public_uid": uid.hex(), "plaintext": (b"light number %06d" % n).hex()}
        for n, uid in enumerate(UIDS[:2])
    ]
    (folder / "texts.jsonl").write_bytes(json_lines(*rows))
    return store


SEAL = ("seal", "texts.jsonl", "--keys", "sets.jsonl", "--offline-set")


def rows_of(octets):
    """Return the rows of JSON Lines."""
    return [json.loads(line) for line in octets.splitlines()]


@pytest.mark.usefixtures("sets")
def test_texts_are_sealed_and_open_again(sealwright, folder):
    """Every row comes out with its message, which the device's side opens."""
    done = sealwright(*SEAL, "-o", "sealed.jsonl")
    assert (done.code, done.out) == (0, b"")
    rows = rows_of((folder / "sealed.jsonl").read_bytes())
    assert [list(row) for row in rows] == [
        ["rot_public_uid", "plaintext", "payload", "kiv", "repeat", "problem"]
    ] * 2
    assert {row["problem"] for row in rows} == {None}
    options = ("--keys", "sets.jsonl", "--direction", "downlink", "--prefix", "again_")
    opened = rows_of(sealwright("open", "sealed.jsonl", *options).out)
    assert [row["again_plaintext"] for row in opened] == [row["plaintext"] for row in rows]


def test_what_it_says(sealwright, sets):
    """The store and the source of its secret, and counts."""
    done = sealwright(*SEAL, "-o", "sealed.jsonl")
    first, second, *rest = done.err.splitlines()
    assert first == f"store {sets}, secret from SEALWRIGHT_STORE_SECRET"
    assert second.startswith("2 rows in 0.")
    assert rest == ["  2  sealed"]
    done = sealwright(*SEAL)
    assert "  2  of them again, out of the ledger: --fresh would take new sets" in done.err
    told = json.loads(sealwright(*SEAL, "--json").err.splitlines()[-1])
    assert told | {"seconds": 0} == {
        "rows": 2,
        "sealed": 2,
        "repeats": 2,
        "problems": {},
        "details": {},
        "seconds": 0,
    }


@pytest.mark.usefixtures("sets")
def test_the_same_again_and_fresh_sets(sealwright):
    """A repeated run gives the same messages; --fresh takes new sets, until there are none."""
    first, second = (rows_of(sealwright(*SEAL).out) for _ in range(2))
    assert [row["payload"] for row in first] == [row["payload"] for row in second]
    assert [row["repeat"] for row in second] == [True, True]
    for number in range(1, 4):
        rows = rows_of(sealwright(*SEAL, "--fresh").out)
        assert {int(row["kiv"][2:8], 16) for row in rows} == {number}
    done = sealwright(*SEAL, "--fresh")
    assert done.code == 3
    assert [(row["payload"], row["problem"]) for row in rows_of(done.out)] == [(None, "no_set_left")] * 2
    assert "2 × every downlink set of this device is spent" in done.err


@pytest.mark.usefixtures("sets")
def test_encrypt_is_another_name(sealwright):
    """It does the same."""
    assert (
        rows_of(sealwright("encrypt", *SEAL[1:]).out)[0]["payload"]
        == rows_of(sealwright(*SEAL).out)[0]["payload"]
    )


@pytest.mark.usefixtures("sets")
def test_rows_that_cannot_be_sealed(sealwright, folder):
    """Each has its problem, the others are sealed, and the exit code says that some failed."""
    uid = UIDS[0].hex()
    rows = [
        {"rot_public_uid": uid, "plaintext": "a text of sixteen bytes"},
        {"rot_public_uid": uid, "plaintext": "short"},
        {"rot_public_uid": UIDS[2].hex(), "plaintext": "a text of sixteen bytes"},
        {"rot_public_uid": "nobody", "plaintext": "a text of sixteen bytes"},
        {"rot_public_uid": uid, "plaintext": 7},
        {"rot_public_uid": uid},
    ]
    (folder / "rows.jsonl").write_bytes(json_lines(*rows) + b"{nonsense\n")
    done = sealwright("seal", "rows.jsonl", *SEAL[2:], "--plaintext", "utf8")
    problems = [None, "not_sealable", "no_sets", "uid_malformed", "no_text", "no_text", "uid_malformed"]
    assert [row["problem"] for row in rows_of(done.out)] == problems
    assert done.code == 3
    assert "AES-CBC-CS1 is not defined below one block: 5 bytes of text" in done.err


@pytest.mark.usefixtures("sets")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["texts.jsonl", "--offline-set"], "from --keys FILE or from --service URL"),
        (["texts.jsonl", "--keys", "sets.jsonl"], "--offline-set is missing: sets of a file need one ledger"),
        ([*SEAL[1:], "-o", "texts.jsonl", "--force"], "output: texts.jsonl is an input too"),
        ([*SEAL[1:], "-o", "store/keys.sqlite", "--force"], "is an input too"),
        ([*SEAL[1:], "-o", "out.csv"], "output: out.csv would hold JSON Lines"),
        (
            [*SEAL[1:], "--column", "text"],
            "none of the first 2 rows has a column 'text': choose with",
        ),
        ([*SEAL[1:], "--uid-column", "uid"], "none of the first 2 rows has a column 'uid'"),
        (["texts.txt", *SEAL[2:]], "FILE must have columns"),
        (["taken.jsonl", *SEAL[2:]], "there are columns named payload already: give --prefix"),
        ([*SEAL[1:], "--layout", "v2=sideways"], "there is no 'v2=sideways'"),
    ],
    ids=lambda value: " ".join(value)[-40:] if isinstance(value, list) else "",
)
def test_usage_errors(sealwright, folder, arguments, words):
    """Each ends with 2, and leaves nothing behind."""
    (folder / "texts.txt").write_text("00\n")
    (folder / "taken.jsonl").write_bytes(json_lines({"rot_public_uid": "", "plaintext": "", "payload": ""}))
    before = names_in(folder)
    done = sealwright("seal", *arguments)
    assert (done.code, done.out) == (2, b"")
    assert words in " ".join(done.err.split())
    assert names_in(folder) == before


@pytest.mark.usefixtures("sets")
def test_without_a_store(sealwright, monkeypatch, tmp_path):
    """There is nothing to remember in, or nothing to open it with: an error, and no message."""
    with monkeypatch.context() as changes:
        changes.delenv("SEALWRIGHT_STORE_SECRET")
        assert "give its secret by" in sealwright(*SEAL).err
    monkeypatch.setenv("SEALWRIGHT_STORE", str(tmp_path / "other.sqlite"))
    done = sealwright(*SEAL)
    assert (done.code, done.out) == (1, b"")
    assert "make one with `sealwright keys init`" in done.err


def test_csv_and_another_layout(sealwright, sets, folder):
    """CSV becomes CSV; the layout is the one asked for."""
    (folder / "texts.csv").write_text(f"device;text\n{UIDS[0].hex()};a text of sixteen bytes\n;\n")
    options = ("--uid-column", "device", "--column", "text", "--plaintext", "utf8", "--layout", "v2=body")
    done = sealwright("seal", "texts.csv", *SEAL[2:], *options)
    head, row, empty = done.out.decode().splitlines()
    assert head == "device;text;payload;kiv;repeat;problem"
    assert row.endswith(";2a000000" + "0000892822000100" + "00000000;false;")
    assert empty == ";;;;false;uid_malformed"
    (folder / "sealed.csv").write_bytes(done.out)
    opened = ("--direction", "downlink", "--plaintext", "utf8", "--allow-failures", "1")
    assert sealwright("open", "sealed.csv", "--keys", "sets.jsonl", *opened).code == 3
    assert sealwright("open", "sealed.csv", "--keys", "sets.jsonl", *opened, "--layout", "v2=body").code == 0
    with KeyStore(sets, stores.SECRET) as store:
        assert len(store.spent.spent([b"\x2a\0\0\0" + UIDS[0][2:] + b"\1\0" + bytes(4)])) == 1


TEXTS = [b"light number %06d, for a device" % number for number in range(12)]


@pytest.fixture
def for_fleet(fleet, tmp_path):
    """Write `for-fleet.jsonl`, texts for the fleet's devices and one for a stranger; return the devices."""
    devices = fleet.made_devices()
    uids = [devices[number % len(devices)].uid.hex() for number in range(len(TEXTS))] + ["00020000ffffffff"]
    rows = [
        {"rot_public_uid": uid, "plaintext": text.hex()}
        for uid, text in zip(uids, [*TEXTS, TEXTS[0]], strict=True)
    ]
    (tmp_path / "for-fleet.jsonl").write_bytes(json_lines(*rows))
    return devices


@pytest.mark.parametrize("purpose", ["protection", "integrity"])
def test_sets_of_a_service(sealwright, service, store, for_fleet, purpose):
    """A new set for each text, which the device opens; a run that is repeated takes others."""
    seal = ("seal", "for-fleet.jsonl", "--service", service.url, "--purpose", purpose)
    done = sealwright(*seal)
    *rows, stranger = rows_of(done.out)
    assert (done.code, stranger["problem"]) == (3, "no_sets")
    for number, row in enumerate(rows):
        received = for_fleet[number % len(for_fleet)].receive(bytes.fromhex(row["payload"]))
        assert (received.text, received.nonce_reuse) == (TEXTS[number], False)
    first, second, *_ = done.err.splitlines()
    assert first == f"store {store}, secret from SEALWRIGHT_STORE_SECRET"
    assert second.startswith("credentials: the API key from SEALWRIGHT_UBLOX_API_KEY")
    assert service.simulator.ledger.total_paid() == 0
    again = rows_of(sealwright(*seal).out)
    assert not {row["kiv"] for row in rows} & {row["kiv"] for row in again if row["kiv"]}


@pytest.mark.usefixtures("store", "for_fleet")
def test_a_service_that_is_down(sealwright, service, tmp_path):
    """Exit code 6, and nothing comes out."""
    service.simulator.disturb("/e2e/downlink/*:status=503")
    options = ("--service", service.url, "--deadline", "0.3", "-o", "out.jsonl")
    assert sealwright("seal", "for-fleet.jsonl", *options).code == 6
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.usefixtures("sets")
def test_sets_come_from_one_place(sealwright, service):
    """A file or a service."""
    for options in ((), ("--keys", "sets.jsonl", "--service", service.url)):
        done = sealwright("seal", "texts.jsonl", *options)
        assert (done.code, "from --keys FILE or from --service URL" in done.err) == (2, True)
