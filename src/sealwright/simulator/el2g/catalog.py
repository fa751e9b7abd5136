"""Products that the service knows (the examples of AN12642, sections 4.3.1 to 4.3.3)."""

from __future__ import annotations

from typing import Any, Final, NamedTuple


class Product(NamedTuple):
    """A product."""

    nc12: str
    commercial_name: str
    hardware_type: str
    hardware_variant: str
    family: str = "SE05"
    software_version: str = "0"

    @property
    def shown(self) -> dict[str, Any]:
        """Return it as answers show it."""
        return {
            "nc12": self.nc12,
            "commercialName": self.commercial_name,
            "hardwareType": self.hardware_type,
            "hardwareVariant": self.hardware_variant,
            "hardwareFamilyType": self.family,
            "softwareVersion": self.software_version,
        }


PRODUCTS: Final = {
    each.nc12: each
    for each in (
        Product("935389312472", "SE050C2HQ1/Z01V3", "SE050", "SE050C2"),
        Product("935386987471", "SE050A1HQ1/Z01SC", "SE050", "SE050A1"),
        Product("935386984472", "SE050A2HQ1/Z01SH", "SE050", "SE050A2"),
        Product("935398293472", "SE050C2HQ1/Z01LM", "SE050", "SE050C2"),
        Product("935414457472", "SE051C2HQ1/Z01XD", "SE051", "SE051C2", software_version="1"),
    )
}
USUAL: Final = "935389312472"
"""The product of devices that are registered without one."""
BOARDS: Final = (("SE050ARD", "black", "935389312472"), ("SE051ARD", "white", "935414457472"))
