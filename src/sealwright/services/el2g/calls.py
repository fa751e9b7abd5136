"""The calls of EL2G: those of AN12642 in its order of subjects, and those that are newer."""

from __future__ import annotations

from typing import Final

from sealwright.services._registry import Registry

# Two modules enter their calls in one group when they are imported: first those that create.
from sealwright.services.el2g import (  # noqa: F401
    _secure_object,
    audits,
    claim_codes,
    creations,
    device_groups,
    devices,
    intermediate_cas,
    jobs,
    products,
    provisionings,
    secure_objects,
    services,
    settings,
)
from sealwright.services.el2g._fields import DOCUMENT

__all__ = ["DOCUMENT", "EL2G"]

EL2G: Final = Registry(
    "el2g",
    services.GROUP,
    products.GROUP,
    devices.GROUP,
    device_groups.GROUP,
    claim_codes.GROUP,
    _secure_object.GROUP,
    provisionings.GROUP,
    jobs.GROUP,
    intermediate_cas.GROUP,
    settings.GROUP,
    audits.GROUP,
)
