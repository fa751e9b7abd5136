"""`sealwright recipient pin`: once, with both fingerprints, and remembered."""

import json
import stat

import pytest

from openpgp_maker import MADE, armored, binding, key, packet, user
from wrapping import FOLDER

KEY = FOLDER / "recipients/recipient.asc"
PRIMARY, SUBKEY = key("owner").fingerprint.hex().upper(), key("owner_subkey").fingerprint.hex().upper()
STRANGER = key("stranger").fingerprint.hex().upper()
SIGNER = FOLDER / "signers/signer_2048_secret.asc"
BOTH = ("--primary", PRIMARY, "--subkey", SUBKEY)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Return where the pin is kept in these tests."""
    path = tmp_path / "folder" / "pin.json"
    monkeypatch.setenv("SEALWRIGHT_RECIPIENT_PIN", str(path))
    return path


def test_by_both_fingerprints(sealwright, place):
    """As NXP has told them; the file is the owner's alone."""
    done = sealwright("recipient", "pin", KEY, *BOTH)
    assert (done.code, done.err) == (0, f"pinned in {place}: {PRIMARY}, subkey {SUBKEY}\n")
    assert json.loads(place.read_bytes()) == {"primary": PRIMARY, "subkey": SUBKEY, "revoked": False}
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert sealwright("recipient", "pin", KEY).err == f"pinned already in {place}\n"


def test_on_a_terminal(sealwright, terminal, place):
    """The fingerprints are shown, and a person says yes or no."""
    terminal("n")
    done = sealwright("recipient", "pin", KEY)
    assert done.code == 130
    assert f"subkey     {SUBKEY[:4]} {SUBKEY[4:8]}" in done.err
    assert not place.exists()
    terminal("y")
    assert sealwright("recipient", "pin", KEY).err.endswith(f"pinned in {place}\n")


def test_in_the_users_state_folder(sealwright, monkeypatch, tmp_path):
    """Where nobody says otherwise; --pin does."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert sealwright("recipient", "pin", KEY, *BOTH).code == 0
    assert (tmp_path / "state/sealwright/recipient.json").exists()
    assert sealwright("recipient", "pin", KEY, *BOTH, "--pin", tmp_path / "other").code == 0
    assert (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "there is nobody to ask: pin it first"),
        (["--primary", PRIMARY], "--primary and --subkey go together"),
        (["--primary", PRIMARY, "--subkey", SUBKEY[-16:]], "is no fingerprint of 40 hex digits"),
        (
            ["--primary", STRANGER, "--subkey", SUBKEY],
            f"its primary key is {PRIMARY}, and {STRANGER} is pinned",
        ),
        (
            ["--primary", PRIMARY, "--subkey", STRANGER],
            f"its subkey key is {SUBKEY}, and {STRANGER} is pinned",
        ),
    ],
)
def test_refused(sealwright, place, arguments, words):
    """Nothing is pinned then."""
    done = sealwright("recipient", "pin", KEY, *arguments)
    assert (done.code, words in done.err) == (2, True)
    assert not place.exists()


@pytest.mark.parametrize("pair", [(STRANGER, SUBKEY), (PRIMARY, STRANGER), (STRANGER, STRANGER)])
@pytest.mark.parametrize("replace", [(), ("--replace",)])
def test_given_fingerprints_are_compared_with_what_is_pinned_too(sealwright, place, pair, replace):
    """Whoever gives others is told so, though this key is pinned already."""
    sealwright("recipient", "pin", KEY, *BOTH)
    before = place.read_bytes()
    done = sealwright("recipient", "pin", KEY, "--primary", pair[0], "--subkey", pair[1], *replace)
    assert (done.code, f"and {STRANGER} is pinned: this is another key" in done.err) == (2, True)
    done = sealwright("recipient", "pin", KEY, "--primary", PRIMARY, "--subkey", SUBKEY[-16:], *replace)
    assert (done.code, "is no fingerprint of 40 hex digits" in done.err) == (2, True)
    assert place.read_bytes() == before


@pytest.fixture
def newer(tmp_path):
    """Make the owner's key with another subkey."""
    own, subkey = key("owner"), key("stranger", MADE + 9)
    octets = packet(6, own.body) + user(own, "Made For Testing") + packet(14, subkey.body)
    path = tmp_path / "newer.asc"
    path.write_text(armored("PUBLIC KEY BLOCK", octets + binding(own, subkey, made=MADE + 9)))
    return path, subkey.fingerprint.hex().upper()


def test_another_key_in_its_place(sealwright, place, newer):
    """Only when that is asked for."""
    path, subkey = newer
    sealwright("recipient", "pin", KEY, *BOTH)
    options = ("--primary", PRIMARY, "--subkey", subkey)
    done = sealwright("recipient", "pin", path, *options)
    assert (done.code, f"{PRIMARY} with subkey {SUBKEY} is pinned in {place}" in done.err) == (2, True)
    assert sealwright("recipient", "pin", path, *options, "--replace").code == 0
    assert json.loads(place.read_bytes())["subkey"] == subkey


