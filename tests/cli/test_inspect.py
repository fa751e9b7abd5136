"""`sealwright inspect`: headers in words, and the search for a layout."""

import json

import pytest

import making
from filing import downlink, json_lines, signed, v1, v2
from sealwright import Layouts, read_reply, seal_message

PANGRAM = (
    "11010008003f97203b08c787d1b200006423b8017f96548d65fcaf1036f21d10bb18bd86b57178685ffbaf471162e5bf5a7445ff"
    "568290fbb8cce57d75d5ae4830aad00da6cfd589c6795691"
)
"""The vendor's one public message; its key was never published."""


def facts(sealwright, *arguments, **options):
    """Return what inspect says as JSON."""
    return json.loads(sealwright("inspect", "--json", *arguments, **options).out)


def test_a_real_message(sealwright):
    """A message's header in words; what is not proved says so."""
    done = sealwright("inspect", "--message", PANGRAM)
    assert done.code == 0
    assert done.out.decode().splitlines() == [
        "message     76 bytes",
        "kind        v1",
        "protection  encrypted",
        "direction   uplink",
        "header      11010008003f97203b08c787d1b20000",
        "device      ????0008003f9720  (the first two bytes of the UID are not in the message)",
        "key id      11010008003f97203b08c787d1b2",
        "counter     0  (unproved)",
        "text        44 bytes",
    ]


def test_spaces_in_a_message(sealwright):
    """A message pasted with blanks and line ends is the same message."""
    spaced = " ".join(PANGRAM[at : at + 8] for at in range(0, len(PANGRAM), 8)) + "\n"
    assert facts(sealwright, "--message", spaced) == facts(sealwright, "--message", PANGRAM)


@pytest.mark.parametrize(
    ("message", "kind", "protection"),
    [(v2(), "v2", "encrypted"), (signed(), "integrity", "signed")],
    ids=["v2", "integrity"],
)
def test_experimental_kinds(sealwright, message, kind, protection):
    """Kinds without a public vector are marked, and have no key id."""
    text = sealwright("inspect", "--message", message.hex()).out.decode()
    assert f"kind        {kind}  (experimental: no public vector proves its layout)" in text
    assert f"protection  {protection}" in text
    assert "key id" not in text


def test_several_messages(sealwright):
    """Each message has its block, in order."""
    shown = facts(sealwright, "--message", v1(5).hex(), "--message", v2().hex())
    assert [(each["kind"], each["counter"]) for each in shown] == [("v1", 5), ("v2", 7)]
    text = sealwright("inspect", "--message", v1().hex(), "--message", v2().hex()).out
    assert text.count(b"\n\nmessage ") == 1


@pytest.mark.parametrize(
    ("message", "reason", "hint"),
    [
        (b"", "empty", "the message has no bytes"),
        (b"\x31" + v1()[1:], "unknown_version", "is this the sealed message, and the right encoding?"),
        (v1()[:20], "too_short", "shorter than its header and tag"),
        (v2()[:30], "text_under_one_block", "not defined below one block"),
    ],
    ids=["empty", "unknown version", "too short", "under one block"],
)
def test_what_is_no_message(sealwright, message, reason, hint):
    """A malformed message has an outcome, a reason and a hint, and the exit code is 3."""
    done = sealwright("inspect", "--message", message.hex())
    assert done.code == 3
    assert b"outcome     malformed" in done.out
    assert hint.encode() in done.out
    (shown,) = facts(sealwright, "--message", message.hex())
    assert (shown["bytes"], shown["outcome"], shown["reason"]) == (len(message), "malformed", reason)


def test_messages_of_a_file(sealwright, folder):
    """The first rows of a file, each with what keeps it from being a message."""
    rows = [{"m": v1(n).hex()} for n in range(20)]
    (folder / "rows.jsonl").write_bytes(json_lines({"m": None}, {"m": "zz"}, {"n": 1}, *rows))
    shown = facts(sealwright, "rows.jsonl", "--column", "m", "--limit", "4")
    assert [each.get("reason") for each in shown] == ["missing", "undecodable_text", "missing", None]
    assert len(facts(sealwright, "rows.jsonl", "--column", "m")) == 10


def test_messages_of_standard_input(sealwright):
    """`-` is standard input, in the format that is named."""
    shown = facts(sealwright, "-", "--format", "lines", stdin=v1().hex().encode())
    assert shown[0]["kind"] == "v1"


