"""What the service sends to a web hook (REST document 1.1.29, "Notification Hook APIs").

    event = read_event(body, shown=headers.get("Authorization"), agreed=token)

The service proves itself by nothing but the Authorization value that was agreed upon when the hook was
created, so that is compared first, in constant time.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from sealwright.errors import ReplyError
from sealwright.secret import Secret, quiet
from sealwright.services._json import read_json
from sealwright.services._shape import Shaper, described
from sealwright.services.ublox._fields import UbloxReply, Uid

if TYPE_CHECKING:
    from sealwright.services.ublox.notifications import EventType

_LONGEST: Final = 2**20


class Event(UbloxReply, kw_only=True, frozen=True, eq=False):
    """What every event has."""

    event_type: str
    timestamp: str

    @property
    def moment(self) -> datetime | None:
        """The time of the event, in UTC where it names no zone; None where it cannot be read."""
        try:
            moment = datetime.fromisoformat(self.timestamp)
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class OtherEvent(Event, kw_only=True, frozen=True, eq=False):
    """An event of a type that the document does not know."""

    payload: dict[str, Any] | None = None


class DeviceEvent(Event, kw_only=True, frozen=True, eq=False):
    """An event of one device."""

    rot_public_uid: Uid


class Bootstrap(UbloxReply, kw_only=True, frozen=True, eq=False):
    """What is known of a device that has bootstrapped."""

    rot_version: str | None = None
    serial_number: str | None = None
    version: str | None = None
    device_serial_number: str | None = None
    imei: str | None = None
    device_profile_uid: str | None = None
    type_number: str | None = None
    is_blacklisted: bool | None = None


class DeviceBootstrap(DeviceEvent, kw_only=True, frozen=True, eq=False):
    """A device has registered with the service."""

    payload: Bootstrap | None = None


class Properties(UbloxReply, kw_only=True, frozen=True, eq=False):
    """What is to be applied on a device, and what is."""

    desired_properties: dict[str, Any] | None = None
    current_properties: dict[str, Any] | None = None


class DevicePropertiesChange(DeviceEvent, kw_only=True, frozen=True, eq=False):
    """Desired properties were applied on a device and are its current ones."""

    payload: Properties | None = None


class Problem(UbloxReply, kw_only=True, frozen=True, eq=False):
    """What went wrong with a device."""

    error: str | None = None


class DeviceErrors(DeviceEvent, kw_only=True, frozen=True, eq=False):
    """The service could not talk to a device, or the device could not do as it was told."""

    payload: Problem | None = None


class Renewal(UbloxReply, kw_only=True, frozen=True, eq=False):
    """A device certificate that was renewed."""

    certificate_authority_name: str | None = None
    certificate_serial_number: str | None = None
    certificate_validity: int | None = None
    expiration_date: str | None = None


class DeviceCertificateRenewal(DeviceEvent, kw_only=True, frozen=True, eq=False):
    """A device certificate was renewed."""

    payload: Renewal | None = None


class Expiration(UbloxReply, kw_only=True, frozen=True, eq=False):
    """A certificate that expires."""

    certificate_authority_name: str | None = None
    days_to_expiration: int | None = None
    expiration_date: str | None = None


class DeviceExpiration(Expiration, kw_only=True, frozen=True, eq=False):
    """A device certificate that expires."""

    certificate_serial_number: str | None = None


class DeviceCertificateExpiration(DeviceEvent, kw_only=True, frozen=True, eq=False):
    """A device certificate expires in 60, 30 or 7 days."""

    payload: DeviceExpiration | None = None


class CaExpiration(Expiration, kw_only=True, frozen=True, eq=False):
    """A root CA that expires, and how many devices have a certificate of it."""

    provisioned_devices_count: int | None = None


class RootCaExpiration(Event, kw_only=True, frozen=True, eq=False):
    """A root CA expires in 180, 90, 60, 30 or 7 days, or today."""

    payload: CaExpiration | None = None


EVENTS: Final[dict[EventType, type[Event]]] = {
    "DEVICE_BOOTSTRAP_EVENT": DeviceBootstrap,
    "DEVICE_PROPERTIES_CHANGE_EVENT": DevicePropertiesChange,
    "DEVICE_ERRORS_EVENT": DeviceErrors,
    "DEVICE_CERTIFICATE_RENEWAL_EVENT": DeviceCertificateRenewal,
    "DEVICE_CERTIFICATE_EXPIRATION_EVENT": DeviceCertificateExpiration,
    "ROOTCA_EXPIRATION_EVENT": RootCaExpiration,
}


@quiet
def read_event(body: bytes, *, shown: str | None, agreed: Secret | str) -> Event:
    """Read what a web hook was sent, after the Authorization value that was shown is the one agreed upon.

    Raises ReplyError: for another Authorization value or none, and for a body that is no event.
    """
    if not is_agreed(shown, agreed):
        raise ReplyError("Authorization", "is not the value that was agreed upon for this hook")
    if len(body) > _LONGEST:
        raise ReplyError("the body", f"is longer than {_LONGEST:,} bytes")
    try:
        value = read_json(body)
    except ValueError as problem:
        fault = ReplyError("the body", f"is {problem}")
    else:
        return _event(value)
    raise fault


def is_agreed(shown: str | None, agreed: Secret | str) -> bool:
    """Compare an Authorization value with the one agreed upon, in a time that tells nothing of it."""
    expected = agreed if isinstance(agreed, Secret) else Secret(agreed.encode())
    return Secret((shown or "").encode()).matches(expected) and shown is not None


def _event(value: Any) -> Event:
    shaper = Shaper(lenient=True)
    event: Any = shaper.read(described(Event), value)
    if not shaper.faults:
        event = shaper.read(described(EVENTS.get(event.event_type, OtherEvent)), value)
    if shaper.faults:
        raise ReplyError(*shaper.faults[0])
    read: Event = event
    return read
