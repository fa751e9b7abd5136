"""Our own vectors: each file's outcome, reason and plaintext, sealed again, and judged by libcrypto."""

import base64
import json
import sys

import pytest

import generate
import verify
from sealwright.errors import MessageError, Outcome, ParametersError, Reason, ReplyError
from sealwright.telemetry import (
    DEFAULT_LAYOUTS,
    KeyFile,
    open_message,
    open_messages,
    read_reply,
    seal_each,
    seal_message,
)
from vector_file import FOLDER, read_vectors

FRAMES = read_vectors("v1", "v2", "integrity")
REPLIES = read_vectors("replies")
VALID = [vector for vector in FRAMES if vector.field("expect") == "opened"]


def every(vectors):
    """Run a test with each vector, under the vector's name."""
    return pytest.mark.parametrize("vector", vectors, ids=lambda vector: vector.name)


def key_file(vector, folder):
    """Write the vector's key lines as a key file that its owner alone can read."""
    path = folder / "keys.jsonl"
    path.touch(mode=0o600)
    path.write_text("".join(f"{line}\n" for line in vector.key_lines))
    return KeyFile(path)


def asked(vector):
    """Return what the vector asks of opening, beyond the defaults."""
    layout = vector.field("layout")
    return {
        "direction": vector.field("direction", "uplink"),
        "purpose": vector.field("purpose") or None,
        "layouts": DEFAULT_LAYOUTS.choose(layout) if layout else DEFAULT_LAYOUTS,
    }


def own_parameters(vector):
    """Return the parameters that sealed a valid vector; under the shortcut, those of its own counter."""
    kind, message = verify.kind_of(vector), vector.octets("message")
    line = next(line for line in map(json.loads, vector.key_lines) if "KeyID" not in line)
    direction = vector.field("direction", "uplink")
    header = bytes.fromhex(line["EncryptedHeader"]) if direction == "uplink" else b""
    if kind == "v1" and header and header != message[:16]:
        header = message[:16]
        line["Nonce"] = base64.b64encode(header[4:]).decode()
    purpose = "integrity" if kind == "integrity" else "protection"
    return read_reply(line, header=header, direction=direction, purpose=purpose)


@pytest.mark.usefixtures("each_engine")
@every(FRAMES)
def test_a_batch_says_what_the_vector_expects(vector, tmp_path):
    """Outcome, reason and plaintext are those of the file, and a message that fails leaves zeros."""
    batch = open_messages([vector.octets("message")], key_file(vector, tmp_path), **asked(vector))
    opened = vector.field("expect") == "opened"
    assert Outcome.of(int(batch.outcome[0])) == vector.field("expect")
    assert Reason.of(int(batch.reason[0])) == vector.field("reason")
    assert batch.to_list() == [vector.octets("plaintext") if opened else None]
    assert opened or not (batch.arena.any() or batch.uid.any())


@pytest.mark.usefixtures("each_engine")
@every(FRAMES)
def test_one_message_says_the_same_as_a_batch(vector, tmp_path):
    """`open_message` returns the plaintext, or raises with the file's outcome and reason."""
    keys = key_file(vector, tmp_path)
    if vector.field("expect") == "opened":
        assert open_message(vector.octets("message"), keys, **asked(vector)) == vector.octets("plaintext")
        return
    with pytest.raises(MessageError) as caught:
        open_message(vector.octets("message"), keys, **asked(vector))
    assert (caught.value.outcome, caught.value.reason) == (vector.field("expect"), vector.field("reason"))


@pytest.mark.usefixtures("each_engine")
@every(VALID)
def test_a_valid_frame_seals_to_the_same_bytes(vector):
    """Sealing the plaintext with the frame's own parameters gives the file's message, byte for byte."""
    text, layouts = vector.octets("plaintext"), asked(vector)["layouts"]
    assert seal_message(text, own_parameters(vector), layouts=layouts) == vector.octets("message")


@pytest.mark.usefixtures("each_engine")
@pytest.mark.parametrize("layout", sorted({vector.field("layout") for vector in VALID}))
def test_valid_frames_seal_together_to_the_same_bytes(layout):
    """All frames of a layout in one batch, kinds, suites, lengths and directions mixed, byte for byte.

    Frames that differ in a header byte alone share a nonce: a batch takes one of them.
    """
    chosen = {}
    for vector in (vector for vector in VALID if vector.field("layout") == layout):
        there = own_parameters(vector)
        chosen[there.key.reveal() or there.header, there.nonce] = there, vector
    layouts = DEFAULT_LAYOUTS.choose(layout) if layout else DEFAULT_LAYOUTS
    texts = [vector.octets("plaintext") for _, vector in chosen.values()]
    sealed = seal_each(texts, [there for there, _ in chosen.values()], layouts=layouts)
    assert sealed.to_list() == [vector.octets("message") for _, vector in chosen.values()]
    assert layout or len(chosen) > 0.9 * sum(vector.field("layout") == "" for vector in VALID)


