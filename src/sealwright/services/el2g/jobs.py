"""Jobs: work that goes on after its call has been answered. All of them are newer than AN12642."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final

from msgspec import Meta

from sealwright.services._fields import IN_PATH, digits
from sealwright.services._retry import Retry
from sealwright.services.el2g._fields import AnsweredId, El2gGroup, El2gReply, El2gRequest
from sealwright.services.el2g.provisionings import ProductBlobs

GROUP = El2gGroup("jobs", "Work that goes on after its call, and what came of it.")

UNDER_WAY: Final = frozenset({"JOB_TRIGGERED", "JOB_PROCESSING", "GENERATION_TRIGGERED"})
SUCCEEDED: Final = frozenset({"JOB_COMPLETED_SUCCESSFULLY", "GENERATION_COMPLETED", "PROVISIONING_COMPLETED"})
"""The ends that are known to be good. One that is not, such as JOB_COMPLETED_PARTIALLY, must be looked at."""

JobId = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9_.-]{1,128}$",
        description="The id of a job.",
        extra={
            "read": digits,
            "must": "must be the id of a job",
            "takes": "str | int",
        },
    ),
    IN_PATH,
]


class Job(El2gReply, kw_only=True, frozen=True, eq=False):
    """A job. JOB_TRIGGERED and JOB_PROCESSING are under way; what has ended says how in its state."""

    other_names: ClassVar[dict[str, str]] = {"id": "jobId"}

    job_id: AnsweredId | None = None
    state: str
    provisioned_percentage: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether it has ended; a state that nobody knows is an end that must be looked at."""
        return self.state not in UNDER_WAY


@GROUP.at("", "GET /rtp/jobs/{jobId}", "get", Retry.READ, edition="v2")
class GetJob(El2gRequest[Job], kw_only=True, frozen=True, eq=False):
    """Show how far a job is."""

    job_id: JobId


@GROUP.at("", "GET /rtp/jobs/{jobId}/download-batch-file", "download", Retry.READ, edition="v2")
class DownloadBatchFile(El2gRequest[ProductBlobs], kw_only=True, frozen=True, eq=False):
    """Download what a job has made."""

    job_id: JobId
