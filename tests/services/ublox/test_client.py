"""UbloxClient: every call of the document over real sockets, pages, parts, files, and what it hides."""

import copy
import inspect
import json
import logging
import pickle
import pydoc
import threading

import pytest

import sealwright
from sealwright.errors import InputError, RefusedError, ReplyError, RequestError, UnavailableError
from sealwright.secret import Secret
from sealwright.services._http import Tally
from sealwright.services.ublox import UBLOX, Entry, write_whitelist
from sealwright.services.ublox.client import SERVICE, UbloxClient
from services.ublox.document import EACH, REPLIES, UID
from services.ublox.playing import Service
from serving import answer


def _method(client, path, suffix=""):
    (call,) = UBLOX.at("POST", path)
    return getattr(getattr(client, call.group), call.name + suffix)


@pytest.mark.parametrize(("group", "path", "arguments"), EACH, ids=[path for _, path, _ in EACH])
def test_every_call(group, path, arguments):  # noqa: ARG001
    """Each call of the document is a method that sends it and returns its typed reply."""
    with Service() as service, service.client() as client:
        reply = _method(client, path)(**arguments)
        (call,) = UBLOX.at("POST", path)
        sent = [heard for heard in service.heard if heard.path == f"/v1{path}"][-1]
        assert sent.method == "POST"
        assert sent.json == json.loads(call.wire(call.make(**arguments)).body.reveal())
        assert sent.headers["content-type"] == "application/json"
        assert "marker" not in repr(reply)


def test_where_the_service_is():
    """Without another, the client speaks to the vendor's service, over TLS."""
    assert SERVICE == "https://ssapi.services.u-blox.com/v1"
    with UbloxClient("key", "secret") as client:
        assert client.service == SERVICE
        assert repr(client) == f"<UbloxClient of {SERVICE}>"
        assert repr(client.devices) == f"<DevicesCalls of {client!r}>"
    assert sealwright.UbloxClient is UbloxClient


@pytest.mark.parametrize("account", [{}, {"api_key": "key"}, {"api_secret": "x"}, {"refresh_token": "x"}])
def test_credentials_are_needed(account):
    """A client that could never show anything is not made."""
    with pytest.raises(InputError, match="needs an API key with its secret"):
        UbloxClient(**account)


def test_help():
    """Methods have the signature and the words of their calls."""
    with UbloxClient("key", Secret(b"secret")) as client:
        method = client.devices.list_get
        assert str(inspect.signature(method)) == "(*, filter=None, page_number=None)"
        assert str(inspect.signature(client.devices.list_get_all)) == "(*, filter=None)"
        assert str(inspect.signature(client.devices.whitelist_add_upload)) == "(*, body: 'bytes')"
        create = str(inspect.signature(client.zero_touch.root_ca_create))
        assert create.startswith("(*, ca_name, ca_certificate_validity, device_certificate_validity, renew_")
        told = pydoc.plain(pydoc.render_doc(client.e2e.uplink_protection_parameters_get))
        assert "uplink_protection_parameters_get(*, encrypted_header)" in told
        assert "Get what decrypts and verifies the uplink messages" in told
        assert "Billed: each call is billed." in told
        assert "encrypted_header: The beginning of the message" in told
        assert "Security Services REST APIs 1.1.29, Service APIs, /e2e/uplink" in told
        assert "It cannot be undone." in client.tags.delete.__doc__
        assert client.devices.list_get_all.__doc__.startswith("Yield the items of all pages")


def _paged(total, size=100, **changes):
    """Return what answers pages of UIDs, numbers from 0 on."""

    def reply(heard):
        page = heard.json.get("PageNumber", 1)
        first = (page - 1) * size
        uids = list(range(first, min(first + size, total)))
        return {"ROTPublicUIDs": uids, "PageNumber": page, "PageSize": size, "TotalRecords": total, **changes}

    return reply


