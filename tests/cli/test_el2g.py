"""`sealwright el2g`: every call as a command, over real sockets, and what stands beside them."""

import io
import json
import signal
import threading

import click
import pytest

from sealwright.cli import cli
from sealwright.cli.el2g_account import El2gAccount
from sealwright.services._shape import constant
from sealwright.services.el2g import EL2G, PROFILES, checksum
from sealwright.services.el2g.openapi import document
from services.el2g.document import (
    CERTIFICATE,
    GROUP,
    HEX_UID,
    IDS,
    NC12,
    PGP_KEY,
    PGP_MESSAGE,
    POLICY,
    SECRET,
    TABLE,
    UID,
    page,
)
from services.el2g.playing import TOKEN, Service
from serving import answer

DEVICES = f"/products/{NC12}/device-groups/474/devices"
IN_GROUP = ("--nc12", NC12, "--device-group-id", 474)


@pytest.fixture
def el2g(sealwright, monkeypatch, tmp_path):
    """Return a function that runs a call's command against a played service, from a home of its own."""
    monkeypatch.setenv("SEALWRIGHT_EL2G_TOKEN", TOKEN)
    monkeypatch.delenv("EL2GO_TOKEN", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    def run(service, *arguments, stdin=b""):
        return sealwright("el2g", *arguments, "--service", service.url, stdin=stdin)

    return run


def _words(line):
    return line.group.replace("_", "-"), line.name.replace("_", "-")


def _options(call, arguments):
    """Return arguments as options of a command; the secret goes by the environment."""
    told = []
    for field in call.fields:
        option, value = f"--{field.name.replace('_', '-')}", arguments.get(field.name)
        if value is None or field.name == "secret" or constant(field) is not None:
            continue
        if isinstance(value, bool):
            told.append(option if value else option.replace("--", "--no-", 1))
        elif isinstance(value, list):
            told += [part for item in value for part in (option, item)]
        elif isinstance(value, bytes):
            told += [option, "-"]
        elif field.name == "status":
            told += [option, value.upper()]
        else:
            told += [option, json.dumps(value) if isinstance(value, dict) else value]
    return told + (["--yes"] if call.irreversible else [])


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "table"])
@pytest.mark.parametrize("line", TABLE, ids=IDS)
def test_every_call(el2g, monkeypatch, line, as_json):
    """Each call sends what its options say, and shows what the service answers."""
    monkeypatch.setenv("SEALWRIGHT_EL2G_SECRET", SECRET)
    call = EL2G.find(line.group, line.name)
    stdin = next((value for value in line.arguments.values() if isinstance(value, bytes)), b"")
    with Service() as service:
        done = el2g(
            service,
            *_words(line),
            *_options(call, line.arguments),
            *(["--json"] if as_json else []),
            stdin=stdin,
        )
        assert (done.code, "Traceback" in done.err) == (0, False), done.err
        (heard,) = service.heard
        assert (json.loads(heard.body) if heard.body else None) == line.body
    assert TOKEN not in done.err + done.out.decode()
    if not as_json:
        assert SECRET.encode() not in done.out
        assert ("done" in done.err) is (line.reply is None or call.each is not None)
    elif isinstance(line.reply, str):
        assert done.out.decode() == line.reply + "\n"
    elif call.each:
        assert [row["outcome"] for row in json.loads(done.out)] == ["done"] * len(json.loads(done.out))
    elif call.pages and "page" not in line.arguments:
        assert json.loads(done.out) == line.reply["content"]
    else:
        assert json.loads(done.out) == line.reply


def test_the_commands_are_the_calls(sealwright):
    """Groups and calls are those of the registry, each with its help; what is no call stands beside them."""
    context = click.Context(cli)
    groups = cli.get_command(context, "el2g")
    assert groups.list_commands(context) == [name.replace("_", "-") for name in EL2G.groups] + [
        "import-key",
        "import-binary",
        "submit",
        "flow",
        "uid",
        "simulate",
        "openapi",
    ]
    told = [
        (group, name)
        for group in groups.list_commands(context)[:-7]
        for name in groups.get_command(context, group).list_commands(context)
    ]
    calls = [(call.group.replace("_", "-"), call.name.replace("_", "-")) for call in EL2G]
    assert set(told) - set(calls) == {("claim-codes", "wait-for-batch"), ("jobs", "wait")}
    assert [each for each in told if each in calls] == calls
    for call in EL2G:
        words = (call.group.replace("_", "-"), call.name.replace("_", "-"))
        done = sealwright("el2g", *words, "--help")
        said = b" ".join(done.out.split()).decode()
        assert done.code == 0
        assert call.words.splitlines()[0] in said
        assert ("It cannot be undone." in said) is call.irreversible is ("--yes" in said)
        assert all(
            constant(field) is None or f"--{field.name}".replace("_", "-") not in said
            for field in call.fields
        )