@every(REPLIES)
def test_a_reply_is_read_as_the_vector_expects(vector):
    """A reply is accepted, refused for one reason, or unreadable in one field."""
    reply = json.loads(vector.field("reply"))
    told = {name: vector.field(name) for name in ("direction", "purpose") if vector.field(name)}
    expected, _, what = vector.field("expect-reply").partition(" ")
    header = vector.octets("header")
    if expected == "accepted":
        irregular = read_reply(reply, header=header, **told).irregular
        assert sorted(irregular) == vector.field("irregular").split()
    elif expected == "refused":
        with pytest.raises(ParametersError) as refused:
            read_reply(reply, header=header, **told)
        assert refused.value.reason == what
    else:
        with pytest.raises(ReplyError) as unreadable:
            read_reply(reply, header=header, **told)
        assert (expected, unreadable.value.field) == ("unreadable", what)


def test_the_made_messages_are_those_of_the_format_notes():
    """The three messages made by another hand with the REST document's sample key are among the vectors."""
    messages = {vector.name.rpartition("/")[2]: vector.field("message") for vector in VALID}
    assert messages["made_sentence.txt"] == (
        "11010008003f97203b08c787d1b200006b892c69895756cdaf4be4eddf06dfceca8cae877a1c005406e46ff1b817d446"
        "fde37a8dd66e8997a2ba9990d57efa77a73c85935011bcbbc7c0bf5e"
    )
    assert messages["made_zero_byte.txt"] == (
        "1101000089282257621f7593c47f00001be81a73a6eb003ca53b45167f770fc53e"
    )
    assert messages["made_empty.txt"] == "1101000089282257621f7593c47f0000f425387d34a08a07aeba84803d668194"


def test_every_outcome_and_reason_of_opening_has_a_vector():
    """No word of the vocabulary that a lone message can earn is without a file that earns it."""
    told = {(vector.field("expect"), vector.field("reason")) for vector in FRAMES}
    # No row, no column, no service and no limit: what a message and a key file alone cannot bring about.
    elsewhere = {
        Reason.NONE, Reason.MISSING, Reason.UNREADABLE_ROW, Reason.UNDECODABLE_TEXT, Reason.TOO_LONG,
        Reason.BUDGET, Reason.DEVICE_BUDGET, Reason.DEVICE_PAUSED, Reason.DEVICE_NOT_LISTED,
        Reason.REPLY_UNREADABLE, Reason.INTERRUPTED, Reason.PLAINTEXT_IN_HEX, Reason.HEADER_LENGTH,
    }  # fmt: skip
    wanted = {(reason.outcome.value, reason.value) for reason in set(Reason) - elsewhere}
    assert told == wanted | {("opened", ""), ("not_authentic", "")}


def test_the_files_are_what_the_generator_writes():
    """`generate.py --check` finds no difference: the recipes are the files."""
    assert generate.main(["--check"]) == 0


def test_the_generator_tells_a_changed_a_missing_and_a_foreign_file():
    """The check compares byte for byte and in both ways."""
    wanted = generate.generate()
    first, second, third, *_ = wanted
    changed = {path: text for path, text in wanted.items() if path != second} | {
        first: wanted[first] + "\n",
        "replies/not_there.txt": "",
    }
    assert generate.differences(changed) == sorted([first, second, "replies/not_there.txt"])
    assert third not in generate.differences(changed)


def test_libcrypto_opens_and_seals_every_vector(capsys):
    """`verify.py`, which has nothing of sealwright, agrees with each file that a key is tried on."""
    assert verify.main() == 0
    assert f"{len(VALID)} opened" in capsys.readouterr().out


def test_the_verifier_and_what_it_stands_on_import_nothing_of_ours():
    """The verifier is independent: its files name no module of sealwright and no pyca."""
    for name in ("verify.py", "frames.py", "libcrypto.py", "vector_file.py"):
        lines = (FOLDER / name).read_text().splitlines()
        imports = [line.split()[1] for line in lines if line.lstrip().startswith(("import ", "from "))]
        ours = {"frames", "libcrypto", "vector_file"}
        assert {each.partition(".")[0] for each in imports} <= ours | set(sys.stdlib_module_names), name
