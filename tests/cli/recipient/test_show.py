"""`sealwright recipient show`: a key, verified, and whether it is the pinned one."""

import json

import pytest

from openpgp_maker import key
from wrapping import FOLDER

KEY = FOLDER / "recipients/bound_with_sha1.asc"
PRIMARY, SUBKEY = key("owner").fingerprint.hex().upper(), key("owner_subkey").fingerprint.hex().upper()


def test_in_words(sealwright):
    """Fingerprints in groups of four, to be compared by eye."""
    lines = sealwright("recipient", "show", KEY).out.decode().splitlines()
    assert lines[0] == "user id    Made For Testing <recipient@example.com>"
    assert lines[1].removeprefix("primary    ").replace(" ", "") == PRIMARY
    assert lines[2].removeprefix("subkey     ").replace(" ", "") == SUBKEY
    assert lines[3] == "pin        none"


@pytest.mark.parametrize(
    ("pinned", "state"),
    [
        ({}, "this key"),
        ({"subkey": PRIMARY}, "another key"),
        ({"revoked": True}, "revoked"),
    ],
)
def test_json(sealwright, tmp_path, pinned, state):
    """For programs, with what the pin says."""
    path = tmp_path / "pin"
    path.write_text(json.dumps({"primary": PRIMARY, "subkey": SUBKEY} | pinned))
    told = json.loads(sealwright("recipient", "show", KEY, "--json", "--pin", path).out)
    assert told == {
        "user_ids": ["Made For Testing <recipient@example.com>"],
        "primary": PRIMARY,
        "subkey": SUBKEY,
        "pin": state,
    }


def test_refused(sealwright):
    """A swapped subkey is seen without any pin."""
    done = sealwright("recipient", "show", FOLDER / "refused/subkey_swapped.asc")
    assert (done.code, done.out) == (2, b"")
    assert "the signature that binds its subkey" in done.err