def test_the_profiles_that_help_names():
    """They are those of the client."""
    (profile,) = (each for each in El2gAccount.options() if each.name == "profile")
    assert list(profile.type.choices) == list(PROFILES)


def test_openapi(sealwright):
    """The document of all calls is printed as JSON."""
    assert json.loads(sealwright("el2g", "openapi").out) == document()


@pytest.mark.parametrize("arguments", [["nonsense"], ["jobs", "nonsense"], ["jobs", "get", "--nonsense"]])
def test_what_is_not_known(sealwright, arguments):
    """A group, call or option that is not there ends with 2."""
    assert sealwright("el2g", *arguments).code == 2


@pytest.mark.parametrize("form", [UID, HEX_UID, HEX_UID[2:].upper()])
def test_uid_show(sealwright, form):
    """A UID is shown in both forms, whichever it is given in, and no service is asked."""
    assert sealwright("el2g", "uid", "show", form).out.decode() == f"{HEX_UID}  {UID}\n"
    told = json.loads(sealwright("el2g", "uid", "show", "--json", form, form).out)
    assert told == [{"hex": HEX_UID, "decimal": UID}] * 2


def test_uid_show_reads_what_sscli_writes(sealwright, tmp_path):
    """Standard input and files may hold what the tool writes, or a list."""
    told = f"INFO:sss.se05x:{HEX_UID[2:]}\nUnique ID: {HEX_UID[2:]}\n".encode()
    assert sealwright("el2g", "uid", "show", "-", stdin=told).out.decode() == f"{HEX_UID}  {UID}\n"
    path = tmp_path / "uids"
    path.write_text(f"# two\n{UID}\n0x10\n")
    assert sealwright("el2g", "uid", "show", f"@{path}").out.splitlines()[1].endswith(b"  16")
    path.write_bytes(b"\xff")
    done = sealwright("el2g", "uid", "show", f"@{path}")
    assert (done.code, "not text in UTF-8" in done.err) == (2, True)
    done = sealwright("el2g", "uid", "show", "3.5e41")
    assert (done.code, "36 hex digits" in done.err) == (2, True)


def test_files(el2g, tmp_path):
    """Keys, messages and files come from files: texts with their line ends, bytes as they are."""
    for name, text in {"key.asc": PGP_KEY, "message.asc": PGP_MESSAGE}.items():
        (tmp_path / name).write_text(text.replace("\n", "\r\n"))
    (tmp_path / "file.bin").write_bytes(b"\x00\xff@")
    (tmp_path / "policies.json").write_text(json.dumps({NC12: POLICY}))
    named = ("--name", "MyNewObject", "--object-id", "83000008")
    with Service() as service:
        imported = ("--customer-pgp-public-key", f"@{tmp_path}/key.asc", "--encrypted-key", "-")
        done = el2g(
            service,
            *("secure-objects", "create-master-key", *named, "--key-size", "AES256", *imported),
            stdin=PGP_MESSAGE.encode(),
        )
        assert done.code == 0, done.err
        sent = service.heard[-1].json
        assert (sent["customerPgpPublicKey"], sent["encryptedKey"]) == (PGP_KEY, PGP_MESSAGE)
        file = ("--binary-file", f"@{tmp_path}/file.bin", "--checksum", checksum(b"\x00\xff@"))
        custom = ("--policy-source-type", "CUSTOM", "--policies", f"@{tmp_path}/policies.json")
        assert el2g(service, "secure-objects", "create-binary-file", *named, *file, *custom).code == 0
        assert service.heard[-1].json["payload"]["binaryFile"] == "AP9A"
        assert service.heard[-1].json["policies"] == {NC12: POLICY}
        key = ("--customer-pgp-public-key", f"@{tmp_path}/none", "--encrypted-key", "x")
        assert (
            el2g(service, "secure-objects", "create-master-key", *named, "--key-size", "AES256", *key).code
            == 1
        )
        (tmp_path / "key.asc").write_bytes(b"\xff")
        done = el2g(service, "secure-objects", "create-master-key", *named, "--key-size", "AES256", *imported)
        assert (done.code, "not text in UTF-8" in done.err) == (2, True)