def test_a_revocation_is_remembered(sealwright, place):
    """A copy of the key without it is refused from then on, and is not pinned again."""
    sealwright("recipient", "pin", KEY, *BOTH)
    done = sealwright("recipient", "show", FOLDER / "refused/revoked.asc")
    assert done.code == 2
    assert done.err.startswith(f"the pinned recipient is revoked, and {place} remembers that\n")
    assert json.loads(place.read_bytes())["revoked"] is True
    for arguments in (BOTH, (*BOTH, "--replace")):
        done = sealwright("recipient", "pin", KEY, *arguments)
        assert (done.code, "a revocation of this key has been seen" in done.err) == (2, True)


def test_a_revoked_subkey_is_remembered(sealwright, place, newer):
    """Its owner publishes another one, and that may be pinned."""
    sealwright("recipient", "pin", KEY, *BOTH)
    sealwright("recipient", "show", FOLDER / "refused/subkey_revoked.asc")
    assert json.loads(place.read_bytes())["revoked"] is True
    path, subkey = newer
    assert (
        sealwright("recipient", "pin", path, "--primary", PRIMARY, "--subkey", subkey, "--replace").code == 0
    )
    assert json.loads(place.read_bytes()) == {"primary": PRIMARY, "subkey": subkey, "revoked": False}


@pytest.fixture
def rotated(tmp_path):
    """Make the owner's key with the pinned subkey revoked and another good one."""
    own, old, subkey = key("owner"), key("owner_subkey"), key("stranger", MADE + 9)
    octets = packet(6, own.body) + user(own, "Made For Testing")
    octets += packet(14, old.body) + binding(own, old) + binding(own, old, kind=0x28, hashed=b"")
    octets += packet(14, subkey.body) + binding(own, subkey, made=MADE + 9)
    path = tmp_path / "rotated.asc"
    path.write_text(armored("PUBLIC KEY BLOCK", octets))
    return path, subkey.fingerprint.hex().upper()


WRAP = (*("--name", "n", "--oid", "83000009", "--type", "MASTER_KEY", "-o", "-"), "--signer", SIGNER)


@pytest.mark.parametrize(
    "command",
    [("recipient", "show"), ("recipient", "pin"), ("wrap", "-", *WRAP, "--recipient")],
    ids=["show", "pin", "wrap"],
)
def test_a_subkey_that_was_revoked_for_another_is_remembered(sealwright, place, rotated, command):
    """Once the owner's new key has been seen, whichever command sees it, the old copy is of no use."""
    path, subkey = rotated
    sealwright("recipient", "pin", KEY, *BOTH)
    seen = sealwright(*command, path, stdin=b"00" * 16)
    assert f"the pinned recipient is revoked, and {place} remembers that\n" in seen.err
    assert (seen.code, json.loads(place.read_bytes())["revoked"]) == (0 if "show" in command else 2, True)
    for old in (("recipient", "pin", KEY, *BOTH, "--replace"), ("wrap", "-", *WRAP, "--recipient", KEY)):
        done = sealwright(*old, stdin=b"00" * 16)
        assert (done.code, "a revocation of this key has been seen" in done.err) == (2, True)
    new = ("--primary", PRIMARY, "--subkey", subkey, "--replace")
    assert sealwright("recipient", "pin", path, *new).code == 0
    assert sealwright("wrap", "-", *WRAP, "--recipient", path, stdin=b"00" * 16).code == 0


def test_a_strangers_revocation_changes_nothing(sealwright, place, tmp_path):
    """Only what the owner has signed is remembered: of the key, or of a subkey that anybody may bind."""
    sealwright("recipient", "pin", KEY, *BOTH)
    assert sealwright("recipient", "show", FOLDER / "refused/revocation_damaged.asc").code == 2
    other, subkey, own = key("stranger"), key("owner_subkey"), key("signer_4096")
    theirs = packet(6, other.body) + user(other, "Stranger") + packet(14, subkey.body)
    theirs += binding(other, subkey) + binding(other, subkey, kind=0x28, hashed=b"")
    for more, code in ((b"", 2), (packet(14, own.body) + binding(other, own), 0)):
        (tmp_path / "theirs.asc").write_text(armored("PUBLIC KEY BLOCK", theirs + more))
        assert sealwright("recipient", "show", tmp_path / "theirs.asc").code == code
    assert json.loads(place.read_bytes())["revoked"] is False


def test_pins_that_cannot_be_read(sealwright, place):
    """A damaged one, and one that is a folder."""
    place.parent.mkdir()
    place.write_bytes(b"nonsense")
    assert "the file is damaged, or no pin" in sealwright("recipient", "pin", KEY).err
    place.unlink()
    place.mkdir()
    assert f"pin: {place} cannot be read: Is a directory" in sealwright("recipient", "pin", KEY).err
