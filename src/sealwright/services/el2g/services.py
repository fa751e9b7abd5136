"""Services of the account (AN12642, section 2)."""

from __future__ import annotations

from typing import Any

from sealwright.services._retry import Retry
from sealwright.services.el2g._fields import El2gGroup, El2gRequest

GROUP = El2gGroup("services", "Services of the account.")


@GROUP.at("2", "GET /services", "list", Retry.READ)
class ListServices(El2gRequest[Any], kw_only=True, frozen=True, eq=False):
    """List the services of the account.

    The document names this call as its example of a header and does not describe its answer, so that is
    returned as it comes.
    """
