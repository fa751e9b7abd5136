"""Places in a file: where reading goes on when the rows before have been dealt with."""

from __future__ import annotations

from typing import IO, Annotated, Final

import msgspec

_Count = Annotated[int, msgspec.Meta(ge=0)]


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="lines"):
    """A place in a file of lines: `rows` behind the line that begins at byte `offset`.

    A line may hold many rows, and what they are shows from its beginning alone.
    """

    offset: _Count = 0
    rows: _Count = 0


START: Final = Place()


def told(stream: IO[bytes]) -> int:
    """Return where a stream stands; 0 for one that cannot go back."""
    return stream.tell() if stream.seekable() else 0
