"""TLS has no switch: old protocols, wrong certificates and key logs are refused before a byte is sent."""

import ssl
import warnings

import pytest

from certifying import Authority
from sealwright.errors import InputError, ServiceError, UnavailableError
from sealwright.secret import Secret
from sealwright.services._http import Channel, Limits, Outgoing, Tally
from sealwright.services._http.transport import tls_context
from sealwright.services._retry import Retry
from serving import Server, answer, hang_up

ASK = Outgoing("a call", "POST", "/call", Retry.READ, body=Secret(b"{}"))


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """Return a CA made for this run."""
    return Authority(tmp_path_factory.mktemp("ca"))


def _ask(server, **options):
    tally = Tally()
    channel = Channel(server.url, **options)
    try:
        return channel.exchange(ASK, lambda answer: answer.status, tally=tally), tally
    finally:
        channel.close()


def test_a_trusted_certificate_of_the_host(authority):
    """With the CA's file the call goes through, over TLS 1.2 at least."""
    with Server(answer(), tls=authority.server()) as server:
        assert _ask(server, ca_file=authority.file) == (200, Tally(1, 1))


WRONG = {
    "self-signed": ({"by_itself": True}, "self-signed certificate"),
    "expired": ({"days": (-30, -1)}, "certificate has expired"),
    "not yet valid": ({"days": (1, 30)}, "certificate is not yet valid"),
    "another host": ({"host": "127.0.0.9"}, "not valid for '127.0.0.1'"),
}


@pytest.mark.parametrize(("how", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_certificate(authority, how, words):
    """A certificate that is not what it must be ends the call: no request, no second attempt, a hint."""
    with Server(answer(), tls=authority.server(**how)) as server:
        tally = Tally()
        channel = Channel(server.url, ca_file=authority.file)
        with pytest.raises(ServiceError, match=words) as caught:
            channel.exchange(ASK, lambda answer: answer.status, tally=tally)
        channel.close()
        assert server.heard == []
        assert tally == Tally(0, 0)
        assert "--ca-file" in str(caught.value)


def test_a_ca_that_the_system_does_not_know(authority):
    """Without --ca-file the CAs of the system decide."""
    with Server(answer(), tls=authority.server()) as server:
        with pytest.raises(ServiceError, match="its certificate is refused"):
            _ask(server)
        assert server.heard == []


def test_tls_1_1(authority):
    """A server that speaks nothing newer than TLS 1.1 is refused."""
    context = authority.server()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with Server(answer(), tls=context) as server:
        with pytest.raises(ServiceError, match=r"TLS 1\.2 or newer cannot be agreed upon"):
            _ask(server, ca_file=authority.file)
        assert server.heard == []


def test_tls_1_2_is_enough(authority):
    """TLS 1.2 is spoken, so the refusal above is about 1.1."""
    context = authority.server()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with Server(answer(), tls=context) as server:
        assert _ask(server, ca_file=authority.file)[0] == 200


def test_no_key_log(authority, monkeypatch, tmp_path):
    """SSLKEYLOGFILE, which other programs obey, writes nothing down."""
    log = tmp_path / "keys.log"
    monkeypatch.setenv("SSLKEYLOGFILE", str(log))
    with Server(answer(), tls=authority.server()) as server:
        _ask(server, ca_file=authority.file)
    assert tls_context(None).keylog_filename is None
    assert not log.exists()
    assert ssl.create_default_context().keylog_filename == str(log)


def test_an_environment_that_names_cas(authority, monkeypatch):
    """SSL_CERT_FILE does not decide whom to trust: a CA is named on purpose."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with Server(answer(), tls=authority.server()) as server, pytest.raises(ServiceError, match="refused"):
        _ask(server)


@pytest.mark.parametrize(
    ("make", "words"),
    [(lambda path: path.write_text("nothing"), "no certificate in PEM"), (lambda _: None, "No such file")],
    ids=["no certificate", "no file"],
)
def test_a_ca_file_that_is_none(tmp_path, make, words):
    """A file without a certificate is an error that names it."""
    path = tmp_path / "ca.pem"
    make(path)
    with pytest.raises(InputError, match=words):
        tls_context(path)


def test_a_connection_that_breaks_in_the_handshake():
    """A server that hangs up in the handshake may be back: that is no refusal, and is tried again."""
    accepted = []

    def greet(connection):
        accepted.append(connection)
        hang_up(connection)

    with Server(answer(), greet=greet) as server:
        tally = Tally()
        channel = Channel(server.url.replace("http:", "https:"), limits=Limits(backoff=0.001))
        with pytest.raises(UnavailableError):
            channel.exchange(ASK._replace(retry=Retry.CREATE), lambda answer: answer.status, tally=tally)
        channel.close()
    assert tally == Tally(0, 0)
    assert len(accepted) == 4
