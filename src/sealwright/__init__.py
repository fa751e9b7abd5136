"""sealwright opens end-to-end sealed device telemetry in bulk.

    >>> from sealwright import KeyFile, open_messages
    >>> batch = open_messages(messages, KeyFile("keys.jsonl"))
    >>> batch.to_list()

and take key material to EdgeLock 2GO.

    >>> from sealwright import import_object, wrap
    >>> wrap(import_object(material, name="master", object_id="83000009"), recipient, signer)

Names are resolved when they are first used, so importing the package costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sealwright.errors import BatchError as BatchError
    from sealwright.errors import CertificateError as CertificateError
    from sealwright.errors import CredentialsError as CredentialsError
    from sealwright.errors import CrossCheckError as CrossCheckError
    from sealwright.errors import EngineError as EngineError
    from sealwright.errors import EnvelopeError as EnvelopeError
    from sealwright.errors import InputError as InputError
    from sealwright.errors import KeyFileError as KeyFileError
    from sealwright.errors import MaterialError as MaterialError
    from sealwright.errors import MessageError as MessageError
    from sealwright.errors import Outcome as Outcome
    from sealwright.errors import ParametersError as ParametersError
    from sealwright.errors import Reason as Reason
    from sealwright.errors import ReceiptError as ReceiptError
    from sealwright.errors import RefusedError as RefusedError
    from sealwright.errors import ReplyError as ReplyError
    from sealwright.errors import RequestError as RequestError
    from sealwright.errors import SealError as SealError
    from sealwright.errors import SealwrightError as SealwrightError
    from sealwright.errors import ServiceError as ServiceError
    from sealwright.errors import SignerError as SignerError
    from sealwright.errors import SpentSetError as SpentSetError
    from sealwright.errors import StoreError as StoreError
    from sealwright.errors import UnavailableError as UnavailableError
    from sealwright.events import Event as Event
    from sealwright.provision import AgentSigner as AgentSigner
    from sealwright.provision import Material as Material
    from sealwright.provision import MaterialKind as MaterialKind
    from sealwright.provision import Pin as Pin
    from sealwright.provision import Signer as Signer
    from sealwright.provision import import_object as import_object
    from sealwright.provision import new_material as new_material
    from sealwright.provision import read_hex_material as read_hex_material
    from sealwright.provision import read_recipient as read_recipient
    from sealwright.provision import read_signer as read_signer
    from sealwright.provision import wrap as wrap
    from sealwright.provision import wrap_all as wrap_all
    from sealwright.secret import Secret as Secret
    from sealwright.services.el2g.client import El2gClient as El2gClient
    from sealwright.services.ublox.client import UbloxClient as UbloxClient
    from sealwright.telemetry import Batch as Batch
    from sealwright.telemetry import Budget as Budget
    from sealwright.telemetry import CachedSource as CachedSource
    from sealwright.telemetry import CrossCheck as CrossCheck
    from sealwright.telemetry import KeyFile as KeyFile
    from sealwright.telemetry import KeyStore as KeyStore
    from sealwright.telemetry import Layouts as Layouts
    from sealwright.telemetry import Parameters as Parameters
    from sealwright.telemetry import ParameterSource as ParameterSource
    from sealwright.telemetry import ServiceSets as ServiceSets
    from sealwright.telemetry import ServiceSource as ServiceSource
    from sealwright.telemetry import discover as discover
    from sealwright.telemetry import engine_info as engine_info
    from sealwright.telemetry import headers as headers
    from sealwright.telemetry import open_message as open_message
    from sealwright.telemetry import open_messages as open_messages
    from sealwright.telemetry import parse_header as parse_header
    from sealwright.telemetry import read_reply as read_reply
    from sealwright.telemetry import seal_message as seal_message
    from sealwright.telemetry import seal_messages as seal_messages

_HOMES = {
    "sealwright.errors": (
        "BatchError",
        "CrossCheckError",
        "UnavailableError",
        "ServiceError",
        "RequestError",
        "RefusedError",
        "CredentialsError",
        "EngineError",
        "InputError",
        "KeyFileError",
        "MessageError",
        "Outcome",
        "ParametersError",
        "Reason",
        "ReceiptError",
        "ReplyError",
        "SealError",
        "SealwrightError",
        "SpentSetError",
        "StoreError",
        "CertificateError",
        "EnvelopeError",
        "MaterialError",
        "SignerError",
    ),
    "sealwright.events": ("Event",),
    "sealwright.provision": (
        "AgentSigner",
        "Material",
        "MaterialKind",
        "Pin",
        "Signer",
        "import_object",
        "new_material",
        "read_hex_material",
        "read_recipient",
        "read_signer",
        "wrap",
        "wrap_all",
    ),
    "sealwright.secret": ("Secret",),
    "sealwright.services.el2g.client": ("El2gClient",),
    "sealwright.services.ublox.client": ("UbloxClient",),
    "sealwright.telemetry": (
        "Batch",
        "CrossCheck",
        "Budget",
        "CachedSource",
        "KeyFile",
        "KeyStore",
        "Layouts",
        "ParameterSource",
        "Parameters",
        "ServiceSets",
        "ServiceSource",
        "discover",
        "engine_info",
        "headers",
        "open_message",
        "open_messages",
        "parse_header",
        "read_reply",
        "seal_message",
        "seal_messages",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted([*_HOME_OF, "__version__"])  # noqa: PLE0605


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        return version("sealwright")
    if name not in _HOME_OF:
        raise AttributeError(f"module 'sealwright' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
