"""The table of message layouts: where the header ends, and which bytes the MAC covers.

What is proved and what is a guess is said beside each row; the sources are u-blox's public
samples and its device library. v1 is known. v2 and integrity are *experimental*: their
lengths are known, the span of their MAC is not, so it is a choice in this table and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from sealwright.errors import InputError
from sealwright.telemetry.format.suites import BLOCK, TAG_LENGTH, Purpose, Suite


class Kind(IntEnum):
    """A message version and purpose, as its first byte tells it. NONE is no message at all."""

    NONE = 0
    V1 = 1
    V2 = 2
    INTEGRITY = 3

    @property
    def title(self) -> str:
        """The name that users type and read."""
        return self.name.lower()

    @property
    def protection(self) -> str:
        """What messages of this kind are: `signed` or `encrypted`; nothing of NONE."""
        if self is Kind.NONE:
            return ""
        return "signed" if self is Kind.INTEGRITY else "encrypted"


@dataclass(frozen=True, slots=True)
class Shape:
    """The certain part of a layout: lengths and positions, in bytes."""

    header_length: int
    uid_at: int
    """Where the low six bytes of the device's ROTPublicUID sit."""
    uid_proved: bool
    """Whether that place is proved: then a reply of another UID is refused before any layout is chosen."""
    counter: slice
    """Where a counter is thought to sit: unproved, shown and never relied upon."""
    shortest_text: int
    purpose: Purpose
    suites: frozenset[Suite]

    @property
    def shortest_message(self) -> int:
        """Bytes of header and tag around an empty text."""
        return self.header_length + TAG_LENGTH


SHAPES: Final[dict[Kind, Shape]] = {
    # Proved on the vendor's samples; the counter's place is likely, not proved.
    Kind.V1: Shape(
        header_length=16,
        uid_at=2,
        uid_proved=True,
        counter=slice(14, 16),
        shortest_text=0,
        purpose=Purpose.PROTECTION,
        suites=frozenset({Suite.AES_128_CCM, Suite.AES_256_CCM}),
    ),
    # 28 bytes of overhead are proved, 12 of them header by the REST document; the UID's place has one sample.
    Kind.V2: Shape(
        header_length=12,
        uid_at=4,
        uid_proved=False,
        counter=slice(1, 4),
        shortest_text=BLOCK,
        purpose=Purpose.PROTECTION,
        suites=frozenset({Suite.AES_128_CS1_HMAC_SHA256, Suite.AES_256_CS1_HMAC_SHA256}),
    ),
    # The sample header of the REST document: 29 | 00000f | 0008002f3124 | 01.
    Kind.INTEGRITY: Shape(
        header_length=11,
        uid_at=4,
        uid_proved=False,
        counter=slice(1, 4),
        shortest_text=0,
        purpose=Purpose.INTEGRITY,
        suites=frozenset({Suite.HMAC_SHA256}),
    ),
}


KIND_OF_SUITE: Final = {suite: kind for kind, shape in SHAPES.items() for suite in shape.suites}
SHAPE_OF_SUITE: Final = {suite: SHAPES[kind] for suite, kind in KIND_OF_SUITE.items()}


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to read a kind of message: header, body, and a tag of 16 bytes at the end.

    `mac_span` names what the MAC covers, in order, out of `header`, `body` (the ciphertext or
    the signed data), `iv` (the parameters' AESIV) and `kiv`. For v1 it is empty: the CCM tag
    covers the text and no associated data.
    """

    kind: Kind
    name: str
    mac_span: tuple[str, ...] = ()
    check_uid: bool = True
    """Whether parameters of another UID than the header's are refused."""

    @property
    def shape(self) -> Shape:
        """Lengths and positions of this kind."""
        return SHAPES[self.kind]

    @property
    def experimental(self) -> bool:
        """True where no public vector proves the layout: everything but v1."""
        return self.kind is not Kind.V1


def _spans(kind: Kind, *names: str) -> tuple[Layout, ...]:
    return tuple(Layout(kind, name, tuple(name.split("+"))) for name in names)


LAYOUTS: Final[tuple[Layout, ...]] = (
    Layout(Kind.V1, "ccm"),
    *_spans(Kind.V2, "header+body", "body", "iv+body", "kiv+body", "header+iv+body"),
    *_spans(Kind.INTEGRITY, "header+body", "body", "kiv+body"),
)
"""Every layout that can be asked for by name; the first of each kind is its default."""


def candidates(kind: Kind) -> tuple[Layout, ...]:
    """Return every layout of a kind, the default first."""
    return tuple(layout for layout in LAYOUTS if layout.kind is kind)


@dataclass(frozen=True, slots=True)
class Layouts:
    """The one layout of each kind that bulk opening uses; it never guesses."""

    v1: Layout = candidates(Kind.V1)[0]
    v2: Layout = candidates(Kind.V2)[0]
    integrity: Layout = candidates(Kind.INTEGRITY)[0]

    def of(self, kind: Kind) -> Layout:
        """Return the layout of a kind."""
        layout: Layout = getattr(self, kind.title)
        return layout

    def choose(self, choice: str) -> Layouts:
        """Return these layouts with one changed, said as `v2=iv+body` or `v2=iv+body,any-uid`.

        `any-uid` accepts parameters whose UID is not where the table looks for it in the header;
        the MAC still decides. Raises InputError where the name is not in the table.
        """
        kind_name, _, rest = choice.partition("=")
        name, _, option = rest.partition(",")
        for layout in LAYOUTS:
            if (layout.kind.title, layout.name) == (kind_name, name) and option in {"", "any-uid"}:
                return replace(self, **{kind_name: replace(layout, check_uid=not option)})
        known = ", ".join(f"{layout.kind.title}={layout.name}" for layout in LAYOUTS)
        raise InputError(
            f"layout: there is no {choice!r}; choose one of {known}, with ,any-uid behind it or not"
        )


DEFAULT_LAYOUTS: Final = Layouts()
