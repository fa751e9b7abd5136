"""`sealwright open`: what it writes, what it says, and with which exit code it ends."""

import json
import os
import stat

import pytest

import making
from filing import ADDED, json_lines, key_file, names_in, signed, v1, v2
from sealwright.errors import CrossCheckError
from sealwright.telemetry import CrossCheck, engine_info

HERE = ("keys.jsonl", "good.jsonl", "messages.jsonl")


def lines_of(octets):
    """Return the rows of JSON Lines."""
    return [json.loads(line) for line in octets.splitlines()]


# Where it goes


@pytest.mark.usefixtures("folder")
def test_rows_go_to_standard_output(sealwright):
    """Data goes to standard output, the summary to standard error."""
    done = sealwright("open", "messages.jsonl", "--keys", "keys.jsonl", "--plaintext", "utf8")
    assert [row["plaintext"] for row in lines_of(done.out)] == ["text 0", "text 1", None, "text 2", None]
    assert done.code == 3
    assert done.err.startswith("5 rows in ")


def test_from_standard_input_to_a_file(sealwright, folder):
    """`-` is standard input; nothing but the file is written."""
    content = (folder / "good.jsonl").read_bytes()
    done = sealwright("open", "-", "--keys", "keys.jsonl", "-o", "out.jsonl", stdin=content)
    assert (done.code, done.out) == (0, b"")
    assert [row["outcome"] for row in lines_of((folder / "out.jsonl").read_bytes())] == ["opened"] * 2
    assert names_in(folder) == sorted((*HERE, "out.jsonl"))


@pytest.mark.usefixtures("folder")
def test_decrypt_is_another_name(sealwright):
    """`decrypt` does the same and is not listed."""
    arguments = ("good.jsonl", "--keys", "keys.jsonl")
    assert sealwright("decrypt", *arguments).out == sealwright("open", *arguments).out
    assert b"decrypt " not in sealwright("--help").out


def test_rejects_are_a_copy(sealwright, folder):
    """OUT holds every row; the rejects are a copy of those that did not open."""
    sealwright("open", "messages.jsonl", "--keys", "keys.jsonl", "-o", "out", "--rejects", "rejects")
    out = (folder / "out").read_bytes().splitlines()
    assert (folder / "rejects").read_bytes().splitlines() == [out[2], out[4]]


@pytest.mark.usefixtures("folder")
def test_the_rejects_may_go_to_standard_output(sealwright):
    """`--rejects -` shows the rows that did not open."""
    done = sealwright("open", "messages.jsonl", "--keys", "keys.jsonl", "-o", "out", "--rejects", "-")
    assert [row["n"] for row in lines_of(done.out)] == [2, 4]


def test_force_replaces(sealwright, folder):
    """With --force an output that exists is replaced."""
    (folder / "out").write_bytes(b"old")
    arguments = ("open", "good.jsonl", "--keys", "keys.jsonl", "-o", "out")
    assert sealwright(*arguments).code == 2
    assert (folder / "out").read_bytes() == b"old"
    assert sealwright(*arguments, "--force").code == 0
    assert len((folder / "out").read_bytes().splitlines()) == 2


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("rows.csv", "csv"),
        ("rows.tsv", "csv"),
        ("rows.txt", "lines"),
        ("rows.hex", "lines"),
        ("rows", "jsonl"),
    ],
)
def test_the_name_tells_the_format(sealwright, folder, name, written):
    """CSV becomes CSV; text lines and everything else become JSON Lines."""
    head = {"csv": "payload\n", "lines": "", "jsonl": ""}[written]
    text = json.dumps({"payload": v1().hex()}) if written == "jsonl" else v1().hex()
    (folder / name).write_text(head + text + "\n")
    done = sealwright("open", name, "--keys", "keys.jsonl")
    assert done.code == 0
    begins = {"csv": b"payload,outcome", "lines": b'{"payload":', "jsonl": b'{"payload":'}[written]
    assert done.out.startswith(begins)


