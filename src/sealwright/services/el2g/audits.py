"""Audits: what was done with the account (AN12642, section 4.7.1)."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta, field

from sealwright.errors import Fault
from sealwright.services._retry import Retry
from sealwright.services.el2g._fields import El2gGroup, El2gRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sealwright.services._rules import Namer

GROUP = El2gGroup("audits", "What was done with the account.")

Month = Annotated[int, Meta(ge=1, le=12, description="A month, 1 to 12.")]
Year = Annotated[int, Meta(ge=2000, le=9999, description="A year.")]


class _MonthsInOrder:
    """The report must not end before it begins."""

    def faults(self, values: Mapping[str, Any], name: Namer, _now: datetime) -> Iterator[Fault]:
        """Yield a fault where the last month is before the first."""
        start, end = ((values[f"{which}_year"], values[f"{which}_month"]) for which in ("start", "end"))
        if end < start:
            yield Fault(name("end_month").partition(".")[0], "must not be before startMonthYear")

    def schema(self, _name: Namer) -> dict[str, Any]:
        """Return nothing: a schema does not compare."""
        return {}


@GROUP.at("4.7.1", "POST /audits/create-report", "create_report", Retry.READ, media="text/csv")
class CreateReport(El2gRequest[str], kw_only=True, frozen=True, eq=False):
    """Report how often each event occurred, month by month, as CSV.

    `read_report` reads it.
    """

    rules = (_MonthsInOrder(),)

    start_month: Month = field(name="startMonthYear.month")
    start_year: Year = field(name="startMonthYear.year")
    end_month: Month = field(name="endMonthYear.month")
    end_year: Year = field(name="endMonthYear.year")


def read_report(text: str) -> list[dict[str, str]]:
    """Return the rows of a report by the names of its columns: the company, the event, and each month."""
    return list(csv.DictReader(text.splitlines(), restkey="", restval=""))
