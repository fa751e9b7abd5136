"""El2gClient: every call over real sockets, both profiles, pages, parts, waiting, the document's slips."""

import copy
import inspect
import json
import logging
import pickle
import threading
from urllib.parse import parse_qs, urlsplit

import pytest

import sealwright
from sealwright.errors import (
    CredentialsError,
    InputError,
    RefusedError,
    ReplyError,
    ServiceError,
    UnavailableError,
)
from sealwright.secret import Secret
from sealwright.services._each import Fate
from sealwright.services._http import Tally, Timing
from sealwright.services.el2g import EL2G, read_report
from sealwright.services.el2g.client import El2gClient
from services.el2g.document import (
    CLAIM_CODE,
    CODE,
    DEVICE_GROUP,
    GROUP,
    HEX_UID,
    IDS,
    NC12,
    REPORT,
    SECRET,
    TABLE,
    UID,
    page,
    plain_path,
    secure_object,
)
from services.el2g.playing import TOKEN, Service
from serving import answer, hang_up

GROUPS = f"/products/{NC12}/device-groups"
DEVICES = f"{GROUPS}/474/devices"


def _method(client, line, suffix=""):
    return getattr(getattr(client, line.group), line.name + suffix)


@pytest.mark.parametrize("line", TABLE, ids=IDS)
def test_every_call(line):
    """Each call is a method that sends it with its headers and returns its typed reply."""
    call = EL2G.find(line.group, line.name)
    with Service() as service, service.client() as client:
        reply = _method(client, line)(**line.arguments)
        (heard,) = service.heard
        path, _, query = heard.path.partition("?")
        wire = call.wire(call.make(**line.arguments))
        assert (heard.method, path) == (wire.method, f"/api/{call.edition or 'v1'}{wire.path}")
        assert parse_qs(query) == {
            name: value if isinstance(value, list) else [value] for name, value in line.query.items()
        }
        assert (json.loads(heard.body) if heard.body else None) == line.body
        assert heard.headers["el2g-api-key"] == TOKEN
        assert len(heard.headers["el2g-correlation-id"]) == 36
        assert (reply is None) is (line.reply is None)
        assert SECRET not in repr(reply)


@pytest.mark.parametrize(
    ("options", "url", "header", "shown"),
    [
        ({}, "https://api.edgelock2go.com/api/v1", "EL2G-API-Key", b"t"),
        (
            {"profile": "foundries", "factory": "my-factory"},
            "https://api.foundries.io/ota/factories/my-factory/el2g-proxy",
            "OSF-TOKEN",
            b"t",
        ),
        (
            {"profile": "foundries", "factory": "f", "bearer": True},
            "https://api.foundries.io/ota/factories/f/el2g-proxy",
            "Authorization",
            b"Bearer t",
        ),
        ({"service": "http://127.0.0.1:9/x/v2/"}, "http://127.0.0.1:9/x/v2", "EL2G-API-Key", b"t"),
    ],
)
def test_profiles(options, url, header, shown):
    """A profile is a base URL and the header that shows the token."""
    with El2gClient(Secret(b"t"), **options) as client:
        assert client.service == url
        assert repr(client) == f"<El2gClient of {url}>"
        told = client._credentials.headers(1)
        assert {name: value.reveal() for name, value in told.items()} == {header: shown}
    assert sealwright.El2gClient is El2gClient


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"profile": "other"}, "there is no 'other': choose one of nxp, foundries"),
        ({"profile": "other", "service": "https://example.com"}, "there is no 'other'"),
        ({"profile": "other", "service": "https://example.com", "bearer": True}, "there is no 'other'"),
        ({"profile": "foundries"}, "needs the name of one"),
        ({"profile": "foundries", "factory": "a/b"}, "needs the name of one"),
        ({"factory": "a"}, "the profile nxp has none"),
        ({"service": "http://example.com"}, "for this machine only"),
    ],
)
def test_a_client_that_is_not_made(options, words):
    """A profile that is unknown or incomplete, and a service in the clear elsewhere, make no client."""
    with pytest.raises(InputError, match=words):
        El2gClient("t", **options)


