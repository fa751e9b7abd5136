"""The client and the simulator over real sockets: all 47 calls, pages, files, tokens, faults and quirks."""

from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from document import SAMPLES, TOKENLESS, filled, world
from sealwright.errors import CredentialsError, RefusedError, ReplyError, UnavailableError
from sealwright.services._http import Limits, Tally, Timing
from sealwright.services.ublox import UBLOX, Entry, write_whitelist
from sealwright.services.ublox.client import UbloxClient
from sealwright.services.ublox.e2e import UplinkProtectionParametersGet
from sealwright.services.ublox.information import DeviceUsageGet
from sealwright.simulator.device import Device
from sealwright.simulator.ublox import Quirk, UbloxSimulator, serve
from sealwright.telemetry import read_reply
from simulating import furnished, uid

QUICK = Limits(backoff=0.005, deadline=20)


@pytest.fixture
def connected():
    """Return a function that serves a simulator and gives a client of it; all ends with the test."""
    with ExitStack() as stack:

        def connect(simulator, *, secret=None, limits=QUICK):
            url = stack.enter_context(serve(simulator.app))
            timing = Timing(now=lambda: datetime.fromtimestamp(simulator.clock(), UTC))
            key, right = simulator.credentials.api_key, simulator.credentials.api_secret
            client = UbloxClient(key, secret or right, service=url, limits=limits, timing=timing)
            return stack.enter_context(client)

        yield connect


def header(simulator, number=0, counter=0):
    """Return a v1 header of one of the account's devices, in hex."""
    return f"1101{uid(simulator, number)[4:]}621f7593c47f{counter:04x}"


def test_every_call_of_the_document(connected):
    """Each sample goes through the client's own method to a world of its own; none is refused."""
    simulator = world()
    client = connected(simulator)
    for path, body in SAMPLES:
        call = UBLOX.at("POST", path)[0]
        fresh = world()
        fresh.account.tokens = simulator.account.tokens
        simulator.exchange.account = fresh.account
        request = call.read(filled(fresh, body), now=datetime.fromtimestamp(fresh.clock(), UTC))
        arguments = {name: getattr(request, name) for name in request.__struct_fields__}
        if "FromDate" in body:  # the methods look at the real clock
            reply = client.send(request)
        else:
            reply = getattr(getattr(client, call.group), call.name)(**arguments)
        assert reply is not None, path
    tokens = client.authentication.authenticate(
        api_key=simulator.credentials.api_key, api_secret=simulator.credentials.api_secret
    )
    client.authentication.refresh(api_key=simulator.credentials.api_key, refresh_token=tokens.refresh_token)
    requests = simulator.ledger.requests
    assert requests.keys() == {call.path for call in UBLOX} == {path for path, _ in SAMPLES} | TOKENLESS
    assert {status for _, status in simulator.ledger.answers} == {200}
    assert requests["/authenticate"] == 2


def test_pages_are_iterated(connected):
    """250 devices are three pages, each fetched when it is needed."""
    simulator = UbloxSimulator()
    simulator.register(Device(1, number) for number in range(250))
    client = connected(simulator)
    uids = client.devices.list_get_all()
    assert next(uids) == uid(simulator)
    assert simulator.ledger.requests["/device/list/get"] == 1
    assert len(list(uids)) == 249
    assert simulator.ledger.requests["/device/list/get"] == 3


def test_long_lists_go_in_parts_and_files_as_they_are(connected):
    """1,200 devices for the whitelist are three requests, or one file."""
    simulator = UbloxSimulator()
    client = connected(simulator)
    uids = [f"00020000{number:08x}" for number in range(1_200)]
    assert len(list(client.devices.whitelist_add_in_parts(rot_public_uids=uids, action="ADD"))) == 3
    assert list(simulator.account.devices.whitelist) == uids
    client.devices.whitelist_add_upload(body=write_whitelist(Entry(each, "DELETE") for each in uids[:-1]))
    assert list(simulator.account.devices.whitelist) == uids[-1:]
    rows = list(client.devices.whitelist_get_all())
    assert [row["Id"] for row in rows] == uids[-1:]


@pytest.mark.parametrize("scheme", ["either", "bare", "bearer"])
def test_tokens_expire_and_are_renewed(connected, scheme):
    """By the clock, by the service's will, and in whichever form the service wants."""
    simulator = furnished(scheme=scheme)
    client = connected(simulator)
    client.information.api_version()
    simulator.account.tokens.expire_all()
    assert client.information.api_version().version == "1.1.29"
    simulator.clock.advance(3_600)
    assert client.information.api_version().version == "1.1.29"
    simulator.account.tokens.forget_refresh_tokens()
    simulator.account.tokens.expire_all()
    assert client.information.api_version().version == "1.1.29"
    assert simulator.ledger.requests["/authenticate"] == 2
    assert simulator.ledger.requests["/refreshauthtoken"] == 3


