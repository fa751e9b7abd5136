"""What the service answers: one module a subject."""

from sealwright.simulator.el2g.answers import (
    claim_codes,
    device_groups,
    intermediate_cas,
    products,
    provisionings,
    secure_objects,
)
from sealwright.simulator.service.desk import Desk

ANSWERS = Desk.of(
    products.DESK,
    device_groups.DESK,
    claim_codes.DESK,
    secure_objects.DESK,
    provisionings.DESK,
    intermediate_cas.DESK,
)

__all__ = ["ANSWERS"]