def test_no_token():
    """An empty token would be shown to nobody's good."""
    with pytest.raises(InputError, match="the token is empty"):
        El2gClient("")


def test_the_other_profile_over_sockets():
    """A service without an edition in its URL has the calls of the document, and none that are newer."""
    with Service(edition="/ota/factories/f/el2g-proxy") as service:
        with service.client(profile="foundries", factory="f") as client:
            service.script["GET /ota/factories/f/el2g-proxy/services"] = [1]
            assert client.services.list() == [1]
            assert service.heard[0].headers["osf-token"] == TOKEN
            assert "el2g-api-key" not in service.heard[0].headers
            with pytest.raises(InputError, match=r"el2g jobs get: this call is in edition v2"):
                client.jobs.get(job_id="a")
        assert len(service.heard) == 1


def test_help():
    """Methods have the signature and the words of their calls, and nothing that is constant."""
    with El2gClient("t") as client:
        create = client.secure_objects.create_key_pair
        assert str(inspect.signature(create)).startswith("(*, name, object_id, algorithm, generate_on_device")
        assert "4.1.3.1" in create.__doc__
        assert "secure_object_type" not in create.__doc__
        assert str(inspect.signature(client.claim_codes.list_all)).startswith(
            "(*, nc12, device_group_id, size"
        )


def _paged(total, size=100, **changes):
    def reply(heard):
        asked = {name: int(value[0]) for name, value in parse_qs(urlsplit(heard.path).query).items()}
        number, wanted = asked.get("page", 0), asked.get("size", 20)
        first = number * min(wanted, size)
        groups = [DEVICE_GROUP | {"id": each} for each in range(first, min(first + min(wanted, size), total))]
        told = {
            "current": f"https://a.example/iothubapigateway/v1/things?page={number}&size={wanted}",
            "next": "https://elsewhere.example/next" if first + len(groups) < total else None,
            "totalElements": total,
        }
        return {name: value for name, value in (told | changes).items() if value != ""} | {"content": groups}

    return reply


@pytest.mark.parametrize("total", [0, 1, 99, 100, 101, 250])
@pytest.mark.parametrize("changes", [{}, {"totalElements": None}, {"next": "", "prev": ""}], ids=str)
def test_all_pages(total, changes):
    """All items come, in order; pages are counted, and the link to the next one is never followed."""
    with Service({f"GET {GROUPS}": _paged(total, **changes)}) as service, service.client() as client:
        groups = list(client.device_groups.list_all(nc12=NC12))
        assert [group.id for group in groups] == list(range(total))
        assert {heard.headers["host"] for heard in service.heard} == {urlsplit(service.url).netloc}
        pages = [parse_qs(urlsplit(heard.path).query) for heard in service.heard]
        assert [told["page"] for told in pages] == [
            [str(number)] for number in range(max(1, -(-total // 100)))
        ]
        assert {told["size"][0] for told in pages} == {"100"}


def test_pages_of_another_size_and_from_one_on():
    """A size that is given is used, and a first page too."""
    with Service({f"GET {GROUPS}": _paged(25)}) as service, service.client() as client:
        request = EL2G.find("device_groups", "list").make(nc12=NC12, size=10, page=1)
        tally = Tally()
        assert [len(each.content) for each in client.pages(request, tally=tally)] == [10, 5]
        assert tally == Tally(2, 2)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"totalElements": 300}, "totalElements: is 300, and only 150 came"),
        ({"current": "https://a.example/?page=0"}, "current: is 0 where 1 was asked for"),
    ],
)
def test_pages_that_do_not_fit(changes, words):
    """A list that ends before its total, and the same page again, are errors: nobody takes them for whole."""
    with Service({f"GET {GROUPS}": _paged(150, **changes)}) as service, service.client() as client:
        with pytest.raises(ReplyError, match=words):
            list(client.device_groups.list_all(nc12=NC12))


