"""The flow of section 4.2: one intermediate CA, one certificate, whenever it is interrupted."""

import itertools
import json

import pytest
from cryptography import x509

from el2g_killing import MOMENTS, killed_at
from own_ca import ROOT_PEM, signed
from sealwright.errors import InputError, RefusedError
from sealwright.provision.flows import IntermediateCaFlow, Rehearsal, Sender, Signed
from sealwright.simulator.clock import START
from sealwright.simulator.el2g import Slip
from submitting import client_at_once, taking

FLOW = IntermediateCaFlow("mine", "NIST_P256", {"common_name": "mine", "country": "AT"})
CREATE = "POST /rtp/intermediate-cas"


def by_own_ca(csr, **changes):
    """Return what a user's own CA makes of a CSR."""
    key = x509.load_pem_x509_csr(csr.encode()).public_key()
    return Signed.read(signed(key, **changes).encode(), ROOT_PEM.encode())


def uploads(simulator):
    """Return how many certificates were sent."""
    return sum(count for line, count in simulator.ledger.requests.items() if line.startswith("PUT"))


def test_from_nothing_and_again(simulator, sender, receipts):
    """A CSR, a certificate, an upload; each is found the next time."""
    told = []
    csr = FLOW.request(sender, told.append)
    assert FLOW.request(sender, told.append) == csr
    certificate = by_own_ca(csr)
    for _ in range(2):
        FLOW.upload(sender, certificate, START, told.append)
    assert [each.became for each in told] == ["created", "found", "done", "found"]
    (ca,) = simulator.account.cas.values()
    assert ca.certificate == certificate.certificate
    assert (simulator.ledger.requests[CREATE], uploads(simulator)) == (1, 1)
    assert [(each.action, each.status) for each in receipts] == [
        ("create-intermediate-ca", 200),
        ("upload-signed-intermediate-ca", 204),
    ]
    assert receipts[0].identifier == str(ca.id)


def test_a_rehearsal(simulator, sender):
    """Both requests as they would go out."""
    shown = []
    rehearsal = Rehearsal(sender.client, shown.append)
    assert FLOW.request(rehearsal) is None
    assert json.loads(shown[0].body) == {
        "name": "mine",
        "algorithm": "NIST_P256",
        "requestType": "WITH_CSR",
        "commonName": "mine",
        "country": "AT",
    }
    certificate = by_own_ca(FLOW.request(sender))
    FLOW.upload(rehearsal, certificate, START)
    assert shown[1].url.endswith("/upload-signed-intermediate-ca")
    assert json.loads(shown[1].body)["rootCa"] == ROOT_PEM
    assert uploads(simulator) == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"basic": (True, 1)}, "basic_constraints: basicConstraints must be critical"),
        ({"sign": False}, "key_usage: "),
        ({"days": (-9, -1)}, "valid_now: "),
        ({"extensions": False, "days": (-1, 900)}, "valid_to: .*; basic_constraints: .*; key_usage: "),
    ],
)
def test_certificates_that_are_not_sent(simulator, sender, changes, words):
    """Each requirement of section 6 that is not met is named."""
    certificate = by_own_ca(FLOW.request(sender), **changes)
    with pytest.raises(InputError, match=f"nothing was sent, for section 6 is not met: {words}"):
        FLOW.upload(sender, certificate, START)
    assert uploads(simulator) == 0


def test_a_certificate_for_another_csr(sender):
    """Its key is another one."""
    other = IntermediateCaFlow("other", subject={"common_name": "mine"}).request(sender)
    FLOW.request(sender)
    with pytest.raises(InputError, match="public_key: its public key must be the one of the CSR"):
        FLOW.upload(sender, by_own_ca(other), START)


def test_advice(sender):
    """Another curve than P-256 is told, and kept back by the service alone."""
    flow = IntermediateCaFlow("big", "NIST_P384", {"common_name": "mine"})
    certificate, told = by_own_ca(flow.request(sender)), []
    with pytest.raises(RefusedError, match="ECDSA_P256"):
        flow.upload(sender, certificate, START, told.append)
    assert [each.became for each in told] == ["advice"]


