"""Downlink sets of the service: one is asked for where a message is to be sealed, and none is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sealwright.errors import RefusedError
from sealwright.services.ublox.e2e import DownlinkIntegrityParametersGet, DownlinkProtectionParametersGet
from sealwright.telemetry.format.suites import Direction, Purpose
from sealwright.telemetry.keys.asking.call import NOT_KNOWN
from sealwright.telemetry.keys.parameters import Parameters, read_reply

if TYPE_CHECKING:
    from sealwright.telemetry.keys.asking.call import Sends

_REQUEST: Final = {
    Purpose.PROTECTION: DownlinkProtectionParametersGet,
    Purpose.INTEGRITY: DownlinkIntegrityParametersGet,
}


class ServiceSets:
    """A SetSource that asks the service (`client` is a UbloxClient). These calls are not billed.

    A set that was fetched and could not be used, because the run ended, is lost and costs nothing.
    """

    def __init__(self, client: Sends) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} over {self._client!r}>"

    def fetch_set(self, uid: bytes, purpose: Purpose) -> Parameters | None:
        """Fetch one set for a device, None where the service knows no such device.

        Raises ServiceError where there is no answer; ReplyError and ParametersError for a reply that
        cannot be used.
        """
        try:
            reply = self._client.send(_REQUEST[purpose](rot_public_uid=uid.hex()))
        except RefusedError as problem:
            if problem.status not in NOT_KNOWN:
                raise
            return None
        return read_reply(reply.reveal(), direction=Direction.DOWNLINK, purpose=purpose)