@pytest.mark.parametrize("total", [0, 1, 99, 100, 101, 250, 300])
def test_all_pages(total):
    """All items come, in order, with no page asked for in vain."""
    with Service(device__list__get=_paged(total)) as service, service.client() as client:
        uids = list(client.devices.list_get_all(filter="ALL"))
        assert uids == [f"{number:016d}" for number in range(total)]
        assert service.count("/device/list/get") == max(1, -(-total // 100))
        assert service.heard[-1].json["Filter"] == "ALL"


def test_pages_are_fetched_when_they_are_needed():
    """Who takes ten items causes one request."""
    with Service(device__list__get=_paged(1000)) as service, service.client() as client:
        items = client.devices.list_get_all()
        assert service.heard == []
        for _ in range(100):
            next(items)
        assert service.count("/device/list/get") == 1
        next(items)
        assert service.count("/device/list/get") == 2


def test_pages_from_one_on():
    """A request that names a page begins there; the total still tells the last one."""
    with Service(device__list__get=_paged(250)) as service, service.client() as client:
        (request,) = [call for call in UBLOX if call.path == "/device/list/get"]
        tally = Tally()
        pages = list(client.pages(request.make(page_number=2), tally=tally))
        assert [len(page.rot_public_uids) for page in pages] == [100, 50]
        assert tally == Tally(2, 2)


def test_pages_without_a_total():
    """Where no total is told, a page that is not full is the last."""
    with Service(device__list__get=_paged(200, TotalRecords=None)) as service, service.client() as client:
        assert len(list(client.devices.list_get_all())) == 200
        assert service.count("/device/list/get") == 3


def test_pages_without_a_size():
    """A page size of nothing is taken for the document's hundred."""
    reply = _paged(150, PageSize=None)
    with Service(device__list__get=reply) as service, service.client() as client:
        assert len(list(client.devices.list_get_all())) == 150


def test_fewer_records_than_told():
    """A list that ends before its total is an error: nobody takes it for whole."""
    with Service(device__list__get=_paged(150, TotalRecords=300)) as service, service.client() as client:
        with pytest.raises(ReplyError, match="TotalRecords: is 300, and only 150 came"):
            list(client.devices.list_get_all())


def test_another_page_than_asked_for():
    """A service that keeps sending the first page is noticed at the second."""
    reply = _paged(300, PageNumber=1)
    with Service(device__list__get=reply) as service, service.client() as client:
        with pytest.raises(ReplyError, match="PageNumber: is 1 where 2 was asked for"):
            list(client.devices.list_get_all())


def test_a_list_in_parts():
    """A long list goes in parts of 500, each with all the other fields; every reply comes back."""
    uids = [f"{number:016x}" for number in range(1200)]
    with Service(device__whitelist__add={"Message": "done"}) as service, service.client() as client:
        replies = list(client.devices.whitelist_add_in_parts(rot_public_uids=uids, action="DELETE"))
        assert [reply.message for reply in replies] == ["done"] * 3
        sent = [heard.json for heard in service.heard[1:]]
        assert [len(each["ROTPublicUIDs"]) for each in sent] == [500, 500, 200]
        assert [uid for each in sent for uid in each["ROTPublicUIDs"]] == uids
        assert {each["Action"] for each in sent} == {"DELETE"}


def test_several_lists_in_parts():
    """Each list is sent by itself: the parts together do what the whole would."""
    arguments = {"rot_public_uids": [UID] * 501, "imeis": ["862618583984360"] * 2}
    with Service() as service, service.client() as client:
        list(client.devices.whitelist_add_in_parts(**arguments))
        sent = [{name: len(values) for name, values in heard.json.items()} for heard in service.heard[1:]]
        assert sent == [{"ROTPublicUIDs": 500}, {"ROTPublicUIDs": 1}, {"IMEIs": 2}]


def test_parts_of_nothing():
    """Without a list there is one request, with the fields that are there."""
    with Service() as service, service.client() as client:
        list(client.devices.provisioning_delete_in_parts(tag_names=["a"]))
        assert service.heard[-1].json == {"TagNames": ["a"]}


def test_a_list_is_checked_before_any_part_is_sent():
    """A wrong item at the end of a list stops it before its beginning is done."""
    with Service() as service, service.client() as client:
        with pytest.raises(RequestError, match=r"ROTPublicUIDs\[600\]"):
            client.devices.whitelist_add_in_parts(rot_public_uids=[UID] * 600 + ["x"])
        assert service.heard == []


def test_parts_of_an_iterator():
    """What comes one by one is sent as it comes; a wrong item ends it there."""
    with Service() as service, service.client() as client:
        replies = client.devices.whitelist_add_in_parts(rot_public_uids=iter([UID] * 600 + ["x"]))
        next(replies)
        with pytest.raises(RequestError, match=r"ROTPublicUIDs\[100\]"):
            next(replies)
        assert service.count("/device/whitelist/add") == 1


def test_upload():
    """The whitelist goes as a CSV file too, with its own content type, after it was looked at."""
    body = write_whitelist([Entry(UID, "ADD")])
    with Service(device__whitelist__add={"Message": "done"}) as service, service.client() as client:
        assert client.devices.whitelist_add_upload(body=body).message == "done"
        assert service.heard[-1].body == body
        assert service.heard[-1].headers["content-type"] == "application/octet-stream"
        with pytest.raises(RequestError, match="row 1"):
            client.devices.whitelist_add_upload(body=b"nothing")
        assert service.count("/device/whitelist/add") == 1


def test_requests_by_hand():
    """A typed request may be sent as it is, and is checked like any other."""
    (call,) = UBLOX.at("POST", "/tag/create")
    with Service() as service, service.client() as client:
        tally = Tally()
        client.send(call.request(tag_name="a"), tally=tally)
        assert tally == Tally(1, 1)
        with pytest.raises(RequestError):
            client.send(call.request(tag_name="a,b"), tally=tally)
        assert tally == Tally(1, 1)
        assert service.heard[-1].json == {"TagName": "a"}


BAD_REPLIES = {
    "two equal names": (b'{"Key":"a","Key":"b"}', UnavailableError, "a name stands twice"),
    "NaN": (b'{"Key":NaN}', UnavailableError, "NaN"),
    "not JSON": (b'{"Key":"marker"', UnavailableError, "not JSON"),
    "HTML": (b"<html>marker</html>", UnavailableError, "not JSON"),
    "not UTF-8": (b'{"Key":"\xff"}', UnavailableError, "not JSON"),
    "too deep": (b'{"Key":' + b"[" * 200_000, UnavailableError, "not JSON"),
    "nothing": (b"", UnavailableError, "not JSON"),
    "a list": (b"[]", ReplyError, "the body"),
    "no key": (b'{"ROTPublicUID":2000089282245}', ReplyError, "AuthenticationKey: is missing"),
    "a key that is a number": (b'{"AuthenticationKey":5,"ROTPublicUID":1}', ReplyError, "AuthenticationKey"),
    "another device": (
        json.dumps(REPLIES["/e2e/downlink/integrityparameters/get"] | {"ROTPublicUID": 1}).encode(),
        ReplyError,
        "ROTPublicUID: is not the device",
    ),
}


@pytest.mark.parametrize(("body", "error", "words"), BAD_REPLIES.values(), ids=BAD_REPLIES)
def test_bad_replies(body, error, words):
    """A reply that is not what it must be is refused by name, shows nothing, and was paid for once."""
    tally = Tally()
    with Service(e2e__downlink__integrityparameters__get=answer(body)) as service, service.client() as client:
        (call,) = UBLOX.at("POST", "/e2e/downlink/integrityparameters/get")
        with pytest.raises(error, match=words) as caught:
            client.send(call.make(rot_public_uid=UID), tally=tally)
        assert "marker" not in str(caught.value)
    assert tally == Tally(1, 1)


def test_a_reply_without_a_body():
    """204 says that it is done, and nothing more."""
    with Service(tag__create=answer(b"", 204)) as service, service.client() as client:
        assert client.tags.create(tag_name="a").message is None


def test_a_service_that_says_no():
    """A refusal names the call, the status and what the service says."""
    said = answer({"message": "This tag is assigned"}, 400, x_amzn_RequestId="id-9")
    with Service(tag__delete=said) as service, service.client() as client:
        with pytest.raises(
            RefusedError, match=r"ublox tags delete: 400 Bad Request: This tag.*id-9"
        ) as caught:
            client.tags.delete(tag_name="a")
        assert (caught.value.status, caught.value.correlation) == (400, "id-9")


def test_many_threads():
    """One client serves any number of threads."""
    with Service() as service, service.client() as client:
        threads = [
            threading.Thread(target=client.tags.create, kwargs={"tag_name": f"t{number}"})
            for number in range(40)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sent = {heard.json.get("TagName") for heard in service.heard} - {None}
        assert sent == {f"t{number}" for number in range(40)}


@pytest.mark.parametrize("again", [pickle.dumps, copy.copy, copy.deepcopy])
def test_not_pickled(again):
    """A client does not cross to another process."""
    with UbloxClient("key", "secret") as client, pytest.raises(TypeError, match="make one in each process"):
        again(client)


def test_nothing_secret_is_logged(caplog):
    """With every logger at its most talkative, no credential, token or key comes out."""
    with caplog.at_level(logging.DEBUG), Service() as service:
        service.issue = lambda _: {"AuthToken": "marker-token", "RefreshToken": "marker-refresh"}
        service.accepts = lambda shown: shown == "Bearer marker-token"
        with service.client("marker-key", "secret") as client:
            client.e2e.downlink_protection_parameters_get(rot_public_uid=UID)
            client.notifications.webhook_update(
                notification_url="https://example.com/", authorization_token="marker-hook"
            )
    assert "ublox e2e downlink-protection-parameters-get" in caplog.text
    for secret in ("marker", "EuPzZxheaAoGAQ", "lTZfP2dO5IAX"):
        assert secret not in caplog.text
