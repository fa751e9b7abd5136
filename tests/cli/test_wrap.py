"""`sealwright wrap`: from key material to REQUEST.json, with no network and no key in it."""

import json

import pytest

import gnupg
from openpgp_maker import key
from recipe_provision import PASSPHRASE
from sealwright.cli.el2g_import import binary_command, key_command
from sealwright.cli.material_.answer_ import command as answer
from sealwright.cli.material_file import KINDS
from sealwright.cli.wrap_ import command
from sealwright.provision import ImportType, MaterialKind, read_request
from sealwright.provision._openpgp.cipher import CIPHERS
from wrapping import FOLDER, asc

pytestmark = pytest.mark.usefixtures("quick_scrypt")
KEY = bytes(range(32)).hex()
PRIMARY, SUBKEY = key("owner").fingerprint.hex().upper(), key("owner_subkey").fingerprint.hex().upper()
RECIPIENT = ("--recipient", FOLDER / "recipients/recipient.asc")
SIGNER = ("--signer", FOLDER / "signers/signer_2048_secret.asc")
LOCKED = ("--signer", FOLDER / "signers/signer_4096_locked.asc")
UNDER = ("--passphrase-command", "echo five words are enough here")
NAMED = ("--name", "master", "--oid", "83000009")
ROWS = [
    {"name": "one", "objectId": "83000001", "secureObjectType": "MASTER_KEY", "hex": KEY},
    {"name": "two", "objectId": "83000002", "secureObjectType": "HMAC_KEY", "keySize": 2, "hex": "0A0B"},
    {"name": "three", "objectId": "83000003", "secureObjectType": "BINARY_FILE", "hex": "00"},
]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Return the current folder, with a key in hex, a manifest and a pin that the environment names."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key.hex").write_text(f"{KEY}\n")
    (tmp_path / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in ROWS))
    (tmp_path / "pin.json").write_text(json.dumps({"primary": PRIMARY, "subkey": SUBKEY}))
    return tmp_path


@pytest.fixture
def wrap(sealwright, monkeypatch, folder):
    """Return a function that runs `sealwright wrap` with the pinned recipient."""
    monkeypatch.setenv("SEALWRIGHT_RECIPIENT_PIN", str(folder / "pin.json"))
    return lambda *arguments, **options: sealwright("wrap", *arguments, *RECIPIENT, **options)


@pytest.fixture(scope="module")
def gpg(tmp_path_factory):
    """Return GnuPG with the recipient's secret key and the signers' public ones."""
    judge = gnupg.gpg_at(tmp_path_factory.mktemp("gpg"))
    judge.take(asc("recipients/recipient_secret"), asc("signers/signer_2048"), asc("signers/signer_4096"))
    yield judge
    judge.stop()


def test_a_key_in_hex(wrap, folder, gpg):
    """The request is whole, says what it is for people, and gpg finds the key in it."""
    done = wrap(
        "key.hex", *NAMED, "--type", "master_key", "--key-size", "AES256", *SIGNER, "-o", "REQUEST.json"
    )
    assert (done.code, done.out) == (0, b"")
    request = read_request((folder / "REQUEST.json").read_bytes())
    assert request.body["keySize"] == "AES256"
    told = gpg.judge(request.body["encryptedKey"].encode())
    assert (told.payload, told.signed_by) == (KEY.encode(), request.signer)
    assert done.err.splitlines() == [
        f"to Made For Testing <recipient@example.com> {PRIMARY}, signed by {request.signer}",
        "MASTER_KEY 83000009, AES key of 32 bytes, written to REQUEST.json",
        f"  KCV {request.kcv_cmac}  (AES-CMAC, X9.24-1:2017)",
        f"  KCV {request.kcv_legacy}      (legacy: a block of zeros, encrypted)",
        f"  envelope SHA-256 {request.envelope_sha256}",
    ]
    assert KEY not in (folder / "REQUEST.json").read_text().casefold()


def test_a_material_file_and_a_locked_signer(sealwright, wrap, folder, gpg):
    """Each has its passphrase; the file knows its type."""
    sealwright("material", "new", "hmac", "--bytes", "20", "-o", "KEY", *UNDER)
    passphrase = ("--signer-passphrase-command", f"echo {PASSPHRASE}")
    done = wrap("KEY", *NAMED, *LOCKED, *UNDER, *passphrase, "-o", "R", "--cipher", "AES128", "--compress")
    assert done.code == 0
    request = read_request((folder / "R").read_bytes())
    assert (request.body["secureObjectType"], request.body["keySize"]) == ("HMAC_KEY", "20")
    told = gpg.judge(request.body["encryptedKey"].encode())
    assert (len(told.payload), told.cipher, told.compression) == (40, 7, 2)


