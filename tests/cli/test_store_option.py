"""Which store is meant."""

import click
import pytest

from sealwright.cli.secret_option import SecretChoice
from sealwright.cli.store_option import StorePlace, age, default_place

NO_SECRET = SecretChoice("store-secret", None, None, ())


def test_the_place(monkeypatch, tmp_path):
    """The option, else the environment, else the user's state folder."""
    monkeypatch.delenv("SEALWRIGHT_STORE", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert default_place() == str(tmp_path / "sealwright" / "keys.sqlite")
    monkeypatch.setenv("SEALWRIGHT_STORE", "redis://server")
    place = StorePlace(None, NO_SECRET)
    assert (place.where, place.is_file, place.is_there) == ("redis://server", False, True)
    place = StorePlace(str(tmp_path / "keys.sqlite"), NO_SECRET)
    assert (place.is_file, place.is_there) == (True, False)
    (tmp_path / "keys.sqlite").symlink_to("nowhere")
    assert place.is_there


def test_passwords_are_not_shown():
    """A URL is shown without them."""
    assert StorePlace("rediss://user:hush@server:1/2", NO_SECRET).shown == "rediss://server:1/2"
    assert StorePlace("/a/b@c", NO_SECRET).shown == "/a/b@c"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0s", 0), ("90s", 90), ("30m", 1800), ("12h", 43_200), ("90d", 7_776_000), ("2w", 1_209_600)],
)
def test_ages(text, seconds):
    """A number and a unit."""
    assert age(text) == seconds


@pytest.mark.parametrize("text", ["", "d", "9", "-1d", "1.5d", "1y", "1 d", "9999999999d", "\u0661d"])
def test_what_is_no_age(text):
    """Is said to be none."""
    with pytest.raises(click.BadParameter, match="is no length of time such as 90d"):
        age(text)
