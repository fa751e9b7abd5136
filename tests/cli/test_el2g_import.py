"""`sealwright el2g import-key` and `import-binary`: both steps in one, and nothing is left on a disk."""

import json

import pytest

import recipe_provision
from el2g_world import world
from openpgp_maker import key
from sealwright.provision.receipt import verify
from sealwright.provision.signer import read_signer_key
from sealwright.simulator.el2g import PREFIXES, serve
from wrapping import FOLDER, asc, receiver

KEY = bytes(range(32)).hex()
WRAPPING = (
    *("--recipient", FOLDER / "recipients/recipient.asc", "--pin", "pin.json"),
    *("--signer", FOLDER / "signers/signer_2048_secret.asc"),
)
NAMED = ("--name", "mine", "--oid", "83000010")


class _Keeping:
    """Opens envelopes, and keeps what was in them."""

    def __init__(self):
        self.payloads = []

    def open(self, envelope, signer_key):
        """Return the payload."""
        payload = receiver().open(envelope, signer_key)
        self.payloads.append(payload.reveal())
        return payload


@pytest.fixture
def simulator():
    """Return a service that keeps what it was sent, in the clear."""
    return world(opener=_Keeping())


@pytest.fixture
def el2g(sealwright, simulator, monkeypatch, tmp_path):
    """Return a function that runs a command against the service, in a folder with a key and a pin."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEALWRIGHT_EL2G_TOKEN", simulator.token)
    (tmp_path / "key.hex").write_text(KEY)
    pin = {name: key(owner).fingerprint.hex().upper() for name, owner in PINNED.items()}
    (tmp_path / "pin.json").write_text(json.dumps(pin))
    with serve(simulator.app, prefix=PREFIXES["nxp"]) as url:
        yield lambda *arguments, **more: sealwright("el2g", *arguments, *WRAPPING, "--service", url, **more)


PINNED = {"primary": "owner", "subkey": "owner_subkey"}


def test_a_key(el2g, simulator):
    """It is wrapped, submitted and there is a receipt of the same signer; the service has the key."""
    receipts = ("--receipt", "R.jsonl")
    done = el2g("import-key", "key.hex", "--type", "master_key", *NAMED, *receipts, "--json")
    assert done.code == 0, done.err
    (made,) = simulator.account.objects.values()
    told = json.loads(done.out)
    assert (told["outcome"], told["id"], made.kind) == ("created", str(made.id), "MASTER_KEY")
    assert simulator.account.opener.payloads == [KEY.encode()]
    assert "(AES-CMAC, X9.24-1:2017)" in done.err
    assert KEY not in done.err + done.out.decode()
    with open("R.jsonl", "rb") as file:  # noqa: PTH123
        assert verify(file, [read_signer_key(asc("signers/signer_2048"))]).receipts == 1
    done = el2g("import-key", "key.hex", "--type", "master_key", *NAMED)
    assert (done.code, "found: MASTER_KEY 83000010 'mine'" in done.err) == (0, True)
    assert len(simulator.account.objects) == 1


def test_a_binary(el2g, simulator):
    """From hex text, and from the bytes themselves."""
    assert el2g("import-binary", "-", "--raw", *NAMED, stdin=b"abc").code == 0
    (made,) = simulator.account.objects.values()
    assert made.kind == "BINARY_FILE"
    done = el2g("import-binary", "-", "--name", "n", "--oid", "83000012", stdin=b"61 62 63")
    assert (done.code, "binary file of 3 bytes" in done.err) == (0, True)
    assert simulator.account.opener.payloads == [b"616263"] * 2


@pytest.mark.usefixtures("quick_scrypt")
def test_material_files(sealwright, el2g, simulator):
    """They know what they hold, and each has its command."""
    under = ("--passphrase-command", f"echo {recipe_provision.PASSPHRASE}")
    sealwright("material", "new", "binary", "--bytes", "3", "-o", "B", *under)
    done = el2g("import-key", "B", *NAMED, *under)
    assert (done.code, "use `el2g import-binary`" in done.err) == (2, True)
    assert el2g("import-binary", "B", *NAMED, *under).code == 0
    assert len(simulator.account.opener.payloads[0]) == 6


def test_refused_before_anything_is_sent(el2g, simulator):
    """A size that disagrees, a forbidden object id, a name that is missing."""
    for arguments, words in (
        (("--type", "MASTER_KEY", *NAMED, "--key-size", "AES128"), "keySize is 'AES128'"),
        (("--type", "MASTER_KEY", "--name", "n", "--oid", "F0000000"), "EdgeLock 2GO keeps F0000000"),
        (("--type", "MASTER_KEY", "--oid", "83000010"), "--name and --oid: the object needs both"),
    ):
        done = el2g("import-key", "key.hex", *arguments)
        assert (done.code, words in done.err, KEY in done.err) == (2, True, False)
    assert simulator.ledger.requests.total() == 0


def test_a_hint(el2g, simulator):
    """An object id that is unusual is told before anything is sent."""
    done = el2g("import-key", "key.hex", "--name", "n", "--oid", "1234", "--type", "MASTER_KEY")
    hint = "hint: object id 1234 is not in the range that EL2G suggests, 83000000 to 8300FFFF"
    assert (done.code, hint in done.err.splitlines()) == (0, True)
    assert len(simulator.account.objects) == 1