def test_standard_input_and_output(wrap):
    """For pipes."""
    done = wrap("-", *NAMED, "--type", "BINARY_FILE", *SIGNER, "-o", "-", stdin=b"00 01\n")
    assert read_request(done.out).body["payload"]["binaryFileType"] == "CONFIDENTIAL"


def test_raw_bytes(wrap, folder):
    """Said so by --raw."""
    (folder / "raw").write_bytes(bytes(16))
    done = wrap("raw", "--raw", "--type", "oem_fw_decrypt_key", *NAMED, *SIGNER, "-o", "-")
    assert read_request(done.out).body["keySize"] == "AES128"


def test_a_passphrase_by_a_terminal(wrap, terminal):
    """It is asked for where the key is locked, and only there."""
    terminal(PASSPHRASE)
    assert wrap("key.hex", *NAMED, "--type", "MASTER_KEY", *LOCKED, "-o", "R").code == 0
    terminal()
    assert wrap("key.hex", *NAMED, "--type", "MASTER_KEY", *SIGNER, "-o", "R2").code == 0


@pytest.mark.parametrize("threads", ["1", "2"])
def test_a_manifest(wrap, folder, gpg, threads):
    """A request a line, in the order of the rows."""
    done = wrap("--manifest", "rows.jsonl", *SIGNER, "-o", "R.jsonl", "--threads", threads)
    assert (done.code, done.err.splitlines()[1]) == (0, "3 requests written to R.jsonl")
    requests = [read_request(line) for line in (folder / "R.jsonl").read_bytes().splitlines()]
    assert [each.body["name"] for each in requests] == [row["name"] for row in ROWS]
    assert gpg.judge(requests[1].body["encryptedKey"].encode()).payload == b"0a0b"


HINT = "hint: object id 1234 is not in the range that EL2G suggests, 83000000 to 8300FFFF"


