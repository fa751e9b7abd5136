"""`sealwright el2g simulate`: the service in a process of its own, called by our own commands and stopped."""

import json
import os
import signal
import sys
import threading
import time
from datetime import UTC, datetime

import pytest

from sealwright.cli import el2g_simulate
from sealwright.provision import EnvelopeMaker, read_recipient
from sealwright.services.el2g.client import El2gClient
from sealwright.simulator.el2g import Slip
from wrapping import FOLDER, MASTER, now, recipient, signer

NC12 = "935389312472"


def announced(running):
    """Return what a service that runs with --json says of itself."""
    return json.loads(running.stdout.readline())


def test_the_slips_that_help_names():
    """Help is shown without the simulator, so it has a list of its own, and both lists are one."""
    assert el2g_simulate._NAMES.split(", ") == [str(slip) for slip in Slip]


@pytest.mark.parametrize("profile", ["nxp", "foundries"])
def test_it_serves_until_it_is_stopped(process, profile):
    """A client of the profile is answered, on the clock of now; the end says what was called."""
    before = datetime.now(UTC).replace(microsecond=0)
    running = process("el2g", "simulate", "--json", "--devices", "4", "--profile", profile)
    told = announced(running)
    factory = {"factory": "f"} if profile == "foundries" else {}
    with El2gClient(told["token"], profile=profile, service=told["service"], **factory) as client:
        group = client.device_groups.create(nc12=NC12, device_group_name="a")
        assert before <= datetime.fromisoformat(group.resource_metadata.created_ts) <= datetime.now(UTC)
        place = {"nc12": NC12, "device_group_id": int(group.id)}
        client.device_groups.add_devices(**place, device_ids=told["devices"])
        assert client.device_groups.get(**place).device_count == 4
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=20)
    assert running.returncode == 0
    assert err.decode().splitlines()[:2] == ["4 devices; Ctrl-C stops", "3 calls"]
    assert f"          1  POST /products/{NC12}/device-groups" in err.decode().splitlines()


def test_imports_and_slips(process):
    """With the service's secret key imports are decrypted; slips are what answers have."""
    key = FOLDER / "recipients" / "recipient_secret.asc"
    running = process(
        "el2g", "simulate", "--json", "--pgp-key", key, "--slip", "new-fields", "--slip", "text-ids"
    )
    told = announced(running)
    sealed = EnvelopeMaker(recipient(), signer(2048), clock=now).seal(MASTER.material.payload())
    with El2gClient(told["token"], service=told["service"]) as client:
        made = client.secure_objects.create_master_key(
            name="master",
            object_id="83000009",
            key_size=256,
            customer_pgp_public_key=signer(2048).public_key.armored,
            encrypted_key=sealed.text,
        )
        assert (made.length, made.extra) == (256, {"addedLater": {"version": 2}})
        assert isinstance(made.reveal()["id"], str)
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=20)
    assert running.returncode == 0


def test_without_a_key_of_ones_own(process, tmp_path):
    """The key made for testing does, and devices get what they are assigned by themselves."""
    path = tmp_path / "recipient.asc"
    running = process(
        "el2g", "simulate", "--json", "--devices", "1", "--recipient", path, "--connect", "0.05"
    )
    told = announced(running)
    found = read_recipient(path.read_bytes(), clock=now)
    sealed = EnvelopeMaker(found.pinned(found.pin), signer(2048), clock=now).seal(MASTER.material.payload())
    with El2gClient(told["token"], service=told["service"]) as client:
        made = client.secure_objects.create_master_key(
            name="master",
            object_id="83000009",
            key_size=256,
            customer_pgp_public_key=signer(2048).public_key.armored,
            encrypted_key=sealed.text,
        )
        group = client.device_groups.create(nc12=NC12, device_group_name="a")
        place = {"nc12": NC12, "device_group_id": int(group.id)}
        client.device_groups.add_devices(**place, device_ids=told["devices"])
        client.secure_objects.assign(secure_object_id=int(made.id), device_group_id=int(group.id))
        states = {"GENERATION_TRIGGERED"}
        ends = time.monotonic() + 60
        while states != {"PROVISIONING_COMPLETED"} and time.monotonic() < ends:
            time.sleep(0.1)
            given = client.provisionings.of_object_all(secure_object_id=int(made.id))
            states = {each.provisioning_state for each in given}
    assert states == {"PROVISIONING_COMPLETED"}
    again = process("el2g", "simulate", "--recipient", path)
    assert b"exists already" in again.communicate(timeout=20)[1]
    assert again.returncode == 2


def test_in_this_process(sealwright):
    """What people see: the URL, the token as a line for a shell, and a warning for other addresses."""
    before = signal.getsignal(signal.SIGINT)

    def stop():
        while signal.getsignal(signal.SIGINT) is before:  # the service is not yet up
            time.sleep(0.05)
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGINT)

    stopper = threading.Thread(target=stop, daemon=True)
    stopper.start()
    done = sealwright("el2g", "simulate", "--host", "0.0.0.0", "--slip", "all", "--fault", "*:delay=0.01")
    stopper.join()
    service, token = done.out.decode().splitlines()
    assert service.startswith("service  http://0.0.0.0:")
    assert service.endswith("/api/v1")
    assert token.startswith("export SEALWRIGHT_EL2G_TOKEN=el2g-")
    assert "can be reached from other machines" in done.err
    assert "20 devices; Ctrl-C stops\n0 calls\n" in done.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--slip", "nonsense"], "there is no 'nonsense'; choose one of stray-next"),
        (["--fault", "nonsense"], "fault rule"),
        (["--fault", "*:wrong-device"], "a fault of another service"),
        (["--pgp-key", FOLDER / "recipients" / "recipient.asc"], "PRIVATE KEY BLOCK is asked for"),
    ],
)
def test_what_is_wrong(sealwright, options, words):
    """A slip, a rule or a key that is none is a usage error."""
    done = sealwright("el2g", "simulate", *options)
    assert (done.code, words in done.err) == (2, True), done.err


def test_without_the_extra(sealwright, monkeypatch):
    """Says what is missing and how to get it."""
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    for name in [
        name
        for name in sys.modules
        if name.startswith(("sealwright.simulator.el2g", "sealwright.simulator.service"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    done = sealwright("el2g", "simulate")
    assert done.code == 2
    assert "uvicorn is not installed: pip install 'sealwright[simulator]'" in done.err