# What is a usage error


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Missing argument 'FILE'"),
        (["missing.jsonl"], "does not exist"),
        (["."], "is a directory"),
        (
            ["good.jsonl"],
            "--keys FILE is missing: messages are opened with the parameters in a key file, or in a store",
        ),
        (["good.jsonl", "--keys", "missing"], "does not exist"),
        (["good.jsonl", "--column", "frame"], "none of the first 2 rows has a column 'frame': choose one"),
        (["good.jsonl", "--layout", "v2=sideways"], "there is no 'v2=sideways'; choose one of v1=ccm"),
        (["good.jsonl", "--plaintext", "utf16"], "'utf16' is not one of"),
        (["good.jsonl", "--allow-failures", "-1"], "'-1' is neither a number of messages nor a share"),
        (["good.jsonl", "--allow-failures", "few"], "'few' is neither a number"),
        (["good.jsonl", "--allow-failures", "nan%"], "'nan%' is neither"),
        (["good.jsonl", "--max-message", "0"], "'0' is no number of bytes from 1 to 1024G; 16M is one"),
        (["good.jsonl", "--max-message", "9999999999G"], "is no number of bytes"),
        (["good.jsonl", "--max-message", "16MB"], "is no number of bytes"),
        (["good.jsonl", "--duplicate-window", "0"], "0 is not in the range"),
        (["good.jsonl", "-o", "good.jsonl", "--force"], "output: good.jsonl is an input too"),
        (["good.jsonl", "-o", "keys.jsonl", "--force"], "output: keys.jsonl is an input too"),
        (["good.jsonl", "-o", "link", "--force"], "output: link is an input too"),
        (["good.jsonl", "-o", "folder"], "output: folder is a folder: name a file in it"),
        (["good.jsonl", "-o", "no/out"], "make it first"),
        (["good.jsonl", "-o", "x" * 300], "File name too long"),
        (["good.jsonl", "-o", "out", "--rejects", "out"], "OUT and --rejects are the same file"),
        (["good.jsonl", "-o", "out", "--rejects", "./out"], "OUT and --rejects are the same file"),
        (["good.jsonl", "--rejects", "-"], "OUT and --rejects are the same file"),
        (["good.jsonl", "-o", "out", "--rejects", "keys.jsonl", "--force"], "keys.jsonl is an input too"),
        (["good.jsonl", "-o", "out.csv"], "output: out.csv would hold JSON Lines"),
        (["table.csv", "-o", "out.jsonl"], "output: out.jsonl would hold CSV"),
        (["table.csv", "-o", "out.csv", "--rejects", "r.jsonl"], "output: r.jsonl would hold CSV"),
        (["table.csv"], "there is no column 'payload': choose one with --column out of: n, frame"),
        (["packed.gz"], "packed.gz is packed: unpack it"),
        (["rows.parquet"], "cannot be read as its format: Parquet file size is 0 bytes"),
        (["rows.parquet", "-o", "out.parquet", "--resume"], "neither a file of columns nor a report can be"),
        (["good.jsonl", "-o", "out", "--resume", "--report", "r.json"], "nor a report can be gone on with"),
        (["good.jsonl", "--compression", "zstd"], "only Parquet and Arrow files have that"),
        (["good.jsonl", "--plaintext", "binary"], "only Parquet and Arrow files have that"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "",
)
def test_usage_errors(sealwright, folder, arguments, words):
    """Each mistake ends with 2 before any work, says what is wrong and leaves nothing behind."""
    (folder / "link").symlink_to("good.jsonl")
    (folder / "folder").mkdir()
    (folder / "table.csv").write_text("n,frame\n1,2\n")
    (folder / "packed.gz").touch()
    (folder / "rows.parquet").touch()
    keys = [] if "keys are missing" in words or arguments == ["good.jsonl"] else ["--keys", "keys.jsonl"]
    before = names_in(folder)
    done = sealwright("open", *keys, *arguments)
    assert (done.code, done.out) == (2, b"")
    assert words in " ".join(done.err.split())
    assert names_in(folder) == before


def test_a_taken_column_is_mended_by_a_prefix(sealwright, folder):
    """The collision is an error before work; --prefix keeps both columns."""
    (folder / "again.jsonl").write_bytes(json_lines({"outcome": "mine", "payload": v1().hex()}))
    done = sealwright("open", "again.jsonl", "--keys", "keys.jsonl", "-o", "out")
    assert done.code == 2
    assert "columns named outcome already: give --prefix to keep both" in done.err
    done = sealwright("open", "again.jsonl", "--keys", "keys.jsonl", "--prefix", "s_")
    row = lines_of(done.out)[0]
    assert (row["outcome"], row["s_outcome"]) == ("mine", "opened")


@pytest.mark.usefixtures("folder")
def test_the_output_of_one_run_goes_through_another(sealwright):
    """What has been opened once can be opened again under a prefix."""
    sealwright("open", "messages.jsonl", "--keys", "keys.jsonl", "-o", "once.jsonl")
    done = sealwright("open", "once.jsonl", "--keys", "keys.jsonl", "--prefix", "again_")
    for row in lines_of(done.out):
        assert [row[name] for name in ADDED] == [row["again_" + name] for name in ADDED]


