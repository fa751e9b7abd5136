"""No secret of the service comes out: not in a log, an error, a traceback, a repr, a pickle or a table."""

import base64
import logging
import pickle

import pytest

from sealwright.errors import SealwrightError
from sealwright.services.ublox import UBLOX, read_event
from services.ublox.document import REPLIES, UID
from services.ublox.playing import Service
from serving import answer, hang_up
from test_secrets import MARKERS, _assert_quiet, _shown

HEX = [marker.hex() for marker in MARKERS]
BASE64 = [base64.b64encode(marker).decode() for marker in MARKERS]
KEY, SECRET, TOKEN, REFRESH, HOOK = HEX[:5]
PARAMETERS = REPLIES["/e2e/downlink/protectionparameters/get"] | {
    "AuthenticationKey": BASE64[5],
    "EncryptionKey": BASE64[6],
}
PATH = "/e2e/downlink/protectionparameters/get"
ECHO = f"{KEY} {TOKEN} {REFRESH} Bearer {TOKEN}"


class Cutting:
    """Ends an answer that is full of secrets in its middle."""

    def __call__(self, _heard):
        """Return the script of a connection."""
        return self.cut

    @staticmethod
    def cut(connection):
        """Send a part."""
        connection.sendall(answer(PARAMETERS)[:-9])
        hang_up(connection)


def _service(reply):
    service = Service()
    service.issue = lambda _: {"AuthToken": TOKEN, "RefreshToken": REFRESH}
    service.accepts = lambda shown: shown == f"Bearer {TOKEN}"
    service.replies = {
        PATH: lambda heard: reply(heard) if callable(reply) else reply,
        "/notification/webhook/update": reply,
    }
    return service


ENDS = {
    "a message that repeats all": answer({"message": ECHO}, 400),
    "the same with 500": answer({"message": ECHO}, 500),
    "the same with 401": answer({"message": ECHO}, 401),
    "a name twice": answer(b'{"EncryptionKey":"' + BASE64[6].encode() + b'","EncryptionKey":1}'),
    "not JSON": answer(BASE64[6].encode()),
    "cut": Cutting(),
    "no UID": answer({name: value for name, value in PARAMETERS.items() if name != "ROTPublicUID"}),
    "a key that is a list": answer(PARAMETERS | {"EncryptionKey": [BASE64[6]]}),
    "another device": answer(PARAMETERS | {"ROTPublicUID": 1}),
}


@pytest.mark.parametrize("reply", ENDS.values(), ids=ENDS)
def test_calls_that_fail(caplog, reply):
    """Whatever a service sends back, neither the error nor a frame of ours shows a secret of either side."""
    with caplog.at_level(logging.DEBUG), _service(reply) as service, service.client(KEY, "secret") as client:
        with pytest.raises(SealwrightError) as caught:
            client.e2e.downlink_protection_parameters_get(rot_public_uid=UID)
        _assert_quiet(_shown(caught.value), pickle.dumps(caught.value))
    _assert_quiet(caplog.text)


def test_wrong_credentials(caplog):
    """Credentials that are not taken are not shown, even where the service repeats them."""
    with caplog.at_level(logging.DEBUG), Service() as service, service.client(KEY, SECRET) as client:
        with pytest.raises(SealwrightError) as caught:
            client.tags.get()
        _assert_quiet(_shown(caught.value), caplog.text)


def test_calls_that_succeed(caplog):
    """Requests, replies and the client hold secrets and show none, in any form of printing."""
    with (
        caplog.at_level(logging.DEBUG),
        _service(answer(PARAMETERS)) as service,
        service.client(KEY, "secret") as client,
    ):
        reply = client.e2e.downlink_protection_parameters_get(rot_public_uid=UID)
        assert reply.reveal()["EncryptionKey"] == BASE64[6]
        request = UBLOX.find("authentication", "authenticate").make(api_key=KEY, api_secret=SECRET)
        hook = UBLOX.find("notifications", "webhook_update").make(
            notification_url="https://a", authorization_token=HOOK
        )
        wire = hook.call.wire(hook)
        things = [
            client,
            client.e2e,
            reply,
            request,
            hook,
            wire,
            client._credentials.__dict__,
            client._channel.__dict__,
        ]
        for form in (repr, str, "{}".format):
            _assert_quiet(*map(form, things), caplog.text)
        for each in (client, request, hook, reply, wire):
            with pytest.raises(TypeError):
                pickle.dumps(each)


def test_requests_that_are_refused():
    """A request that breaks a rule is not quoted."""
    for path, arguments in (
        ("/authenticate", {"api_key": KEY, "api_secret": SECRET, "more": TOKEN}),
        ("/notification/webhook/update", {"notification_url": f"http://{KEY}", "authorization_token": HOOK}),
        ("/refreshauthtoken", {"api_key": "", "refresh_token": REFRESH}),
    ):
        (call,) = UBLOX.at("POST", path)
        with pytest.raises(SealwrightError) as caught:
            call.make(**arguments)
        _assert_quiet(_shown(caught.value))


def test_web_hooks():
    """Neither the value that was agreed upon nor the one that was shown comes out."""
    for shown in (HOOK, None):
        with pytest.raises(SealwrightError) as caught:
            read_event(b"{", shown=shown, agreed=TOKEN if shown else HOOK)
        _assert_quiet(_shown(caught.value))


@pytest.mark.parametrize("as_json", [True, False])
def test_commands(sealwright_cli, tmp_path, as_json):
    """A table shows no key; JSON shows those of the reply, which were asked for, and no credential."""
    path = tmp_path / "secret"
    path.write_text("secret")
    path.chmod(0o600)
    with _service(answer(PARAMETERS)) as service:
        options = (
            "--service",
            service._server.url,
            "--api-key-command",
            f"echo {KEY}",
            "--api-secret-file",
            path,
        )
        out, err = sealwright_cli(
            "ublox",
            "e2e",
            "downlink-protection-parameters-get",
            "--rot-public-uid",
            UID,
            *options,
            *(["--json"] if as_json else []),
        )
    _assert_quiet(err)
    if as_json:
        assert BASE64[6] in out
        _assert_quiet(out.replace(BASE64[5], "").replace(BASE64[6], ""))
    else:
        _assert_quiet(out)


@pytest.fixture
def sealwright_cli():
    """Return a function that runs the installed command in a process of its own."""
    import subprocess
    import sys

    def run(*arguments):
        command = [sys.executable, "-m", "sealwright", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout, done.stderr

    return run