def test_direction_and_purpose(sealwright):
    """Both can be told, because a message alone does not prove them."""
    assert (
        facts(sealwright, "--message", downlink().hex(), "--direction", "downlink")[0]["direction"]
        == "downlink"
    )
    shown = facts(sealwright, "--message", v2().hex(), "--purpose", "integrity")
    assert (shown[0]["kind"], shown[0]["protection"]) == ("integrity", "signed")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "give --message HEX, or a FILE of messages"),
        (["missing"], "does not exist"),
        (["--message", "xyz"], "--message: not hex: "),
        (["--message", "110"], "--message: not hex: "),
        (["--message", "11", "--discover"], "--discover and --keys FILE go together"),
        (["--message", "11", "--keys", "keys.jsonl"], "--discover and --keys FILE go together"),
        (["--message", "11", "--expect-text", "a"], "--expect-… says what --discover must find"),
        (["--message", "11", "--expect-json"], "--expect-… says what --discover must find"),
        (
            ["--message", "11", "--discover", "--keys", "keys.jsonl", "--expect-text", "a", "--expect-json"],
            "give one of --expect-text, --expect-hex and --expect-json",
        ),
        (
            ["--message", "11", "--discover", "--keys", "keys.jsonl", "--expect-hex", "zz"],
            "--expect-hex: not hex",
        ),
        (["good.jsonl", "--column", "frame"], "none of the first 2 rows has a column 'frame'"),
        (["good.jsonl", "--limit", "0"], "0 is not in the range"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_usage_errors(sealwright, arguments, words):
    """Each mistake ends with 2 and says what to give."""
    done = sealwright("inspect", *arguments)
    assert (done.code, done.out) == (2, b"")
    assert words in " ".join(done.err.split())


# The search for a layout

TEXT = b'{"t": 21.5, "rh": 40}'
DISCOVER = ("--discover", "--keys", "keys.jsonl")


@pytest.fixture(params=["header+body", "body", "iv+body", "kiv+body", "header+iv+body"])
def span(request):
    """Return the name of a v2 layout."""
    return request.param


def sealed_as(span):
    """Return a v2 message in another layout than the default."""
    parameters = read_reply(making.reply_v2(), header=making.V2_HEADER)
    return seal_message(TEXT, parameters, layouts=Layouts().choose(f"v2={span}")).hex()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("expect", "verdict"),
    [
        ([], "mac_span_only"),
        (["--expect-text", TEXT.decode()], "proved"),
        (["--expect-hex", TEXT.hex()], "proved"),
        (["--expect-json"], "proved"),
        (["--expect-text", "another text"], "mac_span_only"),
        (["--expect-hex", "00"], "mac_span_only"),
    ],
    ids=["nothing expected", "text", "hex", "json", "another text", "other hex"],
)
def test_discovery(sealwright, span, expect, verdict):
    """The layout that verifies is found, and proved only when the text is what it had to be."""
    (shown,) = facts(sealwright, "--message", sealed_as(span), *DISCOVER, *expect)
    assert shown["layouts"] == [{"layout": f"v2={span}", "verdict": verdict, "uid_agrees": True}]


@pytest.mark.usefixtures("folder")
def test_a_text_that_is_no_json(sealwright):
    """--expect-json proves nothing of a text that is no JSON."""
    (shown,) = facts(sealwright, "--message", v2().hex(), *DISCOVER, "--expect-json")
    assert shown["layouts"][0]["verdict"] == "mac_span_only"


@pytest.mark.usefixtures("folder")
def test_discovery_in_words(sealwright):
    """A person reads the layout and its verdict."""
    done = sealwright("inspect", "--message", sealed_as("iv+body"), *DISCOVER)
    assert b"layouts     v2=iv+body: mac_span_only\n" in done.out


def test_a_uid_elsewhere(sealwright, folder):
    """A layout may verify though the UID is not where the table looks for it."""
    header = making.V2_HEADER[:4] + bytes(6) + making.V2_HEADER[10:]
    kiv = header.ljust(16, b"\0")
    reply = making.reply_v2_downlink(kiv, ROTPublicUID=making.UID.hex())
    making.write_key_file(folder / "keys.jsonl", making.key_line(reply, Direction="downlink"))
    message = seal_message(TEXT, read_reply(reply, direction="downlink"))
    done = sealwright("inspect", "--message", message.hex(), "--direction", "downlink", *DISCOVER)
    assert b"layouts     v2=header+body: mac_span_only (the UID is elsewhere)\n" in done.out


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("message", "hint"),
    [
        (v2()[:-1] + b"\0", "its key is in the key file, and no MAC verifies under it"),
        (v2()[:1] + b"\7\7\7" + v2()[4:], "the source has no parameters for this header"),
    ],
    ids=["a damaged message", "no key"],
)
def test_nothing_is_found(sealwright, message, hint):
    """Where no layout verifies a hint says whether the key is to blame."""
    done = sealwright("inspect", "--message", message.hex(), *DISCOVER)
    assert (done.code, b"layouts     none verifies" in done.out) == (0, True)
    assert hint.encode() in done.out


@pytest.mark.usefixtures("folder")
def test_a_malformed_message_is_not_searched(sealwright):
    """What is no message has no layout to be found."""
    (shown,) = facts(sealwright, "--message", "31", *DISCOVER)
    assert "layouts" not in shown
