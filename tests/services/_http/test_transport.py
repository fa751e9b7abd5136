"""Proxies: from the environment when that is asked for, never else, and never for this machine."""

import pytest

from asking import ASK, body_of, channel
from certifying import Authority
from sealwright.errors import InputError, UnavailableError
from sealwright.services._http.origin import Origin
from sealwright.services._http.transport import proxy_from_environment
from serving import Server, answer

SERVICE = Origin.read("https://service.example/v1")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        ({}, None),
        ({"https_proxy": "http://proxy.example:3128"}, "http://proxy.example:3128"),
        ({"HTTPS_PROXY": "http://proxy.example:3128"}, "http://proxy.example:3128"),
        ({"all_proxy": "http://proxy.example:3128"}, "http://proxy.example:3128"),
        ({"http_proxy": "http://proxy.example:3128"}, None),
        ({"https_proxy": "http://proxy.example:3128", "no_proxy": "service.example"}, None),
    ],
)
def test_the_environment(monkeypatch, environment, proxy):
    """The variables mean what they mean everywhere."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_from_environment(SERVICE) == proxy


def test_this_machine(monkeypatch):
    """What goes in the clear stays on this machine, whatever the environment says."""
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    assert proxy_from_environment(Origin.read("http://localhost:1")) is None


@pytest.mark.parametrize("url", ["https://proxy.example", "socks5://proxy.example", "proxy.example:3128"])
def test_other_kinds_of_proxy(monkeypatch, url):
    """A proxy that would be spoken to in another way is an error, not passed over."""
    monkeypatch.setenv("https_proxy", url)
    with pytest.raises(InputError, match="only those are spoken to"):
        proxy_from_environment(SERVICE)


def test_proxies_only_when_asked(monkeypatch, tmp_path):
    """The environment's proxy hears nothing unless it is asked for, and then CONNECT and no secret."""
    authority = Authority(tmp_path)
    refused = answer({}, 407)
    with Server(refused, host="127.0.0.2") as proxy, Server(answer(), tls=authority.server()) as server:
        monkeypatch.setenv("https_proxy", f"http://user:password@{proxy.host}:{proxy.port}")
        with channel(server, ca_file=authority.file) as open_channel:
            open_channel.exchange(ASK, body_of)
        assert proxy.heard == []
        asked = channel(server, ca_file=authority.file, use_environment_proxies=True)
        with asked as open_channel, pytest.raises(UnavailableError, match="the proxy does not let") as caught:
            open_channel.exchange(ASK, body_of)
        assert "password" not in str(caught.value)
        assert caught.value.sent == 0
        assert {(heard.method, heard.path) for heard in proxy.heard} == {
            ("CONNECT", f"127.0.0.1:{server.port}")
        }
        assert all(heard.headers["proxy-authorization"].startswith("Basic ") for heard in proxy.heard)
        assert all(heard.body == b"" and "call" not in str(heard.headers) for heard in proxy.heard)
