"""`sealwright ublox`: every call of the document as a command, over real sockets."""

import io
import json
import sys

import click
import pytest

from certifying import Authority
from sealwright.cli import cli
from sealwright.cli.ublox_account import ublox_account
from sealwright.services.ublox import UBLOX, Entry, write_whitelist
from sealwright.services.ublox.openapi import document
from services.ublox.document import CALLS, EACH, REPLIES, UID
from services.ublox.playing import Service
from serving import Server, answer

SECRETS = {"api_key", "api_secret", "refresh_token", "authorization_token"}


@pytest.fixture
def ublox(sealwright, monkeypatch):
    """Return a function that runs a call's command against a played service."""
    monkeypatch.setenv("SEALWRIGHT_UBLOX_API_KEY", "key")
    monkeypatch.setenv("SEALWRIGHT_UBLOX_API_SECRET", "secret")

    def run(service, *arguments, stdin=b""):
        return sealwright("ublox", *arguments, "--service", service._server.url, stdin=stdin)

    return run


def _command(group, call):
    return group.replace("_", "-"), call.name.replace("_", "-")


def _options(call, arguments):
    """Return the options that say some arguments; secrets come from the environment."""
    told = []
    for name, value in arguments.items():
        option = f"--{name.replace('_', '-')}"
        if name in SECRETS:
            continue
        if isinstance(value, list):
            told += [part for item in value for part in (option, item)]
        else:
            told += [option, json.dumps(value) if isinstance(value, dict) else value]
    return told + (["--yes"] if call.irreversible else [])


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "table"])
@pytest.mark.parametrize(("group", "path", "arguments"), EACH, ids=[path for _, path, _ in EACH])
def test_every_call(ublox, monkeypatch, group, path, arguments, as_json):
    """Each of the 47 calls sends what its options say, and shows what the service replies."""
    for name in SECRETS & arguments.keys():
        monkeypatch.setenv(f"SEALWRIGHT_UBLOX_{name.upper()}", arguments[name])
    (call,) = UBLOX.at("POST", path)
    with Service() as service:
        done = ublox(
            service, *_command(group, call), *_options(call, arguments), *(["--json"] if as_json else [])
        )
        assert (done.code, "Traceback" in done.err) == (0, False)
        sent = [heard for heard in service.heard if heard.path == f"/v1{path}"]
        assert sent[-1].json == json.loads(call.wire(call.make(**arguments)).body.reveal()) | (
            {"PageNumber": 1} if call.pages else {}
        )
    if as_json:
        expected = {"0002000089282256": {}} if path == "/device/usage/get" else REPLIES.get(path, {})
        shown = json.loads(done.out)
        if group == "authentication":
            assert shown["AuthToken"].count(".") == 2
        else:
            assert shown == ([] if call.pages and "page_number" not in arguments else expected)
    else:
        assert b"marker" not in done.out
        assert b"lTZfP2dO5IAX" not in done.out
    assert ("billed:" in done.err) is bool(call.paid)


def test_the_commands_are_the_calls(sealwright):
    """Groups and calls are those of the document, and each has its help with its source."""
    context = click.Context(cli)
    groups = cli.get_command(context, "ublox")
    assert groups.list_commands(context) == [name.replace("_", "-") for name in CALLS] + ["openapi"]
    told = [
        (group, name)
        for group in groups.list_commands(context)[:-1]
        for name in groups.get_command(context, group).list_commands(context)
    ]
    assert told == [_command(call.group, call) for call in UBLOX]
    for call in UBLOX:
        done = sealwright("ublox", *_command(call.group, call), "--help")
        assert done.code == 0
        words = b" ".join(done.out.split()).decode()
        assert f"{call.words.splitlines()[0]}" in words
        assert call.path in words
        assert ("It cannot be undone." in words) is call.irreversible is ("--yes" in words)
        assert ("Billed:" in words) is bool(call.paid)
    for group in CALLS:
        assert sealwright("ublox", group.replace("_", "-"), "--help").code == 0


@pytest.mark.parametrize("arguments", [["nonsense"], ["tags", "nonsense"], ["tags", "get", "--nonsense"]])
def test_what_is_not_known(sealwright, arguments):
    """A group, call or option that is not there ends with 2."""
    assert sealwright("ublox", *arguments).code == 2


def test_openapi(sealwright):
    """The document of all calls is printed as JSON."""
    done = sealwright("ublox", "openapi")
    assert json.loads(done.out) == document()


def _uids(count):
    def reply(heard):
        page = heard.json["PageNumber"]
        uids = list(range((page - 1) * 100, min(page * 100, count)))
        return {"ROTPublicUIDs": uids, "PageNumber": page, "PageSize": 100, "TotalRecords": count}

    return reply


