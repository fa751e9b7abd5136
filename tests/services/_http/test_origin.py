"""One origin: what it may be, and that no path leads away from it."""

import pytest

from sealwright.errors import InputError
from sealwright.services._http.origin import Origin, is_loopback

GOOD = {
    "https://ssapi.services.u-blox.com/v1": ("https", "ssapi.services.u-blox.com", 443, "/v1"),
    "https://example.com": ("https", "example.com", 443, ""),
    "https://example.com:8443/a/b/": ("https", "example.com", 8443, "/a/b"),
    "http://127.0.0.1:8000/v1": ("http", "127.0.0.1", 8000, "/v1"),
    "http://127.9.9.9": ("http", "127.9.9.9", 80, ""),
    "http://localhost:1": ("http", "localhost", 1, ""),
    "http://[::1]:8000": ("http", "::1", 8000, ""),
}


@pytest.mark.parametrize(("url", "parts"), GOOD.items(), ids=GOOD)
def test_services(url, parts):
    """Https anywhere, http to this machine; the text of an origin leads back to it."""
    origin = Origin.read(url)
    assert tuple(origin) == parts
    assert Origin.read(str(origin)) == origin


BAD = {
    "http://example.com": "for this machine only",
    "http://10.0.0.1": "for this machine only",
    "http://localhost.example.com": "for this machine only",
    "http://0.0.0.0": "for this machine only",
    "http://127.0.0.1.example.com": "for this machine only",
    "ftp://example.com": "must be https",
    "example.com": "must be https",
    "https://": "must be https",
    "https://exa mple.com": "must be https",
    "https://example.com?x=1": "must be https",
    "https://example.com#x": "must be https",
    "https://example.com:99999": "cannot be read",
    "https://[::1": "cannot be read",
    "https://user:hunter2@example.com": "user name or password",
    "https://example.com/a/../b": "must be plain",
    "https://example.com//b": "must be plain",
    "https://example.com/a b": "must be plain",
}


@pytest.mark.parametrize(("url", "words"), BAD.items(), ids=BAD)
def test_what_is_no_service(url, words):
    """Anything else is refused, and the error does not repeat a password."""
    with pytest.raises(InputError, match=words) as caught:
        Origin.read(url)
    assert "hunter2" not in str(caught.value)


def test_urls():
    """Paths and queries go below the prefix."""
    origin = Origin.read("https://example.com/v1")
    assert origin.url("/device/list/get") == "https://example.com/v1/device/list/get"
    assert origin.url("/a%2Fb", {"q": "x&y"}) == "https://example.com/v1/a%2Fb?q=x%26y"


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/x",
        "//evil.example/x",
        "/..",
        "/a/../../b",
        "/%2e%2e/b",
        "/a/%2E./b",
        "/./b",
        "",
        "a",
        "/a b",
        "/a?b",
        "/a#b",
        "/a\r\nX: y",
        "\\\\evil",
    ],
)
def test_paths_that_lead_elsewhere(path):
    """No path leaves the prefix, whatever an answer may have said."""
    with pytest.raises(InputError, match="plain and absolute"):
        Origin.read("https://example.com/v1").url(path)


def test_loopback():
    """This machine is localhost, 127.0.0.0/8 and ::1, and no name that looks like it."""
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.255.0.3", "::1")))
    assert not any(map(is_loopback, ("", "example.com", "128.0.0.1", "::2", "localhost.", "127.1.example")))