# Exit codes


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("allowed", "code"),
    [("0", 3), ("1", 3), ("2", 0), ("99", 0), ("39.9%", 3), ("40%", 0), ("100%", 0), ("0%", 3)],
)
def test_allowed_failures(sealwright, allowed, code):
    """Two of five rows fail: --allow-failures says whether that is too many."""
    done = sealwright("open", "messages.jsonl", "--keys", "keys.jsonl", "--allow-failures", allowed)
    assert done.code == code


@pytest.mark.parametrize(("failed", "rows", "share"), [(29, 100, "29%"), (29, 10_000, "0.29%")])
def test_shares_are_exact(sealwright, folder, failed, rows, share):
    """A share that is met exactly is within the allowance: no float decides."""
    payloads = ["zz"] * failed + [v1().hex()] * (rows - failed)
    (folder / "many.jsonl").write_bytes(json_lines(*[{"payload": each} for each in payloads]))
    done = sealwright("open", "many.jsonl", "--keys", "keys.jsonl", "-o", "out", "--allow-failures", share)
    assert done.code == 0


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{nonsense\n", "not JSON"),
        (b'{"EncryptedHeader": "11"}\n', "line 5: CipherSuite: the field is missing"),
        (
            making.key_line(making.reply_v1(Key="AB!CD="), making.V1_HEADER).encode(),
            "line 5: Key: not base64",
        ),
        (
            making.key_line(making.reply_v1(key=b"another test key"), making.V1_HEADER).encode(),
            "line 5: the header of line 1 is told again with other contents",
        ),
    ],
    ids=["no JSON", "a missing field", "no base64", "told twice"],
)
def test_a_broken_key_file(sealwright, folder, line, words):
    """The error has file and line and no key; it ends with 1 and writes nothing."""
    with (folder / "keys.jsonl").open("ab") as keys:
        keys.write(line)
    done = sealwright("open", "good.jsonl", "--keys", "keys.jsonl", "-o", "out")
    assert (done.code, done.out, names_in(folder)) == (1, b"", sorted(HERE))
    assert done.err.startswith("sealwright: key file: keys.jsonl, line 5: ")
    assert words in done.err
    for key in (making.KEY, b"another test key"):
        assert key.hex() not in done.err
        assert making.b64(key) not in done.err
        assert key.decode() not in done.err


def test_an_engine_that_is_not_there(sealwright, folder, monkeypatch):
    """Without the engine that is asked for the command ends with 1 and says how to go on."""
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "nonsense")
    done = sealwright("open", "good.jsonl", "--keys", "keys.jsonl", "-o", "out")
    assert done.code == 1
    assert "unset it to let sealwright choose" in done.err
    assert names_in(folder) == sorted(HERE)


def test_a_full_disk(sealwright, folder):
    """A disk without room ends with 1 and one line."""
    (folder / "many.jsonl").write_bytes((folder / "good.jsonl").read_bytes() * 1000)
    done = sealwright("open", "many.jsonl", "--keys", "keys.jsonl", "-o", "/dev/full")
    assert (done.code, done.err) == (1, "sealwright: No space left on device: while reading or writing\n")


# What it says


def test_the_summary(sealwright, folder):
    """Counts by outcome and reason, then what needs a look, for a person to read."""
    device = making.V1_HEADER[:8]
    other, crooked = device + bytes(8), device + b"crooked!"
    replies = {
        other: making.reply_v1(other, ROTPublicUID="00" * 8),
        crooked: making.reply_v1(crooked, Nonce=making.b64(bytes(12))),
    }
    with (folder / "keys.jsonl").open("a") as keys:
        keys.writelines(making.key_line(reply, header) + "\n" for header, reply in replies.items())
    rows = [v1(0), v1(0), v1(0, b"another"), v1(1)[:-1], other + bytes(16)]
    (folder / "rows.jsonl").write_bytes(
        json_lines(*[{"payload": row.hex()} for row in rows], {"payload": "zz"}, {"payload": v2().hex()})
    )
    done = sealwright("open", "rows.jsonl", "--keys", "keys.jsonl", "-o", "out")
    first, *rest = done.err.splitlines()
    assert first.startswith("7 rows in 0.")
    assert first.endswith((" s (native engine, 7 cross-checked, hex)", " s (portable engine, hex)"))
    for line in (
        "  4  opened",
        "  1  malformed",
        "       1 undecodable_text: the text is not in the encoding of this file: look at --encoding",
        "  1  mismatched_parameters",
        "       1 another_device: the UID of the parameters is not the one in the header",
        "  1  flagged duplicate: the header and tag of an earlier row",
        "  1  ALARM nonce_reuse: an earlier header over another text",
        "irregular replies in the key file: 1 nonce (used as they are)",
        "key file line 5 refused: the UID of the parameters is not the one in the header",
    ):
        assert line in rest


