"""sealwright opens end-to-end sealed device telemetry in bulk.

    >>> from sealwright import KeyFile, open_messages
    >>> batch = open_messages(messages, KeyFile("keys.jsonl"))
    >>> batch.to_list()

Names are resolved when they are first used, so importing the package costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sealwright.errors import BatchError as BatchError
    from sealwright.errors import CredentialsError as CredentialsError
    from sealwright.errors import CrossCheckError as CrossCheckError
    from sealwright.errors import EngineError as EngineError
    from sealwright.errors import InputError as InputError
    from sealwright.errors import KeyFileError as KeyFileError
    from sealwright.errors import MessageError as MessageError
    from sealwright.errors import Outcome as Outcome
    from sealwright.errors import ParametersError as ParametersError
    from sealwright.errors import Reason as Reason
    from sealwright.errors import RefusedError as RefusedError
    from sealwright.errors import ReplyError as ReplyError
    from sealwright.errors import RequestError as RequestError
    from sealwright.errors import SealError as SealError
    from sealwright.errors import SealwrightError as SealwrightError
    from sealwright.errors import ServiceError as ServiceError
    from sealwright.errors import SpentSetError as SpentSetError
    from sealwright.errors import StoreError as StoreError
    from sealwright.errors import UnavailableError as UnavailableError
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
        "ReplyError",
        "SealError",
        "SealwrightError",
        "SpentSetError",
        "StoreError",
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