def test_what_is_taken(simulator, sender):
    """A name of something else, a certificate that is there already, and what is not there."""
    with pytest.raises(InputError, match="there is none, and to create it its common name is needed"):
        IntermediateCaFlow("mine").request(sender)
    first = by_own_ca(IntermediateCaFlow("else", subject={"common_name": "mine"}).request(sender))
    with pytest.raises(InputError, match="'mine': there is none: run the flow for a CSR first"):
        FLOW.upload(sender, first, START)
    csr = FLOW.request(sender)
    for other, words in (
        (IntermediateCaFlow("MINE", "NIST_P384"), "whose algorithm is 'NIST_P256' and not 'NIST_P384'"),
        (IntermediateCaFlow("mine", subject={"common_name": "x"}), "whose common_name is 'mine' and not 'x'"),
    ):
        with pytest.raises(InputError, match=words):
            other.request(sender)
    sender.client.intermediate_cas.create(name="nxp", algorithm="NIST_P256")
    with pytest.raises(InputError, match="which NXP has signed"):
        IntermediateCaFlow("nxp").request(sender)
    FLOW.upload(sender, by_own_ca(csr), START)
    with pytest.raises(InputError, match="has another certificate, which is not replaced"):
        FLOW.upload(sender, by_own_ca(csr), START)
    sender.client.intermediate_cas.create_csr(name="mine", algorithm="NIST_P256", common_name="mine")
    with pytest.raises(InputError, match=r"'mine' is the name of .*, .*: delete all but one"):
        FLOW.request(sender)
    assert uploads(simulator) == 1


def test_lost_answers(simulator, sender):
    """A create is looked for; an upload is sent again, and that the service has it is no error."""
    simulator.disturb(f"{CREATE}:lose,times=1", "PUT *:lose,times=1")
    certificate = by_own_ca(FLOW.request(sender))
    FLOW.upload(sender, certificate, START)
    assert (len(simulator.account.cas), uploads(simulator)) == (1, 2)
    assert next(iter(simulator.account.cas.values())).certificate == certificate.certificate


def test_another_upload_in_between(simulator, sender):
    """A lost upload that was another's after all is not taken for ours."""
    csr = FLOW.request(sender)
    (ca,) = simulator.account.cas.values()
    theirs = by_own_ca(csr).certificate
    simulator.disturb("PUT *:disconnect,times=1")
    sleep = sender.client._channel.timing

    class _Meanwhile:
        def __getattr__(self, name):
            return getattr(sleep, name)

        def sleep(self, _):
            ca.certificate = theirs

    sender.client._channel.timing = _Meanwhile()
    with pytest.raises(InputError, match="has another certificate"):
        FLOW.upload(sender, by_own_ca(csr), START)


@pytest.mark.parametrize("slip", Slip)
def test_irregular_answers(slip):
    """However the service writes its answers, what is there is found, and nothing is done twice."""
    simulator = taking(slips=[slip])
    with client_at_once(simulator) as client:
        certificate = by_own_ca(FLOW.request(Sender(client)))
        for _ in range(2):
            FLOW.request(Sender(client))
            FLOW.upload(Sender(client), certificate, START)
    assert (simulator.ledger.requests[CREATE], uploads(simulator)) == (1, 1)


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_every_request(moment):
    """After kill -9 at any request both runs are done again, and there is one CA with one certificate."""

    def work(client):
        sender = Sender(client)
        csr = FLOW.request(sender)
        # The same certificate each time: a CA keeps what it has signed.
        certificate = kept.setdefault(csr, None) or by_own_ca(csr)
        FLOW.upload(sender, certificate, START)

    for number in itertools.count(1):
        simulator = taking()
        kept = {}
        if not killed_at(simulator, number, moment, work):
            break
        for ca in simulator.account.cas.values():
            kept[ca.csr] = (
                Signed.read(*(pem.encode() for pem in (_pem(ca.certificate), ROOT_PEM)))
                if ca.certificate
                else None
            )
        assert not killed_at(simulator, 0, moment, work)
        (ca,) = simulator.account.cas.values()
        assert ca.certificate is not None
        assert simulator.ledger.answers[CREATE, 200] == 1
    assert number > 5


def _pem(certificate):
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM).decode()