def test_pages(ublox):
    """Without a page number all pages come, as one list; with one, that page as the service sent it."""
    with Service(device__list__get=_uids(250)) as service:
        done = ublox(service, "devices", "list-get", "--json")
        assert json.loads(done.out) == [f"{number:016d}" for number in range(250)]
        assert service.count("/device/list/get") == 3
        done = ublox(service, "devices", "list-get")
        assert done.out.split() == [b"devices", *(f"{number:016d}".encode() for number in range(250))]
        assert "250 in all" in done.err
        done = ublox(service, "devices", "list-get", "--page-number", 3, "--json")
        assert json.loads(done.out)["ROTPublicUIDs"] == list(range(200, 250))
        assert service.heard[-1].json == {"PageNumber": 3}


def test_tables(ublox):
    """Objects are rows of a table with all their names; control characters are shown, not obeyed."""
    rows = [
        {"TagName": "down\x1b[31mtown", "Count": 5},
        {"TagName": "up", "More": {"a": [True, None]}},
        "bare",
    ]
    with Service(tag__get={"Tags": rows}) as service:
        done = ublox(service, "tags", "get")
    lines = [line.split() for line in done.out.decode().splitlines()]
    assert lines == [
        ["TagName", "Count", "More", "tags"],
        ["down\\x1b[31mtown", "5", "-", "-"],
        ["up", "-", '{"a":[true,null]}', "-"],
        ["-", "-", "-", "bare"],
    ]


def test_one_reply(ublox):
    """A reply is shown field by field; secrets are hidden, and what is not in the document is there."""
    path = "/e2e/downlink/protectionparameters/get"
    with Service(**{path[1:].replace("/", "__"): REPLIES[path] | {"New": [1]}}) as service:
        done = ublox(service, "e2e", "downlink-protection-parameters-get", "--rot-public-uid", UID)
    told = dict(line.split(None, 1) for line in done.out.decode().splitlines())
    assert told["EncryptionKey"] == told["AuthenticationKey"] == "(secret: --json shows it)"
    assert (told["ROTPublicUID"], told["KeyLength"], told["New"]) == (UID, "128", "[1]")


def test_certificates_keep_their_lines(ublox):
    """A certificate in PEM can be taken from the screen."""
    with Service(ztp__rootca__create={"Certificate": "-----BEGIN\\nMIIB\\n-----END"}) as service:
        validity = ("--ca-certificate-validity", 1825, "--device-certificate-validity", 365)
        done = ublox(service, "zero-touch", "root-ca-create", "--ca-name", "a.b", *validity)
    assert b"-----BEGIN\nMIIB\n-----END" in done.out


def test_lists(ublox, tmp_path):
    """Long lists come from files and from standard input, one value a line, with comments."""
    path = tmp_path / "uids"
    path.write_text(f"# the fleet\n{UID}\n\n  {UID.upper()}  \n")
    stdin = f"{UID}\n".encode()
    with Service() as service:
        uids = [part for value in (f"@{path}", UID, "-") for part in ("--rot-public-uids", value)]
        done = ublox(service, "devices", "whitelist-add", *uids, "--imeis", "862618583984360", stdin=stdin)
        assert done.code == 0
        assert service.heard[-1].json == {"ROTPublicUIDs": [UID] * 4, "IMEIs": ["862618583984360"]}
        assert ublox(service, "devices", "whitelist-add", "--imeis", "@/no/such/file").code == 1
        path.write_bytes(b"\xff")
        done = ublox(service, "devices", "whitelist-add", "--imeis", f"@{path}")
        assert (done.code, "not text in UTF-8" in done.err) == (2, True)


def test_long_lists_go_in_parts(ublox, tmp_path):
    """More than 500 values go in parts; where one fails, it is said how many were done."""
    path = tmp_path / "uids"
    path.write_text("".join(f"{number:016x}\n" for number in range(1100)))
    command = ("devices", "whitelist-add", "--rot-public-uids", f"@{path}")
    with Service(device__whitelist__add={"Message": "done"}) as service:
        done = ublox(service, *command, "--json")
        assert json.loads(done.out) == [{"Message": "done"}] * 3
        assert ublox(service, *command).out.split() == [b"Message", *[b"done"] * 3]
    two = [answer({"Message": "done"}), answer({"Message": "done"}), answer({"Message": "no"}, 400)]
    with Service(device__whitelist__add=lambda _: two.pop(0)) as service:
        done = ublox(service, *command)
        assert done.code == 1
        assert "2 parts of 500 were done before this" in done.err
        assert "400 Bad Request: no" in done.err


