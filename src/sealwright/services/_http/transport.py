"""The way to the network: TLS 1.2 or newer with the server's name checked, and nothing else to choose.

Requests are handed to the transport of the HTTP library itself. Its client object would add what we
do not want: the log of every URL, redirects, cookies, `.netrc`, and headers for whatever host.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.request import getproxies, proxy_bypass

import httpcore2
import httpx2

from sealwright.errors import InputError
from sealwright.services._http.sockets import Network, Step

if TYPE_CHECKING:
    from sealwright.services._http.origin import Origin

_NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody: for connections in the clear, because loading the CAs of the system takes its time."""
_IDLE: Final = 5.0
"""Seconds for which an unused connection is kept: services close theirs soon after."""


def tls_context(ca_file: Path | str | None) -> ssl.SSLContext:
    """Return what checks the server: against the CAs of the system, or of a file instead of them.

    Made without the environment: `SSLKEYLOGFILE` would write down the keys of every connection.
    Raises InputError for a file that holds no CA.
    """
    if ca_file is None:
        context = httpx2.create_ssl_context(trust_env=False)
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        _load(context, Path(ca_file))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _load(context: ssl.SSLContext, path: Path) -> None:
    try:
        context.load_verify_locations(cafile=path)
    except ssl.SSLError:
        raise InputError(f"--ca-file: {path}: no certificate in PEM in it") from None
    except OSError as problem:
        raise InputError(f"--ca-file: {path}: {problem.strerror}") from None


class Transport(httpx2.HTTPTransport):
    """The library's transport over connections that know the deadline."""

    def __init__(
        self, origin: Origin, step: Step, *, ca_file: Path | str | None, proxy: str | None, most: int
    ) -> None:
        context = _NO_TLS if origin.clear else tls_context(ca_file)
        super().__init__(verify=context, trust_env=False)
        network = Network(step, loopback_only=origin.clear)
        if proxy is None:
            self._pool = httpcore2.ConnectionPool(
                ssl_context=context, max_connections=most, keepalive_expiry=_IDLE, network_backend=network
            )
            return
        way = httpx2.Proxy(proxy)
        self._pool = httpcore2.HTTPProxy(
            proxy_url=str(way.url),
            proxy_auth=way.raw_auth,
            ssl_context=context,
            max_connections=most,
            keepalive_expiry=_IDLE,
            network_backend=network,
        )


def proxy_from_environment(origin: Origin) -> str | None:
    """Return the proxy that the environment names for a service, None where it names none.

    Connections without TLS stay on this machine and never use one. Raises InputError for a proxy
    that is not spoken to over plain HTTP.
    """
    proxies = getproxies()
    url = proxies.get(origin.scheme) or proxies.get("all")
    if url is None or origin.clear or proxy_bypass(origin.host):
        return None
    if not url.startswith("http://"):
        raise InputError("proxy: the environment names one that is not http://, and only those are spoken to")
    return url