def test_slips_of_answers():
    """What the document writes in two ways comes out in one; what it does not know is kept."""
    script = {
        "GET /rtp/secure-objects/702": secure_object("NEW_TYPE", state="x", new={"a": 1})
        | {"objectId": 83000004, "algorithm": "RSA 2048"},
        f"GET {GROUPS}/474/claim-codes/4": CLAIM_CODE
        | {"metadata": {"createdBy": "SYSTEM USER", "createdTs": 1580291098.852}},
        "POST /claim-codes/batch-delete": {"processedClaimCodeIds": [1], "failedClaimCodeId": ["2"]},
        "GET /rtp/provisionings/1/download-certificate": b"-----BEGIN\\nx\r\ny",
        f"GET {DEVICES}/{UID}": {"id": int(UID), "lastConnection": "soon"},
        "GET /rtp/secure-objects/702/assigned-device-groups": page("", {"deviceId": "474"}),
        "GET /rtp/secure-objects/702/policies": page("", {"nc12": 35389312472}, {"nc12": ""}),
        "GET /products": [{"nc12": 35389312472}, {"nc12": ""}],
    }
    script["GET /rtp/provisionings/1/download-certificate"] = answer(
        script["GET /rtp/provisionings/1/download-certificate"]
    )
    with Service(script) as service, service.client() as client:
        made = client.secure_objects.get(secure_object_id=702)
        assert (made.id, made.secure_object_type, made.object_id) == (5424, "NEW_TYPE", "83000004")
        assert (made.algorithm, made.extra) == ("RSA_2048", {"new": {"a": 1}})
        code = client.claim_codes.get(**CODE)
        assert code.resource_metadata.created_ts == "2020-01-29T09:44:58.852Z"
        assert code.resource_metadata.created.year == 2020
        assert code.resource_metadata.created_by == "SYSTEM_USER"
        assert client.claim_codes.batch_delete(claim_code_ids=[1, 2]).failed_claim_code_ids == [2]
        assert client.provisionings.certificate(provisioning_id=1) == "-----BEGIN\nx\ny"
        assert client.device_groups.device(**GROUP, device_id=HEX_UID).id == UID
        assert next(client.secure_objects.assigned_groups_all(secure_object_id=702)).id == 474
        for told in (client.secure_objects.policies_all(secure_object_id=702), client.products.list()):
            assert [each.nc12 for each in told] == ["35389312472", ""]
        secret = client.claim_codes.decrypt(**CODE)
        assert (secret.reveal(), str(secret)) == (b"Mjc2ZDcyMGYyMS05NTc3", "<Secret of 20 bytes>")
        assert read_report(client.audits.create_report(**TABLE_OF["audits create_report"])) == [
            {"Company Name": "Cafe", "Company ID": "19", "Event Type": "NEW_DEVICE", "Jan-22": "0"},
            {"Company Name": "Cafe", "Company ID": "19", "Event Type": "DEVICE_CLAIMED", "Jan-22": "16"},
        ]
        assert client.audits.create_report(**TABLE_OF["audits create_report"]) == REPORT


TABLE_OF = {f"{line.group} {line.name}": line.arguments for line in TABLE}


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ({"objectId": 8.3e7}, "objectId: must be a text"),
        ({"id": None}, "id: is missing"),
        ({"resourceMetadata": {"createdTs": [1]}}, "resourceMetadata.createdTs: must be a time"),
        ({"resourceMetadata": {"createdTs": 1e18}}, "resourceMetadata.createdTs: must be a time"),
        ({"resourceMetadata": {"createdTs": -1e300}}, "resourceMetadata.createdTs: must be a time"),
        ({"resourceMetadata": {"createdTs": 10**400}}, "resourceMetadata.createdTs: must be a time"),
    ],
)
def test_answers_that_are_none(made, words):
    """A reply whose fields cannot be what they are called is refused by name."""
    script = {"GET /rtp/secure-objects/702": secure_object("KEYPAIR") | made}
    with Service(script) as service, service.client() as client:
        with pytest.raises(ReplyError, match=words):
            client.secure_objects.get(secure_object_id=702)