def test_hints(el2g):
    """What is allowed and unusual is said before it is done."""
    with Service() as service:
        named = ("--name", "MyNewObject", "--algorithm", "NIST_P256")
        done = el2g(service, "secure-objects", "create-key-pair", *named, "--object-id", "83000009")
        assert (done.code, "hint: object id 83000009 is odd" in done.err) == (0, True)
        done = el2g(service, "secure-objects", "create-key-pair", *named, "--object-id", "F0000021")
        assert (done.code, "none that EL2G forbids" in done.err) == (2, True)
        assert len(service.heard) == 1


def test_some_devices_fail(el2g):
    """Each device has its answer, and where some failed the exit code is 3."""
    said = {"successfulDeviceIds": [UID], "failedDeviceIds": ["16"]}
    ids = ("--device-ids", "-")
    command = ("device-groups", "unclaim-devices", *IN_GROUP, *ids)
    with Service({f"POST {DEVICES}/unclaim": said}) as service:
        done = el2g(service, *command, "--json", stdin=f"{HEX_UID}\n0x10\n0x11\n".encode())
        assert done.code == 3
        assert {row["item"]: row["outcome"] for row in json.loads(done.out)} == {
            UID: "done",
            "16": "failed",
            "17": "unknown",
        }
        assert "1 done, 1 failed, 1 unknown" in done.err
        done = el2g(service, *command, stdin=HEX_UID.encode())
        assert (done.code, done.out.split()) == (0, [b"item", b"outcome", UID.encode(), b"done"])


def test_a_service_that_fails_in_between(el2g, tmp_path):
    """Where the service ends to answer, all devices still have an answer, and its error is the end."""
    path = tmp_path / "uids"
    path.write_text("".join(f"{10**40 + number}\n" for number in range(1100)))
    answers = [page("x"), *[answer({"message": "down"}, 503)] * 4]
    command = ("device-groups", "add-devices", *IN_GROUP, "--device-ids", f"@{path}", "--json")
    with Service({f"POST {DEVICES}": lambda _: answers.pop(0)}) as service:
        done = el2g(service, *command)
        assert (done.code, "down" in done.err) == (6, True)
        outcomes = [row["outcome"] for row in json.loads(done.out)]
        assert outcomes == ["done"] * 500 + ["unknown"] * 500 + ["not_attempted"] * 100
        service.script[f"POST {DEVICES}"] = answer({"message": "who?"}, 403)
        assert el2g(service, *command).code == 4


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "table"])
def test_an_interruption_in_between(el2g, process, tmp_path, as_json):  # noqa: ARG001  # the environment
    """What became of the first devices is told where Ctrl-C ends the rest: at once as JSON, else then."""
    path = tmp_path / "uids"
    path.write_text("".join(f"{10**40 + number}\n" for number in range(501)))
    asked = threading.Event()

    def wait(connection):
        asked.set()
        connection.recv(1)

    replies = [page("x"), wait]
    with Service({f"POST {DEVICES}": lambda _: replies.pop(0)}) as service:
        where = (*IN_GROUP, "--device-ids", f"@{path}", "--service", service.url)
        running = process("el2g", "device-groups", "add-devices", *where, *(["--json"] if as_json else []))
        early = [running.stdout.readline() for _ in range(500 if as_json else 0)]
        assert asked.wait(30)
        running.send_signal(signal.SIGINT)
        shown, said = b"".join(early) + running.stdout.read(), running.stderr.read()
        running.wait(timeout=30)
    assert (running.returncode, shown.count(str(10**40)[:-3].encode())) == (130, 500)
    assert b"\n500 done\n" in said
    if as_json:
        assert {row["outcome"] for row in json.loads(shown + b"]")} == {"done"}
    else:
        assert shown.split()[:4] == [b"item", b"outcome", str(10**40).encode(), b"done"]