@pytest.mark.usefixtures("folder")
def test_the_summary_as_json(sealwright):
    """--json says the same for programs, on standard error as well."""
    done = sealwright("open", "messages.jsonl", "--keys", "keys.jsonl", "--json")
    told = json.loads(done.err)
    seconds = told.pop("seconds")
    assert 0 < seconds < 60
    assert told == {
        "rows": 5,
        "outcomes": {"opened": 3, "malformed": 1, "not_authentic": 1},
        "reasons": {"undecodable_text": 1},
        "duplicates": 0,
        "nonce_reuse": 0,
        "encoding": "hex",
        "engine": engine_info().name,
        "cross_checked": 5 if engine_info().name == "native" else 0,
        "refused_lines": [],
        "irregular_replies": {},
    }


def test_a_key_file_that_others_can_read(sealwright, folder):
    """A warning of one line, and the work goes on."""
    (folder / "keys.jsonl").chmod(0o644)
    done = sealwright("open", "good.jsonl", "--keys", "keys.jsonl")
    assert done.code == 0
    assert done.err.splitlines()[0] == (
        "warning: key file keys.jsonl can be read by others than its owner: chmod 600 keys.jsonl"
    )
    assert "Warning" not in done.err


# How it opens


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("message", "options"),
    [
        (v1(9), []),
        (v2(), []),
        (v2(), ["--layout", "v2=header+body,any-uid"]),
        (signed(), []),
        (signed(), ["--purpose", "integrity"]),
    ],
    ids=["v1", "v2", "v2 by a layout", "signed", "signed by purpose"],
)
def test_each_kind_opens(sealwright, message, options):
    """Every kind of message, with the options that speak of it."""
    row = json_lines({"payload": message.hex()})
    assert sealwright("open", "-", "--keys", "keys.jsonl", *options, stdin=row).code == 0


@pytest.mark.usefixtures("folder")
def test_another_layout_does_not_open(sealwright):
    """Exactly the layout asked for is tried."""
    row = json_lines({"payload": v2().hex()})
    done = sealwright("open", "-", "--keys", "keys.jsonl", "--layout", "v2=body", stdin=row)
    assert (done.code, lines_of(done.out)[0]["outcome"]) == (3, "not_authentic")


def test_a_new_output_keeps_to_the_umask(sealwright, folder):
    """A new output has the permissions that any new file would have."""
    mask = os.umask(0o027)
    try:
        sealwright("open", "good.jsonl", "--keys", "keys.jsonl", "-o", "out")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((folder / "out").stat().st_mode) == 0o640


def test_the_key_file_may_be_a_pipe(process, folder):
    """A key file may come from a command, as <(…) gives it: it is read once."""
    reader, writer = os.pipe()
    os.write(writer, key_file(folder).read_bytes())
    os.close(writer)
    running = process("open", "good.jsonl", "--keys", f"/dev/fd/{reader}", pass_fds=[reader])
    os.close(reader)
    out, err = running.communicate(timeout=30)
    assert (running.returncode, len(out.splitlines())) == (0, 2), err


# Cross-checking


native_only = pytest.mark.skipif(engine_info().name != "native", reason="no native engine to check")


@native_only
@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("share", "checked"),
    [((), 5), (("--cross-check", "1/2"), 5), (("--cross-check", "1"), 5), (("--cross-check", "off"), 0)],
)
def test_the_summary_says_how_many_were_cross_checked(sealwright, share, checked):
    """In words beside the engine, and as a number in JSON."""
    arguments = ("open", "messages.jsonl", "--keys", "keys.jsonl", *share)
    words = sealwright(*arguments).err.splitlines()[0]
    assert ("5 cross-checked" in words) is bool(checked)
    assert json.loads(sealwright(*arguments, "--json").err)["cross_checked"] == checked


@native_only
def test_engines_that_differ_end_the_run(sealwright, folder, monkeypatch):
    """Exit code 1, the row and what to do on standard error, and no output."""
    monkeypatch.setattr(CrossCheck, "open", _differ)
    done = sealwright("open", "good.jsonl", "--keys", "keys.jsonl", "-o", "out")
    assert (done.code, done.out) == (1, b"")
    assert "cross-check: row 2 is odd" in done.err
    assert "out" not in names_in(folder)


def _differ(*_given):
    raise CrossCheckError(1, "is odd")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "share", ["2/3", "1/0", "1/-5", "0/1", "1/1.5", "1/", "-1", "10000", "on", "1/1\u0661", ""]
)
def test_what_is_no_share_is_a_usage_error(sealwright, share):
    """The error shows what a share looks like."""
    done = sealwright("open", "good.jsonl", "--keys", "keys.jsonl", "--cross-check", share)
    assert done.code == 2
    assert "neither a share such as 1/10000 nor off" in done.err