def test_wrong_credentials(connected):
    """An error of its own kind."""
    with pytest.raises(CredentialsError, match="Not Authorized"):
        connected(furnished(), secret="wrong").information.api_version()


@pytest.mark.parametrize("quirk", Quirk)
def test_every_quirk_is_read(connected, quirk):
    """What the real service does otherwise than its document says."""
    simulator = furnished(quirks=[quirk])
    client = connected(simulator)
    number = next(n for n in range(20) if uid(simulator, n).isdecimal())
    reply = client.e2e.uplink_protection_parameters_get(encrypted_header=header(simulator, number))
    raw = bytes.fromhex(header(simulator, number))
    regular = read_reply(list(simulator.account.devices)[number].root.reply(raw), header=raw)
    assert read_reply(reply.reveal(), header=raw).key.matches(regular.key)
    assert client.tags.create(tag_name="new").message == "Success"
    pem = next(client.zero_touch.root_ca_get_all()).certificate
    assert pem.startswith("-----BEGIN CERTIFICATE-----\n")
    simulator.clock.advance(300)
    asked = DeviceUsageGet(from_date="2026-01-15", rot_public_uids=[uid(simulator, number)])
    usage = client.send(asked)
    assert usage.keys() == {uid(simulator, number)}
    assert uid(simulator) in list(client.devices.list_get_all())


def test_a_key_that_is_too_short_is_noticed(connected):
    """16 bytes where 256 bits were asked for."""
    simulator = furnished(quirks=[Quirk.SHORT_KEYS])
    with pytest.raises(ReplyError, match="128 bits"):
        connected(simulator).e2e.uplink_symmetric_key_get(key_id=header(simulator)[:28])


@pytest.mark.parametrize(
    ("rule", "sent", "paid"),
    [
        ("*:status=503,times=2", 3, 1),
        ("*:status=429,retry-after=0,times=2", 3, 1),
        ("*:status=502,times=1", 2, 1),
        ("*:delay=0.02", 1, 1),
    ],
)
def test_faults_after_which_a_key_is_asked_for_again(connected, rule, sent, paid):
    """The service has said that it did nothing: nothing is paid twice."""
    simulator = furnished()
    client = connected(simulator)
    client.information.api_version()
    simulator.disturb(rule)
    tally = Tally()
    client.send(UplinkProtectionParametersGet(encrypted_header=header(simulator)), tally=tally)
    assert (tally.sent, tally.answered) == (sent, sent)
    assert simulator.ledger.total_paid() == paid


@pytest.mark.parametrize(
    ("rule", "error", "answered", "paid"),
    [
        ("*:lose,times=1", UnavailableError, 0, 1),
        ("*:cut,times=1", UnavailableError, 0, 1),
        ("*:html,times=1", UnavailableError, 1, 1),
        ("*:wrong-device,times=1", None, 1, 1),
        ("*:status=400,times=1", RefusedError, 1, 0),
    ],
)
def test_faults_after_which_it_is_not(connected, rule, error, answered, paid):
    """It may have been billed: one request, one error, and the ledger of the service agrees."""
    simulator = furnished()
    client = connected(simulator)
    client.information.api_version()
    simulator.disturb(rule)
    tally = Tally()
    request = UplinkProtectionParametersGet(encrypted_header=header(simulator))
    if error is None:
        assert client.send(request, tally=tally).rot_public_uid == uid(simulator, 1)
    else:
        with pytest.raises(error):
            client.send(request, tally=tally)
    assert (tally.sent, tally.answered) == (1, answered)
    assert simulator.ledger.total_paid() == paid


@pytest.mark.parametrize(
    "rule", ["*:disconnect,times=2", "*:lose,times=2", "*:cut,times=2", "*:html,times=2"]
)
def test_reads_survive_what_may_pass(connected, rule):
    """A list can be asked for again."""
    simulator = furnished()
    client = connected(simulator)
    client.information.api_version()
    simulator.disturb(rule)
    assert len(client.devices.list_get().rot_public_uids) == 20
    assert simulator.ledger.requests["/device/list/get"] == 3


def test_without_a_socket():
    """The same client over the transport in this process."""
    simulator = furnished()
    credentials = simulator.credentials
    with UbloxClient(
        credentials.api_key,
        credentials.api_secret,
        service="http://127.0.0.1/v1",
        transport=simulator.transport(),
    ) as client:
        assert client.information.api_version().version == "1.1.29"