def test_objects(ublox, tmp_path):
    """An object is JSON in the option itself, in a file or on standard input."""
    path = tmp_path / "provisioning.json"
    path.write_text('{"SecurityHeartbeatInSec": 60}')
    with Service() as service:
        for value, stdin in (('{"A": 1}', b""), (f"@{path}", b""), ("-", b'{"B": 2}')):
            command = ("devices", "provisioning-set", "--tag-names", "a", "--provisioning", value)
            assert ublox(service, *command, stdin=stdin).code == 0
        sent = [heard.json["Provisioning"] for heard in service.heard if "Provisioning" in heard.json]
        assert sent == [{"A": 1}, {"SecurityHeartbeatInSec": 60}, {"B": 2}]
        done = ublox(service, "devices", "provisioning-set", "--tag-names", "a", "--provisioning", "{marker")
        assert (done.code, "a JSON object was expected" in done.err, "marker" in done.err) == (2, True, False)


def test_flags(ublox):
    """A field that is true or false is a flag with its opposite, and is left out where neither is given."""
    with Service() as service:
        for flag in (["--sync-required"], ["--no-sync-required"], []):
            ublox(service, "tags", "assign", "--tag-names", "a", "--rot-public-uids", UID, *flag)
        sent = [heard.json.get("SyncRequired") for heard in service.heard if "TagNames" in heard.json]
        assert sent == [True, False, None]


def test_csv(ublox, tmp_path):
    """The whitelist goes as a file too."""
    path = tmp_path / "whitelist.csv"
    path.write_bytes(write_whitelist([Entry(UID, "ADD")]))
    with Service(device__whitelist__add={"Message": "done"}) as service:
        done = ublox(service, "devices", "whitelist-add", "--csv", path, "--json")
        assert json.loads(done.out) == {"Message": "done"}
        assert service.heard[-1].body == path.read_bytes()
        path.write_text("nothing")
        done = ublox(service, "devices", "whitelist-add", "--csv", path)
        assert (done.code, "row 1 must be Id,Type,Action" in done.err) == (2, True)


DELETE = ("tags", "delete", "--tag-name", "downtown")
PROVISIONING = ("devices", "provisioning-delete", "--tag-names", "a")


def test_what_cannot_be_undone(ublox):
    """Without a terminal --yes is needed, and nothing is sent without it."""
    with Service() as service:
        done = ublox(service, *DELETE)
        assert done.code == 2
        assert "ublox tags delete cannot be undone: give --yes" in done.err
        assert service.heard == []
        assert ublox(service, *DELETE, "--yes").code == 0
        assert service.count("/tag/delete") == 1


class _Terminal(io.TextIOWrapper):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("command", "name", "typed", "code"),
    [
        (DELETE, "downtown", b"downtown\n", 0),
        (DELETE, "downtown", b"uptown\n", 2),
        (DELETE, "downtown", b"\n", 2),
        (DELETE, "downtown", b"", 130),
        (PROVISIONING, "provisioning-delete", b"provisioning-delete\n", 0),
    ],
)
def test_what_cannot_be_undone_at_a_terminal(ublox, monkeypatch, command, name, typed, code):
    """At a terminal the name of what is to go, or of the call, is typed; something else sends nothing."""
    terminal = _Terminal(io.BytesIO(typed))
    asked = []

    def prompt(words=""):
        asked.append(words)
        return _line(terminal)

    monkeypatch.setattr("click.termui.visible_prompt_func", prompt)
    with Service() as service:
        monkeypatch.setattr("sealwright.cli.calls.sys", _Sys(terminal))
        done = ublox(service, *command)
        assert done.code == code
        assert (service.heard == []) is (code != 0)
        assert f"Type {name} to go on" in done.err + "".join(asked)


def _line(terminal):
    text = terminal.readline()
    if not text:
        raise EOFError
    return text.rstrip("\n")


class _Sys:
    def __init__(self, stdin):
        self.stdin = stdin


def test_whose_account_it_is(ublox, tmp_path, monkeypatch):
    """A call that changes something says where its credentials come from; a read does not."""
    path = tmp_path / "secret"
    path.write_bytes(b"secret")
    path.chmod(0o600)
    monkeypatch.delenv("SEALWRIGHT_UBLOX_API_SECRET")
    with Service() as service:
        done = ublox(service, "tags", "create", "--tag-name", "a", "--api-secret-file", path)
        told = f"credentials: the API key from SEALWRIGHT_UBLOX_API_KEY, the API secret from {path}"
        assert told in done.err
        assert "credentials" not in ublox(service, "tags", "get", "--api-secret-file", path).err