def test_a_device_is_never_a_float():
    """A UID that comes as a float is no UID any more, and is refused."""
    with Service({f"GET {DEVICES}/{UID}": answer(b'{"id": 3.4855549105693614e41}')}) as service:
        with service.client() as client, pytest.raises(ReplyError, match="id: must be a text"):
            client.device_groups.device(**GROUP, device_id=UID)


def test_a_refusal():
    """A refusal names the call, the status, what the service says, its code, and an id of the request."""
    said = answer({"code": "ERR_1", "message": "in use", "details": '{"a": [1]}'}, 409)
    with Service({"DELETE /rtp/secure-objects/702": said}) as service, service.client() as client:
        with pytest.raises(
            RefusedError, match=r"el2g secure-objects delete: 409 Conflict: in use \(ERR_1\)"
        ) as no:
            client.secure_objects.delete(secure_object_id=702)
        sent = service.heard[0].headers["el2g-correlation-id"]
        assert (no.value.correlation, no.value.code, no.value.details) == (sent, "ERR_1", {"a": [1]})
        assert sent in str(no.value)
        assert len(service.heard) == 1


def test_an_id_of_a_request_that_nobody_answered():
    """Where no answer comes, the error names the id that the request had."""
    with Service({"GET /services": lambda _: hang_up}) as service, service.client() as client:
        with pytest.raises(UnavailableError) as lost:
            client.services.list()
        assert {heard.headers["el2g-correlation-id"] for heard in service.heard} == {lost.value.correlation}


def test_wrong_credentials():
    """A token that is not taken is the credentials error, at once."""
    with Service() as service, El2gClient("marker-other", service=service.url) as client:
        with pytest.raises(CredentialsError, match="401") as no:
            client.services.list()
        assert "marker" not in str(no.value)
        assert len(service.heard) == 1


def test_a_deletion_that_was_lost():
    """A repeat of a deletion that is told that there is nothing is done; without a repeat it is refused."""
    answers = [hang_up, answer({"message": "Not Found"}, 404)]
    with Service({"DELETE /rtp/secure-objects/702": lambda _: answers.pop(0)}) as service:
        with service.client() as client:
            assert client.secure_objects.delete(secure_object_id=702) is None
            assert len(service.heard) == 2
            answers.append(answer({"message": "Not Found"}, 404))
            with pytest.raises(RefusedError, match="404"):
                client.secure_objects.delete(secure_object_id=702)


def test_a_deletion_of_what_was_not_there():
    """One tally over several calls: that an earlier one was lost does not make a deletion of nothing done."""
    with Service({"GET /services": lambda _: hang_up}) as service, service.client() as client:
        tally = Tally()
        with pytest.raises(UnavailableError):
            client.send(EL2G.find("services", "list").make(), tally=tally)
        service.script["DELETE /rtp/secure-objects/702"] = answer({"message": "Not Found"}, 404)
        with pytest.raises(RefusedError, match="404"):
            client.send(EL2G.find("secure_objects", "delete").make(secure_object_id=702), tally=tally)


UIDS = [str(10**40 + number) for number in range(1200)]


