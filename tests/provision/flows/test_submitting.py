"""Requests go to the service once, whatever happens to the answers, and nobody needs a key for it."""

import msgspec
import pytest

from sealwright.errors import (
    CredentialsError,
    InputError,
    ReceiptError,
    RefusedError,
    RequestError,
    UnavailableError,
)
from sealwright.provision import read_request
from sealwright.provision.flows import Sender, SubmissionFate, creation_of, submit
from sealwright.provision.flows.submitting import failed
from submitting import client_at_once, names, wrapped

CREATE = "POST /rtp/secure-objects"
KINDS = [("aes", 32, 256), ("aes", 16, 128), ("hmac", 20, 20), ("binary", 3, None)]


@pytest.mark.parametrize(("kind", "octets", "length"), KINDS)
def test_created_and_then_found(simulator, sender, receipts, kind, octets, length):
    """Every kind of material; the second time nothing is sent."""
    request = read_request(wrapped(kind=kind, octets=octets).to_json())
    told = submit(sender, request)
    (made,) = simulator.account.objects.values()
    assert told[:5] == ("master", made.kind, "83000010", SubmissionFate.CREATED, str(made.id))
    assert (told.status, len(told.correlation)) == (200, 36)
    assert sender.client.secure_objects.get(secure_object_id=made.id).length == length
    again = submit(sender, request)
    assert (again.fate, again.identifier, again.correlation) == (SubmissionFate.FOUND, str(made.id), "")
    assert simulator.ledger.requests[CREATE] == 1
    receipt, found = receipts
    assert (found.action, found.status, found.identifier) == ("find-secure-object", None, str(made.id))
    assert (receipt.action, receipt.service) == ("create-secure-object", sender.client.service)
    assert (receipt.request_sha256, receipt.envelope_sha256) == (request.sha256, request.envelope_sha256)
    assert (receipt.signer, receipt.recipient, receipt.recipient_subkey) == (
        request.signer,
        request.recipient,
        request.recipient_subkey,
    )
    assert (receipt.status, receipt.correlation, receipt.identifier) == (200, told.correlation, str(made.id))


def test_in_json():
    """What is empty is left out."""
    told = failed(wrapped(), InputError("no"))
    assert msgspec.json.decode(told.to_json()) == {
        "name": "master",
        "secureObjectType": "MASTER_KEY",
        "objectId": "83000010",
        "outcome": "refused",
        "why": "no",
    }


@pytest.mark.parametrize("fault", ["lose", "cut", "html"])
def test_a_lost_answer(simulator, sender, receipts, fault):
    """What was done is found again by its name, and is not done twice; the receipt has no status."""
    simulator.disturb(f"{CREATE}:{fault},times=1")
    told = submit(sender, wrapped())
    assert (told.fate, names(simulator)) == (SubmissionFate.CREATED, ["master"])
    assert simulator.ledger.requests[CREATE] == 1
    assert receipts[0].identifier == told.identifier
    assert receipts[0].status == (None if fault == "lose" else receipts[0].status)


def test_a_request_that_did_not_arrive(simulator, sender):
    """It is sent again, after two looks."""
    simulator.disturb(f"{CREATE}:disconnect,times=1")
    assert submit(sender, wrapped()).fate is SubmissionFate.CREATED
    assert (names(simulator), simulator.ledger.requests[CREATE]) == (["master"], 2)


def test_nobody_can_tell(simulator, sender, receipts):
    """Where answers go on to be lost and nothing can be looked up, that is said, and the receipt is kept."""
    simulator.disturb(f"{CREATE}:lose", "GET /rtp/secure-objects:status=503,after=1")
    with pytest.raises(UnavailableError, match="could not be looked for") as lost:
        submit(sender, wrapped())
    assert failed(wrapped(), lost.value).fate is SubmissionFate.UNKNOWN
    assert (receipts[0].status, receipts[0].identifier) == (None, None)


def test_a_refusal(simulator, sender, receipts):
    """The service's text, its status and the correlation id are in the error, and in the receipt."""
    other = wrapped("other")
    simulator.account.opener = None
    with pytest.raises(RefusedError, match=r"422 .*this service has no key to decrypt messages") as no:
        submit(sender, other)
    assert no.value.correlation in str(no.value)
    told = failed(other, no.value)
    assert (told.fate, told.status, told.correlation) == (SubmissionFate.REFUSED, 422, no.value.correlation)
    assert (receipts[0].status, receipts[0].correlation) == (422, no.value.correlation)
    assert receipts[0].identifier is None


