"""Many requests: an answer for each, in order, and nothing twice, whatever breaks and wherever it ends."""

import hashlib
import io

import msgspec
import pytest
from msgspec.structs import replace

from el2g_killing import killed_at
from sealwright.errors import CredentialsError, InputError, ReceiptError, UnavailableError
from sealwright.provision.flows import (
    Sender,
    SubmissionFate,
    check_requests,
    is_many,
    read_requests,
    submit,
    submit_all,
)
from submitting import client_at_once, names, taking, wrapped

CREATE = "POST /rtp/secure-objects"
ROWS = [wrapped(f"key {number:02}", f"8300{number:04X}", octets=16) for number in range(40)]
NAMES = [row.body["name"] for row in ROWS]


def lines(*rows):
    """Return requests as a file of lines."""
    return io.BytesIO(b"".join(row.to_json() + b"\n" for row in rows))


def fates(answers):
    """Return what became of each."""
    return [answer.fate for answer in answers]


@pytest.mark.parametrize("concurrency", [1, 8])
def test_each_has_its_answer(simulator, sender, receipts, concurrency):
    """In the order of the file; a second run finds them all."""
    answers = list(submit_all(sender, ROWS, NAMES, concurrency=concurrency))
    assert [answer.name for answer in answers] == NAMES
    assert set(fates(answers)) == {SubmissionFate.CREATED}
    assert names(simulator) == NAMES
    assert len(receipts) == 40
    assert set(fates(submit_all(sender, ROWS, NAMES))) == {SubmissionFate.FOUND}
    assert simulator.ledger.requests[CREATE] == 40


def test_lost_answers(simulator, sender):
    """A quarter of them is lost, and each object is there once."""
    simulator.disturb(f"{CREATE}:lose,share=0.15", f"{CREATE}:disconnect,share=0.15")
    answers = list(submit_all(sender, ROWS, NAMES))
    assert set(fates(answers)) == {SubmissionFate.CREATED}
    assert names(simulator) == NAMES
    assert {answer.status for answer in answers} == {200, None}


def test_a_run_that_was_cut_off(simulator, sender):
    """What it has left on its way is waited for once; a new file and a finished one wait for nothing."""
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        submit(sender, ROWS[3])

    list(submit_all(sender, ROWS[:3], NAMES[:3], sleep=sleep))
    list(submit_all(sender, ROWS[:3], NAMES[:3], sleep=sleep))
    assert slept == []
    answers = list(submit_all(sender, ROWS[:6], NAMES[:6], sleep=sleep))
    assert fates(answers) == [SubmissionFate.FOUND] * 4 + [SubmissionFate.CREATED] * 2
    assert (slept, len(simulator.account.objects)) == ([3.0], 6)


def test_a_refusal_ends_one(simulator, sender):
    """Those that follow are sent all the same."""
    foreign = wrapped("foreign", "83000050", kind="hmac", octets=2)
    body = {**foreign.body, "encryptedKey": ROWS[0].body["encryptedKey"]}
    rows = [ROWS[0], replace(foreign, body=body), wrapped("another", "83000000"), ROWS[1]]
    answers = list(submit_all(sender, rows, concurrency=1))
    assert fates(answers) == ["created", "refused", "refused", "created"]
    assert (answers[1].status, "keySize 2 needs 4 hex digits" in answers[1].words) == (422, True)
    assert "object id 83000000 is taken" in answers[2].words
    assert names(simulator) == NAMES[:2]


def test_a_service_that_ends_to_answer(simulator, sender):
    """Nothing is sent after it, and every row is told."""
    simulator.disturb(f"{CREATE}:status=503,after=5", "GET /rtp/secure-objects:status=503,after=1")
    answers = list(submit_all(sender, ROWS, NAMES, concurrency=1))
    assert fates(answers) == ["created"] * 5 + ["unknown"] + ["not_attempted"] * 34
    assert isinstance(answers[5].problem, UnavailableError)
    assert answers[-1].words == "the service had failed before"
    simulator.account.access.grant("reader", ["secure-objects:read"])
    simulator.weather.clear()
    with client_at_once(simulator, token="reader") as client:
        answers = list(submit_all(Sender(client), ROWS, concurrency=1))
    assert fates(answers) == [SubmissionFate.FOUND] * 5 + [SubmissionFate.NOT_ATTEMPTED] * 35
    assert isinstance(answers[5].problem, CredentialsError)


def test_receipts_that_cannot_be_written(simulator):
    """The run ends there: what was done has to be looked at."""

    def record(_):
        raise InputError("the disk is full")

    with client_at_once(simulator) as client, pytest.raises(ReceiptError, match="the disk is full"):
        list(submit_all(Sender(client, record), ROWS, concurrency=2))
    assert len(simulator.account.objects) < 40


def test_files():
    """One request or many; blank lines count as lines and as nothing else."""
    assert is_many(lines(*ROWS[:2]))
    assert not is_many(lines(ROWS[0]))
    assert not is_many(io.BytesIO(b'{\n  "format": 1\n}\n'))
    assert not is_many(io.BytesIO(b""))
    text = lines(ROWS[0]).getvalue() + b"\n" + lines(ROWS[1]).getvalue()
    assert list(read_requests(io.BytesIO(text), "R")) == ROWS[:2]
    assert check_requests(lines(*ROWS), "R") == NAMES


BODY = ROWS[1].body | {"keySize": "AES192"}
RULELESS = replace(ROWS[1], body=BODY, sha256=hashlib.sha256(msgspec.json.encode(BODY)).hexdigest())
CHANGED = ROWS[1].to_json().replace(b"83000001", b"83000009")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([b"{}\n"], "R, line 1: request: it is no file of `sealwright wrap`"),
        (
            [ROWS[0], b"\n", ROWS[1].to_json().replace(b"83000001", b"83000009")],
            "R, line 3: request: its body",
        ),
        ([ROWS[0], wrapped("key 00", "83000077")], "R, line 2: the name 'key 00' stands in line 1 already"),
        ([ROWS[0], wrapped("other", "83000000")], "R, line 2: object id 83000000 stands in line 1 already"),
        ([ROWS[0], RULELESS], "R, line 2: .* keySize must be"),
        ([b"{" + b" " * 300_000], "R, line 1: request: it has more than"),
    ],
    ids=["no request", "changed", "name", "object id", "rule", "long"],
)
def test_files_that_are_not_sent(rows, words):
    """The line is named."""
    text = b"".join(row if isinstance(row, bytes) else row.to_json() + b"\n" for row in rows)
    with pytest.raises(InputError, match=words):
        check_requests(io.BytesIO(text), "R")


def test_object_ids_may_be_shared():
    """Where that is asked for."""
    rows = lines(ROWS[0], wrapped("other", "83000000"))
    assert check_requests(rows, "R", share_object_id=True) == ["key 00", "other"]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_again_and_again(moment):
    """After kill -9 in the middle of eight requests the run goes on, and nothing is created twice."""
    simulator = taking()

    def work(client):
        answers = submit_all(Sender(client), ROWS, NAMES, sleep=lambda _: None)
        assert set(fates(answers)) <= {SubmissionFate.CREATED, SubmissionFate.FOUND}

    kills = 0
    while killed_at(simulator, 9, moment, work):
        kills += 1
    assert names(simulator) == NAMES
    assert simulator.ledger.answers[CREATE, 200] == 40
    assert kills >= 3