def test_jobs_are_named_beside_devices(el2g):
    """Registering tells the job of each device."""
    with Service() as service:
        command = ("device-groups", "register-devices", *IN_GROUP, "--device-ids", UID)
        assert json.loads(el2g(service, *command, "--json").out) == [
            {"item": UID, "outcome": "done", "job_id": "7d9f", "why": ""}
        ]


def test_waiting(el2g):
    """A batch and a job are waited for; each question's answer is told on standard error."""
    told = [40, 100]
    states = ["JOB_PROCESSING", "JOB_FAILED"]
    script = {
        f"GET /products/{NC12}/device-groups/474/claim-codes/batches/133": lambda _: {
            "batchId": 133,
            "progressInPercentage": told.pop(0),
        },
        "GET /rtp/jobs/7d9f": lambda _: {"jobId": "7d9f", "state": states.pop(0)},
    }
    with Service(script) as service:
        done = el2g(
            service,
            *("claim-codes", "wait-for-batch", *IN_GROUP, "--batch-id", 133, "--every", 0.1, "--json"),
        )
        assert json.loads(done.out) == {"batchId": 133, "progressInPercentage": 100}
        assert "40 % are made" in done.err
        done = el2g(service, "jobs", "wait", "--job-id", "7d9f", "--every", 0.1)
        assert (done.code, "has ended with JOB_FAILED" in done.err) == (1, True)
        assert el2g(service, "jobs", "wait", "--job-id", "a/b").code == 2


def test_a_secret_is_not_in_a_table(el2g):
    """A claim secret is hidden from a table, and shown as JSON, because that was asked for."""
    with Service() as service:
        command = ("claim-codes", "decrypt", *IN_GROUP, "--claim-code-id", 4)
        assert el2g(service, *command).out == b"(secret: --json shows it)\n"
        assert el2g(service, *command, "--json").out == b"Mjc2ZDcyMGYyMS05NTc3\n"
    codes = page("ClaimCodePage", {"id": 4, "name": "n", "secret": SECRET, "new": [1]})
    with Service({f"GET /products/{NC12}/device-groups/474/claim-codes": codes}) as service:
        command = ("claim-codes", "list", *IN_GROUP)
        for asked in (command, (*command, "--page", 0)):
            out = el2g(service, *asked).out
            assert (SECRET.encode() in out, b"(secret: --json shows it)" in out, b"[1]" in out) == (
                False,
                True,
                True,
            )
            assert SECRET.encode() in el2g(service, *asked, "--json").out


def test_certificates_keep_their_lines(el2g):
    """A certificate can be taken from the screen."""
    with Service() as service:
        done = el2g(service, "intermediate-cas", "download", "--intermediate-ca-id", 51)
        assert done.out.decode().strip() == CERTIFICATE.strip()


class _Terminal(io.TextIOWrapper):
    def isatty(self):
        return True


@pytest.mark.parametrize(("typed", "code"), [(b"702\n", 0), (b"703\n", 2)])
def test_what_cannot_be_undone(el2g, monkeypatch, typed, code):
    """Without a terminal --yes is needed; at one the id of what is to go is typed."""
    command = ("secure-objects", "delete", "--secure-object-id", 702)
    with Service() as service:
        done = el2g(service, *command)
        assert (done.code, "cannot be undone: give --yes" in done.err) == (2, True)
        terminal = _Terminal(io.BytesIO(typed))

        class _Sys:
            stdin = terminal

        monkeypatch.setattr("click.termui.visible_prompt_func", lambda _="": terminal.readline().rstrip("\n"))
        monkeypatch.setattr("sealwright.cli.calls.sys", _Sys)
        done = el2g(service, *command)
        assert (done.code, len(service.heard)) == (code, 1 - bool(code))


def test_where_the_token_comes_from(el2g, monkeypatch, tmp_path):
    """A call that changes something names its source; options come first, then our variable."""
    command = ("claim-codes", "revoke", *IN_GROUP, "--claim-code-id", 4, "--yes")
    with Service() as service:
        assert "credentials: the EL2G token from SEALWRIGHT_EL2G_TOKEN" in el2g(service, *command).err
        assert "credentials" not in el2g(service, "services", "list").err
        path = tmp_path / "token"
        path.write_text(f"{TOKEN}\n")
        path.chmod(0o600)
        assert f"from {path}" in el2g(service, *command, "--token-file", path).err
        monkeypatch.setenv("SEALWRIGHT_EL2G_TOKEN", "marker-wrong")
        done = el2g(service, *command, "--token-command", "echo marker-other")
        assert (done.code, "marker" in done.err) == (4, False)