@pytest.mark.parametrize(
    ("problem", "fate"),
    [
        (CredentialsError("lost, then who?", status=401, sent=2, answered=1), "unknown"),
        (CredentialsError("lost, then no", status=403, sent=2, answered=1), "unknown"),
        (UnavailableError("lost, then slower", status=429, sent=2, answered=1), "unknown"),
        (RefusedError("lost, then there already", status=409, sent=2, answered=1), "unknown"),
        (UnavailableError("an answer that is none", status=200, sent=1, answered=1), "unknown"),
        (UnavailableError("down", status=502, sent=1, answered=1), "unknown"),
        (CredentialsError("who?", status=401, sent=1, answered=1), "not_attempted"),
        (UnavailableError("nobody there"), "not_attempted"),
        (RefusedError("no", status=422, sent=1, answered=1), "refused"),
    ],
    ids=str,
)
def test_what_an_error_leaves(problem, fate):
    """What may have been done is unknown, whatever the service has said to a repeat of it."""
    told = failed(wrapped(), problem)
    assert (told.fate, told.status, told.problem) == (fate, problem.status, problem)


def test_credentials_that_may_only_read(simulator, receipts):
    """Nothing was attempted, and that is what is told."""
    simulator.account.access.grant("reader", ["secure-objects:read"])
    with client_at_once(simulator, token="reader") as client:
        with pytest.raises(CredentialsError, match="secure-objects:write is missing") as no:
            submit(Sender(client, receipts.append), wrapped())
    assert failed(wrapped(), no.value).fate is SubmissionFate.NOT_ATTEMPTED
    assert receipts[0].status == 403


def test_a_service_that_wants_a_pause(sender, simulator):
    """It has not done anything."""
    simulator.disturb(f"{CREATE}:status=429,retry-after=600")
    with pytest.raises(UnavailableError, match="429") as no:
        submit(sender, wrapped())
    assert failed(wrapped(), no.value).fate is SubmissionFate.NOT_ATTEMPTED


@pytest.mark.parametrize(
    ("there", "words"),
    [
        (wrapped(object_id="83000012"), "the name 'master' is taken by secure object .* id 83000012"),
        (wrapped(kind="hmac"), "the name 'master' is taken by .* the HMAC_KEY 'master'"),
        (wrapped(octets=16), "the name 'master' is taken by .* and length 128"),
        (wrapped("another"), "object id 83000010 is taken by .* MASTER_KEY 'another'"),
    ],
    ids=["object id", "type", "size", "name"],
)
def test_what_is_taken(simulator, sender, there, words):
    """A name or an object id of something else: nothing is sent."""
    submit(sender, there)
    with pytest.raises(InputError, match=words):
        submit(sender, wrapped())
    assert simulator.ledger.requests[CREATE] == 1


def test_an_object_id_may_be_shared(simulator, sender):
    """It is right for two device groups, and has to be asked for."""
    submit(sender, wrapped("another"))
    assert submit(sender, wrapped(), share_object_id=True).fate is SubmissionFate.CREATED
    assert names(simulator) == ["another", "master"]


def test_a_name_within_a_name(simulator, sender):
    """The service's own search finds more than the name that is meant."""
    submit(sender, wrapped("master of all", "83000012"))
    assert submit(sender, wrapped()).fate is SubmissionFate.CREATED
    assert names(simulator) == ["master", "master of all"]


def test_requests_that_are_not_sent():
    """A rule of the service is broken, or a member would be lost."""
    request = wrapped()
    for change, error, words in (
        ({"objectId": "FFFFFFFF"}, RequestError, "nothing was sent: objectId"),
        ({"keySize": "AES192"}, RequestError, "nothing was sent: keySize"),
        ({"customerPgpPublicKey": "no key"}, RequestError, "nothing was sent: customerPgpPublicKey"),
        ({"more": 1}, (RequestError, InputError), "more|cannot be sent as they are"),
    ):
        changed = msgspec.structs.replace(request, body=request.body | change)
        with pytest.raises(error, match=words):
            creation_of(changed)
    assert creation_of(request).name == "master"


def test_a_receipt_that_cannot_be_written(simulator):
    """It is said that the request went out: whoever reads it looks for the object."""

    def record(_):
        raise InputError("receipt: the disk is full")

    with client_at_once(simulator) as client:
        with pytest.raises(ReceiptError, match=r"'master' is done, with status 200, .* the disk is full"):
            submit(Sender(client, record), wrapped())
    assert names(simulator) == ["master"]
