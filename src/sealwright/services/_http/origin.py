"""Where a service is: one origin, under a path. Nothing is ever sent anywhere else."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final, NamedTuple
from urllib.parse import urlencode, urlsplit

from sealwright.errors import InputError

Query = dict[str, str | list[str]]
"""The parameters of a query; one that has a list stands once for each of its items."""

_PATH: Final = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)+")
_HOST: Final = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")
_PORTS: Final = {"https": 443, "http": 80}


class Origin(NamedTuple):
    """Scheme, host and port, and the path that every call of the service begins with."""

    scheme: str
    host: str
    port: int
    prefix: str

    @classmethod
    def read(cls, url: str) -> Origin:
        """Read the URL of a service: https, or http to this machine itself. Raises InputError."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise InputError("service: its URL cannot be read: write https://host/path") from None
        if "@" in parts.netloc:
            raise InputError("service: its URL must not hold a user name or password")
        if parts.scheme not in _PORTS or not _HOST.fullmatch(host) or parts.query or parts.fragment:
            raise InputError("service: its URL must be https://host, with a port and a path where needed")
        prefix = parts.path.rstrip("/")
        if prefix and not _plain_path(prefix):
            raise InputError("service: the path of its URL must be plain: letters, digits and slashes")
        origin = cls(parts.scheme, host, port or _PORTS[parts.scheme], prefix)
        if origin.clear and not is_loopback(host):
            raise InputError(
                "service: http without TLS is for this machine only (localhost, 127.0.0.1, ::1): write https"
            )
        return origin

    @property
    def clear(self) -> bool:
        """Whether requests travel without TLS: to this machine itself only."""
        return self.scheme == "http"

    def url(self, path: str, query: Query | None = None) -> str:
        """Return the URL of a path below the prefix. Raises InputError for a path that leads elsewhere."""
        if not _plain_path(path):
            raise InputError("service: a path of a call must be plain and absolute, without dots to go up")
        asked = f"?{urlencode(query, doseq=True)}" if query else ""
        return f"{self}{path}{asked}"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.prefix}"


def is_loopback(host: str) -> bool:
    """Tell whether a host or address can only be this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _plain_path(path: str) -> bool:
    steps = path.lower().replace("%2e", ".").split("/")
    return bool(_PATH.fullmatch(path)) and "." not in steps and ".." not in steps