def test_hints(wrap, folder):
    """An object id that is unusual is told, of a manifest how many are; it is wrapped all the same."""
    done = wrap("key.hex", "--name", "n", "--oid", "1234", "--type", "MASTER_KEY", *SIGNER, "-o", "R")
    assert (done.code, HINT in done.err.splitlines()) == (0, True)
    rows = [row | {"objectId": str(number)} for number, row in enumerate(ROWS[:2], 1)] + ROWS[2:]
    (folder / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    done = wrap("--manifest", "rows.jsonl", *SIGNER, "-o", "R.jsonl")
    assert (done.code, done.err.splitlines()[1:]) == (
        0,
        [
            "hint: 2 object ids not in the range that EL2G suggests, 83000000 to 8300FFFF",
            "3 requests written to R.jsonl",
        ],
    )


def _choices(command_, option):
    [found] = [each for each in command_.params if option in each.opts]
    return list(found.type.choices)


def test_the_words_to_choose_from():
    """They stand in the commands, whose help imports nothing heavy, and are those of the wing."""
    assert _choices(command, "--cipher") == list(CIPHERS)
    assert _choices(command, "--type") == list(ImportType)
    keys = [each for each in ImportType if each is not ImportType.BINARY_FILE]
    assert _choices(key_command, "--type") == keys
    assert _choices(key_command, "--cipher") == _choices(binary_command, "--cipher") == list(CIPHERS)
    assert list(KINDS) == list(MaterialKind)
    assert _choices(answer, "--kind") == [each for each in MaterialKind if each is not MaterialKind.BINARY]


def test_a_manifest_with_a_fault(wrap, folder):
    """No output that looks complete is left."""
    (folder / "rows.jsonl").write_text(f"{json.dumps(ROWS[0])}\n{json.dumps(ROWS[0])}\n")
    done = wrap("--manifest", "rows.jsonl", *SIGNER, "-o", "R.jsonl")
    assert (done.code, "line 2: the name 'one' stands in line 1 already" in done.err) == (2, True)
    assert not (folder / "R.jsonl").exists()


def test_the_pin_is_asked_for_once(sealwright, terminal, folder):
    """On a terminal, where there is none yet."""
    arguments = ("wrap", "key.hex", *NAMED, "--type", "MASTER_KEY", *SIGNER, *RECIPIENT, "--pin", "new.json")
    done = sealwright(*arguments, "-o", "R")
    assert (done.code, "there is nobody to ask" in done.err) == (2, True)
    terminal("y")
    assert sealwright(*arguments, "-o", "R").code == 0
    terminal()
    assert sealwright(*arguments, "-o", "R2").code == 0
    assert json.loads((folder / "new.json").read_bytes())["subkey"] == SUBKEY


TYPED = ("--type", "MASTER_KEY")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([*SIGNER], "give KEY, or --manifest FILE"),
        (["key.hex", "--manifest", "rows.jsonl", *SIGNER], "give KEY, or --manifest FILE"),
        (["--manifest", "rows.jsonl", "--name", "n", *SIGNER], "stand in the rows of a manifest"),
        (["key.hex", "--name", "n", *TYPED, *SIGNER], "--name and --oid: the object needs both"),
        (["key.hex", *NAMED, *SIGNER], "key.hex does not tell what it is"),
        (["key.hex", *NAMED, *TYPED, "--key-size", "AES128", *SIGNER], "keySize is 'AES128'"),
        (["key.hex", "--name", "n", "--oid", "FFFFFFFF", *TYPED, *SIGNER], "EdgeLock 2GO keeps F0000000"),
        (["key.hex", *NAMED, *TYPED, *LOCKED], "none is given: use --signer-passphrase-file"),
        (
            ["key.hex", *NAMED, *TYPED, *LOCKED, "--signer-passphrase-command", "echo another"],
            "the passphrase is not that of the key",
        ),
        (["key.hex", *NAMED, *TYPED, "--signer", FOLDER / "signers/signer_4096.asc"], "this is a public key"),
        (["key.hex", *NAMED, *TYPED, "--signer", FOLDER / "signers/signer_3072_secret.asc"], "RSA-3072"),
    ],
)
def test_refused(wrap, folder, arguments, words):
    """Before anything is written, and with no key in the words."""
    done = wrap(*arguments, "-o", "OUT")
    assert (done.code, words in done.err) == (2, True)
    assert not (folder / "OUT").exists()
    assert KEY not in done.err


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("subkey_swapped", "the signature that binds its subkey"),
        ("subkey_unbound", "is not bound to it"),
        ("revoked", "it is revoked by its owner"),
        ("expired", "it has expired"),
        ("checksum_wrong", "its checksum is"),
    ],
)
def test_recipients_that_are_refused(sealwright, folder, name, words):
    """Nothing is encrypted to them, pin or no pin."""
    options = ("--recipient", FOLDER / f"refused/{name}.asc", "--pin", "pin.json")
    done = sealwright("wrap", "key.hex", *NAMED, *TYPED, *SIGNER, *options, "-o", "OUT")
    assert (done.code, words in done.err) == (2, True)
    assert not (folder / "OUT").exists()


def test_a_recipient_that_is_not_there(sealwright):
    """The system's own word is given."""
    options = ("--recipient", "missing.asc", "--pin", "pin.json")
    done = sealwright("wrap", "key.hex", *NAMED, *TYPED, *SIGNER, *options, "-o", "OUT")
    assert (done.code, "recipient: missing.asc cannot be read: No such file" in done.err) == (2, True)


def test_a_key_of_the_gpg_agent(wrap, folder, monkeypatch):
    """Its passphrase goes to the agent, which signs."""
    home = folder / "home"
    home.mkdir()
    judge = gnupg.gpg_at(home)
    monkeypatch.setenv("GNUPGHOME", str(home))
    fingerprint = key("signer_4096").fingerprint.hex().upper()
    passphrase = ("--signer-passphrase-command", f"echo {PASSPHRASE}")
    try:
        judge.run(
            *("--pinentry-mode", "loopback", "--passphrase", PASSPHRASE, "--import"),
            stdin=asc("signers/signer_4096_locked"),
        )
        judge.stop()
        done = wrap("key.hex", *NAMED, *TYPED, "--signer", f"gpg:{fingerprint}", *passphrase, "-o", "-")
    finally:
        judge.stop()
    assert read_request(done.out).signer == fingerprint


def test_another_key_than_the_pinned_one(wrap, folder):
    """A good key that is not the right one."""
    (folder / "pin.json").write_text(json.dumps({"primary": PRIMARY, "subkey": PRIMARY}))
    done = wrap("key.hex", *NAMED, *TYPED, *SIGNER, "-o", "OUT")
    assert (done.code, f"its subkey key is {SUBKEY}, and {PRIMARY} is pinned" in done.err) == (2, True)
