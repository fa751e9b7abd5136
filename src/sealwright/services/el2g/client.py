"""The client of EdgeLock 2GO (AN12642 rev. 1.0, and what NXP's own tools call since)."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar, Unpack
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from sealwright.errors import InputError, RefusedError, ServiceError, UnavailableError
from sealwright.secret import Secret, quiet
from sealwright.services._client import Client, outgoing_of
from sealwright.services._credentials import Fixed
from sealwright.services._http import Channel, Limits, Tally, Trail
from sealwright.services._paging import Book, Told
from sealwright.services._retry import Retry
from sealwright.services.el2g import groups
from sealwright.services.el2g._fields import LARGEST_PAGE
from sealwright.services.el2g._lost import Creator
from sealwright.services.el2g.jobs import SUCCEEDED
from sealwright.services.el2g.profiles import BEARER, PROFILES, Profile, profile_of, service_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.services._call import Call, Request, Wire
    from sealwright.services._http import Answer, Connection, Outgoing
    from sealwright.services.el2g.claim_codes import Batch
    from sealwright.services.el2g.jobs import Job

R = TypeVar("R")
T = TypeVar("T")

__all__ = ["PROFILES", "El2gClient", "Limits", "Profile", "Tally", "Trail"]

CORRELATION: Final = "EL2G-Correlation-ID"
_EDITION: Final = re.compile(r"/v[0-9]+$")


def _told(request: Request[Any], page: Any) -> Told:
    """Read what a page says of itself: its links tell numbers, and whether there is a next page."""
    number = None
    with suppress(ValueError, KeyError):
        number = int(parse_qs(urlsplit(page.current or "").query)["page"][0])
    is_last = page.next is None if "next" in page.reveal() else None
    return Told(number, getattr(request, "size", None) or LARGEST_PAGE, page.total_elements, is_last)


class El2gClient(Client):
    """Every call of EL2G, in groups: `client.secure_objects.get(secure_object_id=5424)`.

    `profile` is `nxp`, whose token is an API key, or `foundries`, which needs the name of a `factory`
    and takes an API token, or with `bearer` one of OAuth2. `service` names another place of the same API:
    https, or plain http to this machine. What `connection` may hold is said at `Connection`.

    A create whose answer is lost is not repeated blindly: what it may have made is looked for by its
    name first. Lists are fetched page by page, and no link of the service is followed.

        with El2gClient(token) as client:
            for group in client.device_groups.list_all(nc12="935389312472"):
                ...
    """

    _book = Book(0, "current", "totalElements", _told, LARGEST_PAGE)

    @quiet
    def __init__(
        self,
        token: Secret | str,
        *,
        profile: str = "nxp",
        factory: str | None = None,
        bearer: bool = False,
        service: str | None = None,
        **connection: Unpack[Connection],
    ) -> None:
        secret = Secret(token.encode()) if isinstance(token, str) else token
        if not len(secret):
            raise InputError("client: the token is empty")
        header = profile_of(profile).header
        url = (service or service_of(profile, factory)).rstrip("/")
        # The editions of the API lie beside each other, so what they share is the origin.
        edition = _EDITION.search(url)
        self._edition = edition[0] if edition else ""
        channel = Channel(url.removesuffix(self._edition), **connection)
        shown = {BEARER: Secret(b"Bearer " + secret.reveal())} if bearer else {header: secret}
        super().__init__(channel, Fixed(shown))
        self._skew: timedelta | None = None
        self._creator = Creator(self, channel.timing, channel.limits)
        self.services = groups.ServicesCalls(self)
        self.products = groups.ProductsCalls(self)
        self.devices = groups.DevicesCalls(self)
        self.device_groups = groups.DeviceGroupsCalls(self)
        self.claim_codes = groups.ClaimCodesCalls(self)
        self.secure_objects = groups.SecureObjectsCalls(self)
        self.provisionings = groups.ProvisioningsCalls(self)
        self.jobs = groups.JobsCalls(self)
        self.intermediate_cas = groups.IntermediateCasCalls(self)
        self.settings = groups.SettingsCalls(self)
        self.audits = groups.AuditsCalls(self)

    @property
    def service(self) -> str:
        """The URL of the service."""
        return f"{self._channel.origin}{self._edition}"

    def _send(self, checked: Request[R], tally: Tally | None) -> R:
        """Send a checked request in the way of EL2G.

        A create whose answer is lost is looked for before it is sent again. A deletion that was lost,
        and is told at its repeat that there is nothing, is done.
        """
        if checked.call.retry is Retry.CREATE and checked.look_up() is not None:
            return self._creator.create(checked, tally)
        try:
            return self.exchange(checked, tally=tally)[0]
        except RefusedError as gone:
            if checked.call.method == "DELETE" and gone.status == 404 and gone.maybe_done:
                return None  # type: ignore[return-value]  # the reply of every deletion
            raise

    def exchange(
        self, checked: Request[R], *, tally: Tally | None = None, within: float | None = None
    ) -> tuple[R, Answer]:
        """Send a checked request as it is; return its reply and the answer that it was read from."""
        reply, answer = self._exchange(checked, tally=tally, within=within)
        if answer.date is not None:
            self._skew = answer.date - self._channel.timing.now()
        return reply, answer

    def now(self) -> datetime | None:
        """Return the time by the service's own clock; None where no answer has told it."""
        if self._skew is None:
            return None
        return (self._channel.timing.now() + self._skew).astimezone(UTC)

    def _outgoing(self, call: Call, wire: Wire) -> Outgoing:
        """Return a request with its edition of the API and an id of its own."""
        if call.edition and not self._edition:
            raise InputError(
                f"{call.title}: this call is in edition {call.edition} of NXP's API, and {self.service} does "
                "not end with an edition"
            )
        correlation = str(uuid4())
        outgoing = outgoing_of(call, wire)
        return outgoing._replace(
            path=f"{'/' + call.edition if call.edition else self._edition}{outgoing.path}",
            headers=((CORRELATION, correlation),),
            correlation=correlation,
        )

    def wait_for_batch(
        self,
        *,
        nc12: str,
        device_group_id: int,
        batch_id: int,
        every: float = 2.0,
        within: float = 600.0,
        on_progress: Callable[[Batch], None] | None = None,
    ) -> Batch:
        """Ask how much of a batch of claim codes is made until all of it is. Times are in seconds.

        Raises UnavailableError where that does not come to pass in time.
        """

        def ask() -> Batch:
            batch: Batch = self.claim_codes.batch(
                nc12=nc12, device_group_id=device_group_id, batch_id=batch_id
            )
            return batch

        def tell(batch: Batch) -> tuple[bool, str]:
            done = batch.progress_in_percentage or 0
            return done >= 100, f"el2g claim-codes batch: {batch_id} is made to {done} %"

        return self._wait(ask, tell, every, within, on_progress)

    def wait_for_job(
        self,
        *,
        job_id: str | int,
        every: float = 5.0,
        within: float = 600.0,
        on_progress: Callable[[Job], None] | None = None,
    ) -> Job:
        """Ask how far a job is until it is over. Times are in seconds.

        Raises ServiceError that names the state where the job has ended with anything but success,
        UnavailableError where it is not over in time.
        """

        def ask() -> Job:
            job: Job = self.jobs.get(job_id=job_id)
            return job

        job = self._wait(
            ask,
            lambda job: (job.is_over, f"el2g jobs get: {job_id} is {job.state}"),
            every,
            within,
            on_progress,
        )
        if job.state not in SUCCEEDED:
            raise ServiceError(f"el2g jobs get: {job_id} has ended with {job.state}")
        return job

    def _wait(
        self,
        ask: Callable[[], T],
        tell: Callable[[T], tuple[bool, str]],
        every: float,
        within: float,
        on_progress: Callable[[T], None] | None,
    ) -> T:
        timing = self._channel.timing
        start = timing.monotonic()
        while True:
            seen = ask()
            if on_progress is not None:
                on_progress(seen)
            over, words = tell(seen)
            if over:
                return seen
            if timing.monotonic() - start + every > within:
                raise UnavailableError(f"{words} after {within:.0f} s")
            timing.sleep(every)