def test_thousands_of_devices():
    """A long list goes in parts of 500, and each device has its answer, by its reasons where it failed."""
    unknown, elsewhere = UIDS[3], UIDS[700]

    def add(heard):
        ids = heard.json["deviceIds"]
        wrong = {
            "notFoundDevices": [f"{int(each):036x}" for each in ids if each == unknown],
            "devicesInDifferentGroup": [
                {"deviceId": hex(int(each)), "deviceGroupId": 9} for each in ids if each == elsewhere
            ],
        }
        if any(wrong.values()):
            return answer({"code": "ERR_SEDM_422_11", "message": "no", "details": json.dumps(wrong)}, 422)
        return page("DeviceServiceProvisioningPage")

    with Service({f"POST {DEVICES}": add}) as service, service.client() as client:
        answers = list(client.device_groups.add_devices_each(**GROUP, device_ids=UIDS))
        assert sorted(answer.item for answer in answers) == sorted(UIDS)
        assert {each.item: each.words for each in answers if each.fate is not Fate.DONE} == {
            unknown: "EL2G does not know this device",
            elsewhere: "the device is in device group 9",
        }
        assert [len(heard.json["deviceIds"]) for heard in service.heard] == [500, 499, 500, 499, 200]


def test_unclaiming_in_part():
    """Success with failed ids is told id by id; a refusal that names none fails all of its part."""

    def unclaim(heard):
        ids = heard.json["deviceIds"]
        return {"successfulDeviceIds": [hex(int(each)) for each in ids[1:]], "failedDeviceIds": ids[:1]}

    with Service({f"POST {DEVICES}/unclaim": unclaim}) as service, service.client() as client:
        answers = list(client.device_groups.unclaim_devices_each(**GROUP, device_ids=UIDS[:3]))
        assert [answer.fate for answer in answers] == [Fate.FAILED, Fate.DONE, Fate.DONE]
        for details in (None, {"notFoundDevices": "x", "devicesInDifferentGroup": [5, {"deviceId": "zz"}]}):
            service.script[f"POST {DEVICES}/unclaim"] = answer({"message": "no", "details": details}, 422)
            answers = list(client.device_groups.unclaim_devices_each(**GROUP, device_ids=UIDS[:2]))
            assert [answer.fate for answer in answers] == [Fate.FAILED, Fate.FAILED]


def test_unclaiming_is_not_repeated():
    """A second answer would tell of failures that are none, so a lost one leaves the devices unknown."""
    with Service({f"POST {DEVICES}/unclaim": lambda _: hang_up}) as service, service.client() as client:
        answers = list(client.device_groups.unclaim_devices_each(**GROUP, device_ids=UIDS[:2]))
        assert [answer.fate for answer in answers] == [Fate.UNKNOWN, Fate.UNKNOWN]
        assert len(service.heard) == 1


def test_registering_devices():
    """A refusal of a job names devices as well; the others are registered."""
    script = {
        f"POST {GROUPS}/474/register-devices": lambda heard: (
            answer({"message": "no", "details": {"notFoundDevices": [hex(int(UIDS[0]))]}}, 422)
            if UIDS[0] in heard.json["deviceIds"]
            else {"jobId": 5}
        )
    }
    with Service(script) as service, service.client() as client:
        answers = list(client.device_groups.register_devices_each(**GROUP, device_ids=UIDS[:2]))
        assert [(answer.item, str(answer.fate)) for answer in answers] == [
            (UIDS[0], "failed"),
            (UIDS[1], "done"),
        ]
        assert answers[1].reply.job_id == 5


class Clock:
    """A clock that goes on when somebody sleeps."""

    def __init__(self):
        self.time = 0.0
        self.slept = []

    def sleep(self, seconds):
        """Let time pass."""
        self.time += seconds
        self.slept.append(seconds)

    @property
    def timing(self):
        """What a client takes."""
        return Timing(monotonic=lambda: self.time, sleep=self.sleep)


def test_waiting_for_a_batch():
    """A batch is asked after until all of it is made."""
    told, clock, seen = [0, None, 40, 100], Clock(), []
    script = {
        f"GET {GROUPS}/474/claim-codes/batches/133": lambda _: {
            "batchId": 133,
            "progressInPercentage": told.pop(0),
        }
    }
    with Service(script) as service, service.client(timing=clock.timing) as client:
        batch = client.wait_for_batch(**GROUP, batch_id=133, on_progress=seen.append)
        assert batch.progress_in_percentage == 100
        assert [each.progress_in_percentage for each in seen] == [0, None, 40, 100]
        assert clock.slept == [2.0] * 3
        service.script[f"GET {GROUPS}/474/claim-codes/batches/133"] = {
            "batchId": 133,
            "progressInPercentage": 9,
        }
        with pytest.raises(UnavailableError, match="133 is made to 9 % after 10 s"):
            client.wait_for_batch(**GROUP, batch_id=133, within=10)