@pytest.mark.parametrize("profile", [(), ("--profile", "foundries", "--factory", "f")], ids=["nxp", "other"])
def test_the_vendors_token_is_for_the_vendor(el2g, monkeypatch, tmp_path, profile):
    """Neither NXP's variable nor NXP's file is shown to a service that is not at NXP's own URL."""
    monkeypatch.delenv("SEALWRIGHT_EL2G_TOKEN")
    path = tmp_path / "home" / ".config" / "el2go" / "token.txt"
    path.parent.mkdir(parents=True)
    path.write_text(TOKEN)
    words = "the EL2G token is missing: give one of --token-file, --token-command, SEALWRIGHT_EL2G_TOKEN"
    with Service() as service:
        done = el2g(service, "services", "list", *profile)
        assert (done.code, done.err) == (4, f"sealwright: {words}\n")
        monkeypatch.setenv("EL2GO_TOKEN", TOKEN)
        done = el2g(service, "services", "list", *profile)
        assert (done.code, done.err) == (
            4,
            f"sealwright: {words} (EL2GO_TOKEN goes to NXP's own URL alone)\n",
        )
        assert service.heard == []


@pytest.mark.usefixtures("el2g")
@pytest.mark.parametrize("service", [(), ("--service", PROFILES["nxp"].service)], ids=["none", "its own"])
def test_the_vendors_token_at_the_vendor(sealwright, monkeypatch, tmp_path, service):
    """NXP's variable comes after ours, then NXP's file; without a network NXP is not reached, is all."""
    monkeypatch.setattr("socket.getaddrinfo", _nobody)
    command = ("el2g", "claim-codes", "revoke", *IN_GROUP, "--claim-code-id", 4, "--yes", "--deadline", 0.5)
    command = (*command, *service)
    monkeypatch.setenv("EL2GO_TOKEN", TOKEN)
    assert "from SEALWRIGHT_EL2G_TOKEN\n" in sealwright(*command).err
    monkeypatch.delenv("SEALWRIGHT_EL2G_TOKEN")
    done = sealwright(*command)
    assert (done.code, "from EL2GO_TOKEN\n" in done.err) == (6, True)
    monkeypatch.delenv("EL2GO_TOKEN")
    path = tmp_path / "home" / ".config" / "el2go" / "token.txt"
    done = sealwright(*command)
    assert (done.code, "EL2GO_TOKEN, or write ~/.config/el2go/token.txt" in done.err) == (4, True)
    path.parent.mkdir(parents=True)
    path.write_text(TOKEN)
    done = sealwright(*command)
    assert (done.code, TOKEN in done.err, f"{path} can be read by others" in done.err) == (6, False, True)


def _nobody(*_, **__):
    raise OSError("no network in this test")


def test_exit_codes(el2g):
    """A refusal is 1, credentials are 4, a service that does not work is 6, a wrong option is 2."""
    for said, code in ((answer({"message": "no"}, 404), 1), (answer({}, 403), 4), (answer({}, 500), 6)):
        with Service({"GET /services": said}) as service:
            done = el2g(service, "services", "list", "--deadline", 3)
            assert (done.code, "Traceback" in done.err) == (code, False)
    with Service() as service:
        assert el2g(service, "device-groups", "get", "--nc12", "1", "--device-group-id", 1).code == 2
        assert el2g(service, "device-groups", "get", *IN_GROUP[:2]).code == 2
        assert service.heard == []


def test_pages(el2g):
    """A list is fetched whole unless a page is asked for."""
    with Service() as service:
        done = el2g(service, "device-groups", "list", "--nc12", NC12)
        assert (done.code, "1 in all" in done.err) == (0, True)
        done = el2g(service, "device-groups", "list", "--nc12", NC12, "--page", 0, "--json")
        assert json.loads(done.out)["pageType"] == "DeviceGroupPage"
        assert GROUP["device_group_id"] == json.loads(done.out)["content"][0]["id"]
