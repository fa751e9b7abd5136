"""Sealing one text with one parameter set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import SealError
from sealwright.telemetry.format.header import MAX_CCM_TEXT
from sealwright.telemetry.format.layouts import DEFAULT_LAYOUTS, Kind, Layouts
from sealwright.telemetry.opening.engine import engine

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from sealwright.telemetry.keys.parameters import Parameters


def seal_message(text: Buffer, parameters: Parameters, *, layouts: Layouts = DEFAULT_LAYOUTS) -> bytes:
    """Encrypt and sign one text, or sign it alone, as the parameters' suite says.

    The header is the parameters' own. One parameter set seals one text: sealing another with it
    repeats a nonce or an IV, which gives texts away, and this function does not remember what it
    has sealed. Raises SealError where the text or the parameters do not allow it. v2 and integrity
    are experimental: no public vector proves their layout.
    """
    octets = bytes(memoryview(text))
    layout = layouts.of(parameters.kind)
    shape = layout.shape
    if len(parameters.header) != shape.header_length:
        raise SealError(
            f"seal: {layout.kind.title} needs parameters with a header of {shape.header_length} bytes"
        )
    if len(octets) < shape.shortest_text:
        raise SealError(
            f"seal: AES-CBC-CS1 is not defined below one block: {len(octets)} bytes of text, 16 are needed;"
            " pad the text in a way that the device knows"
        )
    if layout.kind is Kind.V1 and len(octets) > MAX_CCM_TEXT:
        raise SealError(f"seal: {len(octets)} bytes of text; CCM with a 12-byte nonce takes {MAX_CCM_TEXT}")
    if "kiv" in layout.mac_span and not parameters.kiv:
        raise SealError(f"seal: the layout {layout.name} covers KIV, and these parameters have none")
    return engine().seal(octets, parameters, layout)
