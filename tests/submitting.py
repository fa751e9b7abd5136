"""Requests that were wrapped, and a simulated EL2G that takes them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import wrapping
from el2g_world import client_of, world
from sealwright.provision import MaterialKind, import_object, read_hex_material, wrap
from sealwright.services._http import Timing

if TYPE_CHECKING:
    from sealwright.provision import ImportRequest
    from sealwright.services.el2g.client import El2gClient
    from sealwright.simulator.el2g import El2gSimulator

_signer = cache(wrapping.signer)
_recipient = cache(wrapping.recipient)


@cache
def wrapped(
    name: str = "master", object_id: str = "83000010", kind: str = "aes", octets: int = 32
) -> ImportRequest:
    """Return a request; the same one for the same arguments."""
    material = read_hex_material(MaterialKind(kind), bytes(range(octets)).hex().encode())
    wanted = import_object(material, name=name, object_id=object_id)
    return wrap(wanted, _recipient(), _signer(2048))


def taking(**options: Any) -> El2gSimulator:
    """Return a service with twenty devices that takes envelopes of ours."""
    return world(opener=wrapping.receiver(), **options)


def client_at_once(simulator: El2gSimulator, **options: Any) -> El2gClient:
    """Return a client that does not wait for anything."""
    return client_of(simulator, timing=Timing(sleep=lambda _: None), **options)


def names(simulator: El2gSimulator) -> list[str]:
    """Return the names of the secure objects that there are."""
    return sorted(each.name for each in simulator.account.objects.values())