@pytest.mark.parametrize(
    ("states", "error"),
    [
        (["JOB_TRIGGERED", "JOB_PROCESSING", "JOB_COMPLETED_SUCCESSFULLY"], None),
        (["GENERATION_TRIGGERED", "GENERATION_COMPLETED"], None),
        (["PROVISIONING_COMPLETED"], None),
        (["JOB_COMPLETED_PARTIALLY"], "7d9f has ended with JOB_COMPLETED_PARTIALLY"),
        (["JOB_PROCESSING", "SOMETHING_NEW"], "7d9f has ended with SOMETHING_NEW"),
        (["JOB_PROCESSING", "JOB_FAILED"], "7d9f has ended with JOB_FAILED"),
        (["GENERATION_FAILED"], "7d9f has ended with GENERATION_FAILED"),
    ],
)
def test_waiting_for_a_job(states, error):
    """A job is asked after until it is over; any end but a known success is an error that names it."""
    left, clock = list(states), Clock()
    script = {"GET /rtp/jobs/7d9f": lambda _: {"state": left.pop(0)}}
    with Service(script) as service, service.client(timing=clock.timing) as client:
        if error:
            with pytest.raises(ServiceError, match=error):
                client.wait_for_job(job_id="7d9f")
        else:
            assert client.wait_for_job(job_id="7d9f").state == states[-1]
        assert {heard.path.split("/")[2] for heard in service.heard} == {"v2"}


def test_many_threads():
    """One client serves any number of threads."""
    with Service() as service, service.client() as client:
        threads = [threading.Thread(target=client.services.list) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({heard.headers["el2g-correlation-id"] for heard in service.heard}) == 20


@pytest.mark.parametrize("again", [pickle.dumps, copy.copy, copy.deepcopy])
def test_not_pickled(again):
    """A client does not cross to another process."""
    with El2gClient("t") as client, pytest.raises(TypeError, match="make one in each process"):
        again(client)


def test_nothing_secret_is_logged(caplog):
    """With every logger at its most talkative, neither the token nor a claim secret comes out."""
    with caplog.at_level(logging.DEBUG), Service() as service, service.client() as client:
        client.claim_codes.create(**TABLE_OF["claim_codes create"])
        client.claim_codes.decrypt(**CODE)
        for form in (repr, str):
            assert "marker" not in form(client.__dict__)
    assert "el2g claim-codes create" in caplog.text
    for secret in (TOKEN, SECRET, "Mjc2ZDcy"):
        assert secret not in caplog.text


def test_an_error_that_repeats_a_secret():
    """A refusal that echoes the claim secret and the token is cleaned of them, in its details too."""
    said = answer({"message": f"{TOKEN} {SECRET}", "details": {"secret": SECRET}}, 400)
    with Service({f"POST {GROUPS}/474/claim-codes": said}) as service, service.client() as client:
        with pytest.raises(RefusedError) as no:
            client.claim_codes.create(**TABLE_OF["claim_codes create"])
        for shown in (str(no.value), repr(no.value.details), repr(pickle.dumps(no.value))):
            assert TOKEN not in shown
            assert SECRET not in shown


def test_every_line_is_played():
    """The played service has an answer to each line, at the path that the client asks for."""
    with Service() as service, service.client() as client:
        for line in TABLE:
            _method(client, line)(**line.arguments)
        assert len(service.lines()) == len(TABLE)
        assert {line.partition(" ")[0] for line in service.lines()} == {
            plain_path(line.line)[0] for line in TABLE
        }
