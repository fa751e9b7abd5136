"""Fields that calls of several services have: where they travel, and the forms that people hold them in."""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import Meta

from sealwright.secret import Secret
from sealwright.services._call import Place
from sealwright.services._shape import secret

IN_PATH: Final = Meta(extra={"in": Place.PATH})
IN_QUERY: Final = Meta(extra={"in": Place.QUERY})
WHOLE: Final = Meta(extra={"in": Place.WHOLE})

Row = dict[str, Any]
"""An object whose fields the document does not show: kept as it came."""


def unescaped(value: object) -> object:
    """Turn line ends that were escaped once too often, or come from another system, into line ends."""
    if not isinstance(value, str):
        return value
    return value.replace("\\r", "").replace("\\n", "\n").replace("\r\n", "\n")


def digits(value: object) -> object:
    """Turn a whole number into the text of its digits: what is made of digits comes either way."""
    return str(value) if type(value) is int else value


Pem = Annotated[
    str, Meta(description="A certificate in PEM.", extra={"read": unescaped, "must": "must be a text"})
]
QuietText = Annotated[
    Secret,
    Meta(extra={"read": secret, "must": "must be a text that is not empty", "takes": "str | Secret"}),
]
