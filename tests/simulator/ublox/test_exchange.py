"""An exchange: admission, request checking, billing, faults and quirks."""

import json
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sealwright.services.ublox import UBLOX
from sealwright.simulator.clock import START
from sealwright.simulator.service.exchange import LARGEST_BODY, Asked, Ending
from sealwright.simulator.ublox import Quirk
from simulating import ask, call, furnished, refused, token, uid

UPLINK = "/e2e/uplink/protectionparameters/get"


@pytest.fixture
def simulator():
    """Return a furnished service."""
    return furnished()


def header(simulator, number=0, counter=0):
    """Return a v1 header of a device, in hex."""
    return f"1101{uid(simulator, number)[4:]}621f7593c47f{counter:04x}"


def test_answers_have_the_clocks_date(simulator):
    """JSON, the simulated time, and a number that tells answers apart."""
    first, second = (ask(simulator, "/apiversion") for _ in range(2))
    assert parsedate_to_datetime(first.headers["Date"]) == START
    assert first.headers["Content-Type"] == "application/json"
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]


@pytest.mark.parametrize("path", [call.path for call in UBLOX if call.authorized and call.name != "refresh"])
def test_every_call_needs_a_token(simulator, path):
    """None, a wrong one, an expired one: 401 and the document's words, and nothing is done."""
    shown = token(simulator)
    simulator.clock.advance(3_600)
    for authorization, words in (("", "Not Authorized."), ("x.y.z", "Not Authorized."), (shown, "expired")):
        answered = ask(simulator, path, authorization=authorization)
        assert answered.status == 401
        assert words in json.loads(answered.body)["message"]
    assert simulator.ledger.total_paid() == 0


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/nope"), ("GET", "/apiversion"), ("POST", "/apiversion/")]
)
def test_paths_that_are_not_there(simulator, method, path):
    """404, whatever the token."""
    assert simulator.exchange.answer(Asked(method, path, "", "", b"")).status == 404


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "The body is not JSON"),
        (b"\xff", "The body is not JSON"),
        (b"[" * 100_000, "The body is not JSON"),
        (b"[]", "must be an object"),
        (b"", "EncryptedHeader is missing"),
        (b"null", "must be an object"),
        (b'{"EncryptedHeader": 5}', "EncryptedHeader must be 16 bytes"),
        (b'{"EncryptedHeader": "00", "Other": 1}', "Other is no field of this call"),
    ],
)
def test_bodies_that_are_refused(simulator, body, words):
    """400, "Bad Request", and what is wrong."""
    answered = ask(simulator, UPLINK, body)
    message = json.loads(answered.body)["message"]
    assert answered.status == 400
    assert message.startswith("Bad Request. ")
    assert words in message


def test_a_body_that_is_too_large(simulator):
    """413 before it is read."""
    assert ask(simulator, UPLINK, bytes(LARGEST_BODY + 1)).status == 413


def test_a_call_without_fields_takes_no_body(simulator):
    """An empty body and an empty object are the same."""
    assert ask(simulator, "/apiversion", b"").status == ask(simulator, "/apiversion", b"{}").status == 200


def test_billed_calls_are_written_down(simulator):
    """Twice for a header asked for twice; by path, by header, and in the usage log of the device."""
    before = len(simulator.account.usage)
    for counter in (0, 1, 1):
        call(simulator, UPLINK, EncryptedHeader=header(simulator, counter=counter).upper())
    call(simulator, "/e2e/uplink/symmetrickey/get", KeyID=header(simulator)[:28])
    ledger = simulator.ledger
    assert ledger.paid == {UPLINK: 3, "/e2e/uplink/symmetrickey/get": 1}
    assert ledger.paid_for[UPLINK, header(simulator, counter=1)] == 2
    assert len(simulator.account.usage) == before + 4
    simulator.clock.advance(300)
    usage = call(simulator, "/device/usage/get", FromDate="2026-01-15", ROTPublicUIDs=[uid(simulator)])
    assert usage == {uid(simulator): {**ledger.paid, "LocalDPR": 1}}


def test_what_is_not_billed(simulator):
    """Integrity and downlink, and whatever is refused."""
    call(simulator, "/e2e/uplink/integrityparameters/get", EncryptedHeader=f"29000007{uid(simulator)[4:]}01")
    call(simulator, "/e2e/downlink/protectionparameters/get", ROTPublicUID=uid(simulator))
    call(simulator, "/e2e/downlink/integrityparameters/get", ROTPublicUID=uid(simulator))
    assert refused(simulator, UPLINK, EncryptedHeader="1101" + "f" * 28)[0] == 404
    assert refused(simulator, UPLINK, EncryptedHeader="31" + header(simulator)[2:])[0] == 400
    assert simulator.ledger.total_paid() == 0


