"""Messages read again: everything that section 12 asks for is looked at."""

import re
import zlib

import pytest

from openpgp_maker import Shape, cfb, key, message, octets, packet, signature
from recipe_provision import PAYLOAD, SHAPES
from sealwright.errors import EnvelopeError
from sealwright.provision._openpgp.cipher import CIPHERS
from sealwright.provision._openpgp.message import write_message
from sealwright.provision._openpgp.reading import read_message
from sealwright.secret import Secret
from wrapping import now, public, signer

TO, BY, OTHER = key("owner_subkey"), key("signer_2048"), key("stranger")
SESSION = Secret(octets("made session key", 32))


def read(text, session=SESSION, cipher="AES256", *, compressed=False, to=TO, by=BY):
    """Read a message between the usual keys."""
    return read_message(
        text,
        session,
        recipient=public(to),
        signer=public(by),
        cipher=CIPHERS[cipher],
        compressed=compressed,
    )


def made(shape=Shape(), to=TO, by=BY):  # noqa: B008  # unchanging
    """Return a message of the vectors' maker."""
    return message(PAYLOAD, to, by, "made", shape)


@pytest.mark.parametrize("cipher", CIPHERS)
@pytest.mark.parametrize("compress", [False, True])
def test_our_own_messages(cipher, compress):
    """What is written is read."""
    own = signer(2048)
    written = write_message(
        Secret(PAYLOAD),
        recipient=public(TO),
        signer=own.public_key.key,
        sign=own.sign,
        cipher=CIPHERS[cipher],
        compress=compress,
        now=now(),
    )
    assert read(*written, cipher, compressed=compress).reveal() == PAYLOAD


def test_anothers_messages():
    """The vectors' maker writes headers and times in other ways, and is read all the same."""
    assert read(made()).reveal() == PAYLOAD
    assert read(made(SHAPES["zlib"]), compressed=True).reveal() == PAYLOAD


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        (made(Shape(digest=10)), {}, "announces another signature"),
        (made(Shape(digest=2)), {}, "announces another signature"),
        (made(Shape(mode=b"t", kind=0x01)), {}, "announces another signature"),
        (made(Shape(mode=b"t")), {}, "its literal data is not in binary mode"),
        (made(Shape(mode=b"u")), {}, "its literal data is not in binary mode"),
        (made(Shape(code=False)), {}, "its modification detection code does not agree"),
        (made(Shape(compression=1)), {"compressed": True}, "it is not compressed with ZLIB"),
        (made(Shape(compression=2)), {}, "what is encrypted has the packets [8], and must have [4, 11, 2]"),
        (made(), {"compressed": True}, "what is encrypted has the packets [4, 11, 2], and must have [8]"),
        (made(), {"to": OTHER}, "it is encrypted to another key than the recipient's"),
        (made(), {"by": OTHER}, "announces another signature"),
        (made(), {"session": Secret(bytes(32))}, "its data is not encrypted with its session key"),
        (made(), {"cipher": "AES128"}, "another length than the cipher's"),
        (made()[:-1], {}, "cut short"),
        (made() + packet(13, b"more"), {}, "the message has the packets [1, 18, 13]"),
        (packet(11, b"b\x00" + bytes(4)), {}, "the message has the packets [11]"),
    ],
)
def test_each_departure_is_noticed(text, options, words):
    """And each has its own text."""
    with pytest.raises(EnvelopeError, match=re.escape(words)):
        read(text, **options)


def within(text, head=b"\x01"):
    """Return a message that protects these packets."""
    first = made()[: len(made()) - len(made().partition(b"\xd2\xff")[2]) - 2]
    prefix = octets("within", 16)
    whole = prefix + prefix[-2:] + text + b"\xd3\x14"
    code = __import__("hashlib").sha1(whole).digest()
    return first + packet(18, head + cfb(SESSION.reveal(), whole + code))


ONE_PASS = packet(4, b"\x03\x00\x08\x01" + BY.fingerprint[-8:] + b"\x01")
LITERAL = packet(11, b"b\x00" + bytes(4) + PAYLOAD)
GOOD = signature(BY, 0x00, PAYLOAD)


@pytest.mark.parametrize(
    ("text", "compressed", "words"),
    [
        (ONE_PASS + LITERAL + signature(BY, 0x00, PAYLOAD, digest=10), False, "does not use SHA-256"),
        (ONE_PASS + LITERAL + signature(BY, 0x01, PAYLOAD), False, "not one over binary data"),
        (ONE_PASS + LITERAL + signature(OTHER, 0x00, PAYLOAD), False, "its signature is not from the signer"),
        (
            ONE_PASS + LITERAL + signature(OTHER, 0x00, PAYLOAD, issuer=BY.fingerprint),
            False,
            "its signature does not verify",
        ),
        (ONE_PASS + LITERAL + signature(BY, 0x00, PAYLOAD + b"0"), False, "its signature does not verify"),
        (ONE_PASS + LITERAL + packet(2, b"\x03"), False, "its signature is not of version 4 with RSA"),
        (ONE_PASS + packet(11, b"") + GOOD, False, "its literal data is not in binary mode"),
        (LITERAL, False, "what is encrypted has the packets [11]"),
        (packet(8, b"\x02nonsense"), True, "what is compressed in it cannot be read"),
        (packet(8, b"\x02" + zlib.compress(LITERAL)[:-3]), True, "is longer than it may be"),
        (packet(8, b"\x02" + zlib.compress(bytes(70_000))), True, "is longer than it may be"),
    ],
)
def test_departures_within(text, compressed, words):
    """A code that is right does not make up for what is in it."""
    assert read(within(ONE_PASS + LITERAL + GOOD)).reveal() == PAYLOAD
    with pytest.raises(EnvelopeError, match=re.escape(words)):
        read(within(text), compressed=compressed)


def test_the_outer_packets():
    """Versions, algorithms, the number's size and what stands behind it."""
    good = made()
    first, second = good[:527], good[527:]
    assert first[:4] == b"\x85\x02\x0c\x03"
    number = public(TO).rsa.public_numbers().n
    for changed, words in (
        (first[:3] + b"\x02" + first[4:] + second, "not of version 3"),
        (first[:12] + b"\x10" + first[13:] + second, "not encrypted with RSA"),
        (packet(1, first[3:] + b"\x00") + second, "something behind its session key"),
        (packet(1, first[3:13] + (4096).to_bytes(2) + number.to_bytes(512)) + second, "no number below"),
        (first + packet(18, b"\x02" + second[7:]), "not integrity-protected in version 1"),
        (first + packet(18, b"\x01" + bytes(20)), "its data is too short"),
    ):
        with pytest.raises(EnvelopeError, match=words):
            read(changed)


def test_quiet():
    """An error's traceback holds neither the payload nor the session key."""
    with pytest.raises(EnvelopeError) as caught:
        read(made(Shape(digest=10)))
    frames = [str(entry.frame.f_locals) for entry in caught.traceback if not entry.path.match("test_*.py")]
    held = (SESSION.reveal(), PAYLOAD)
    assert frames
    assert not [each for each in held if any(repr(each)[2:-1] in frame for frame in frames)]
    assert caught.value.__context__ is None