def test_missing_credentials(ublox, monkeypatch):
    """Without credentials the exit code is 4, and the error names every way to give them."""
    with Service() as service:
        monkeypatch.delenv("SEALWRIGHT_UBLOX_API_SECRET")
        done = ublox(service, "tags", "get")
        assert done.code == 4
        assert "the API secret is missing: give one of --api-secret-file, --api-secret-command" in done.err
        monkeypatch.delenv("SEALWRIGHT_UBLOX_API_KEY")
        done = ublox(service, "tags", "get")
        assert (done.code, "the API key is missing" in done.err) == (4, True)
        assert service.heard == []


def test_wrong_credentials(ublox):
    """Credentials that are not taken are exit code 4 with a hint, and are not shown."""
    with Service() as service:
        done = ublox(service, "tags", "get", "--api-secret-command", "echo marker-wrong")
        assert done.code == 4
        assert "are the API key and its secret right" in done.err
        assert "marker" not in done.err


def test_a_refresh_token_will_do(ublox, monkeypatch):
    """A RefreshToken takes the place of the secret."""
    monkeypatch.delenv("SEALWRIGHT_UBLOX_API_SECRET")
    with Service() as service:
        assert ublox(service, "tags", "get", "--refresh-token-command", "echo token").code == 0
        assert service.heard[0].json == {"APIKey": "key", "RefreshToken": "token"}


@pytest.mark.parametrize(
    ("answered", "code", "words"),
    [
        (answer({"message": "no"}, 404), 1, "404 Not Found: no"),
        (answer({"message": "no"}, 403), 4, "403 Forbidden: no"),
        (answer(status=500), 6, "500 Internal Server Error"),
        (answer([]), 1, "the body: must be an object"),
    ],
)
def test_exit_codes(ublox, answered, code, words):
    """A refusal is 1, credentials are 4, a service that does not work is 6."""
    with Service(tag__get=answered) as service:
        done = ublox(service, "tags", "get", "--deadline", 3)
        assert done.code == code
        assert words in done.err
        assert "Traceback" not in done.err


def test_a_wrong_request(ublox):
    """A rule of the client is a usage error, and is noticed before anything is asked of the service."""
    with Service() as service:
        done = ublox(service, "tags", "create", "--tag-name", "a,b")
        assert (done.code, "TagName must be 1 to 255 characters" in done.err) == (2, True)
        assert ublox(service, "tags", "create").code == 2
        assert service.heard == []


def test_a_service_in_the_clear(sealwright, monkeypatch):
    """Plain http goes to this machine only."""
    monkeypatch.setenv("SEALWRIGHT_UBLOX_API_KEY", "key")
    monkeypatch.setenv("SEALWRIGHT_UBLOX_API_SECRET", "secret")
    done = sealwright("ublox", "tags", "get", "--service", "http://example.com")
    assert (done.code, "for this machine only" in done.err) == (2, True)


def test_a_ca_of_its_own(sealwright, monkeypatch, tmp_path):
    """--ca-file names the CA of a service of one's own."""
    monkeypatch.setenv("SEALWRIGHT_UBLOX_API_KEY", "key")
    monkeypatch.setenv("SEALWRIGHT_UBLOX_API_SECRET", "secret")
    authority = Authority(tmp_path)
    with Server(answer({"AuthToken": "t"}), tls=authority.server()) as server:
        command = ("ublox", "information", "api-version", "--service", server.url)
        assert sealwright(*command, "--ca-file", authority.file).code == 0
        done = sealwright(*command)
        assert (done.code, "--ca-file" in done.err) == (1, True)


def test_options_for_other_commands(monkeypatch):
    """Any command can have the options of an account, and gets the account itself."""
    monkeypatch.setenv("SEALWRIGHT_UBLOX_API_KEY", "key")
    seen = {}

    @click.command()
    @click.option("--budget")
    @ublox_account
    def fetch(credentials, budget):
        seen.update(account=credentials, budget=budget)

    fetch.main(["--budget", "5", "--api-secret-command", "echo x", "--deadline", "7"], standalone_mode=False)
    assert seen["budget"] == "5"
    with seen["account"].open() as client:
        assert client.service == "https://ssapi.services.u-blox.com/v1"
        assert client._channel.limits.deadline == 7
    assert [option.name for option in fetch.params][:2] == ["budget", "api_key_file"]


def test_a_table_at_a_terminal(monkeypatch, ublox):
    """At a terminal a table fits the screen, and nothing of it is lost."""

    class Terminal(io.TextIOWrapper):
        def isatty(self):
            return True

    out = Terminal(io.BytesIO(), encoding="utf-8")
    with Service(tag__get={"Tags": [{"TagName": "x" * 300}]}) as service:
        monkeypatch.setattr(sys, "stdout", out)
        ublox(service, "tags", "get")
        monkeypatch.undo()
    out.seek(0)
    assert out.read().count("x") == 300