@pytest.mark.parametrize(
    ("rule", "status", "ending", "paid"),
    [
        ("*:status=503", 503, Ending.WHOLE, 0),
        ("*:status=429,retry-after=7", 429, Ending.WHOLE, 0),
        ("*:status=599", 599, Ending.WHOLE, 0),
        ("*:expired-token", 401, Ending.WHOLE, 0),
        ("*:disconnect", 0, Ending.DROPPED, 0),
        ("*:lose", 0, Ending.DROPPED, 1),
        ("*:cut", 200, Ending.CUT, 1),
        ("*:html", 200, Ending.WHOLE, 1),
        ("*:wrong-device", 200, Ending.WHOLE, 1),
        ("*:delay=0.5", 200, Ending.WHOLE, 1),
    ],
)
def test_faults(simulator, rule, status, ending, paid):
    """What each does to the answer, and whether the call has done its work."""
    shown = token(simulator)
    simulator.disturb(rule)
    answered = ask(simulator, UPLINK, {"EncryptedHeader": header(simulator)}, authorization=shown)
    assert (answered.status, answered.ending) == (status, ending)
    assert answered.delay == (0.5 if "delay" in rule else 0)
    assert answered.headers.get("Retry-After") == ("7" if "retry-after" in rule else None)
    assert simulator.ledger.paid[UPLINK] == paid
    assert simulator.ledger.requests[UPLINK] == 1
    assert simulator.ledger.answers[UPLINK, status] == (ending is not Ending.DROPPED)


def test_a_wrong_device_is_another_of_the_account(simulator):
    """Its own parameters, while the device that was asked for is billed."""
    simulator.disturb("*:wrong-device")
    assert call(simulator, UPLINK, EncryptedHeader=header(simulator))["ROTPublicUID"] == uid(simulator, 1)
    assert simulator.ledger.paid_for == {(UPLINK, header(simulator)): 1}


def test_an_expired_token_stays_expired(simulator):
    """Only a new one helps."""
    shown = token(simulator)
    simulator.disturb("/tag/get:expired-token,times=1")
    asked = [ask(simulator, "/tag/get", authorization=shown).status for _ in range(2)]
    assert asked == [401, 401]
    assert ask(simulator, "/tag/get").status == 200


def test_an_html_page_is_no_json(simulator):
    """As a captive portal answers."""
    simulator.disturb("*:html")
    answered = ask(simulator, "/tag/get")
    assert answered.headers["Content-Type"].startswith("text/html")
    assert answered.body.startswith(b"<!DOCTYPE html>")


def test_quirks_change_what_is_sent():
    """A UID of digits alone as a number, `Message`, keys that are too short."""
    simulator = furnished(quirks=[Quirk.BARE_UIDS, Quirk.CAPITAL_MESSAGE, Quirk.SHORT_KEYS])
    digits = next(n for n in range(20) if uid(simulator, n).isdecimal())
    reply = call(simulator, "/e2e/uplink/symmetrickey/get", KeyID=header(simulator, digits)[:28])
    assert reply["ROTPublicUID"] == int(uid(simulator, digits))
    assert len(reply["Key"]) == 24
    assert call(simulator, "/tag/create", TagName="x") == {"Message": "Success"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["{*}", "AUTOMATIC"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
FIELDS = sorted({field.encode_name for each in UBLOX for field in each.fields})


@settings(max_examples=150, deadline=None)
@given(
    call_of=st.sampled_from(list(UBLOX)),
    body=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4) | JSON | st.binary(max_size=60),
    content_type=st.sampled_from(["application/json", "application/octet-stream", ""]),
)
def test_whatever_is_sent_is_answered(call_of, body, content_type):
    """With JSON and a status of the document, and nothing is billed that was refused."""
    simulator = WHOLE
    before = simulator.ledger.total_paid()
    answered = ask(simulator, call_of.path, body, authorization=TOKEN, content_type=content_type)
    value = json.loads(answered.body)
    assert answered.status in {200, 400, 401, 404}
    assert answered.status == 200 or value.keys() == {"message"}
    assert simulator.ledger.total_paid() == before or answered.status == 200


WHOLE = furnished()
TOKEN = token(WHOLE)


def test_the_same_seed_and_calls_give_the_same_bytes():
    """Every answer of every call, to the bit, tokens and certificates included."""

    def session(seed):
        simulator = furnished(seed=seed, rules=["*:status=503,share=0.2"])
        asked = [ask(simulator, each.path, {"ROTPublicUID": uid(simulator)}) for each in UBLOX] * 2
        create = {"CAName": "x", "CACertificateValidity": 1_825, "DeviceCertificateValidity": 30}
        return [*asked, ask(simulator, "/ztp/rootca/create", create), token(simulator)]

    assert session(1) == session(1) != session(2)
