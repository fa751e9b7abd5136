"""Entries: what they tell of themselves, and what they do not show."""

import making
import stores
from sealwright.secret import Secret
from sealwright.telemetry import Direction, Kind, Purpose, read_reply
from sealwright.telemetry.keys.keeping.entry import Entry, Owner

PSK = Entry.of_psk(making.V1_HEADER[:14], Secret(making.KEY), making.UID, 9.7, Owner())


def entry(parameters):
    """Return the entry for parameters."""
    return Entry.of(parameters, 1.9, Owner("https://a.example", "mine"))


def test_an_entry_gives_its_parameters_back():
    """Of every kind and direction."""
    for parameters in (
        stores.parameters(),
        stores.irregular(making.V1_HEADER),
        stores.parameters(key=making.KEY_256.ljust(32, b"!")[:32]),
        read_reply(making.reply_v2(), header=making.V2_HEADER),
        read_reply(making.reply_integrity(), header=making.INTEGRITY_HEADER, purpose="integrity"),
        read_reply(making.reply_v2_downlink(), direction="downlink"),
        read_reply(making.reply_integrity_downlink(), direction="downlink", purpose="integrity"),
    ):
        again = entry(parameters).parameters()
        assert again.key.matches(parameters.key)
        assert again.mac_key.matches(parameters.mac_key)
        for name in ("direction", "purpose", "suite", "uid", "header", "nonce", "kiv", "irregular"):
            assert getattr(again, name) == getattr(parameters, name), name


def test_what_an_entry_tells():
    """Header, device, kind, direction and purpose; whether it may serve its family."""
    v1 = entry(stores.parameters())
    assert (v1.kind, v1.direction, v1.purpose) == (Kind.V1, Direction.UPLINK, Purpose.PROTECTION)
    assert (v1.header, v1.uid, v1.learned) == (making.V1_HEADER, making.UID, 1)
    assert (v1.regular, v1.crooked, bool(v1.leads)) == (True, False, True)
    crooked = entry(stores.irregular(making.V1_HEADER))
    assert (crooked.regular, crooked.crooked, crooked.leads) == (False, True, None)
    v2 = entry(read_reply(making.reply_v2(), header=making.V2_HEADER))
    assert (v2.kind, v2.regular, v2.leads) == (Kind.V2, False, None)
    down = entry(read_reply(making.reply_integrity_downlink(), direction="downlink", purpose="integrity"))
    assert (down.kind, down.direction, down.purpose) == (
        Kind.INTEGRITY,
        Direction.DOWNLINK,
        Purpose.INTEGRITY,
    )


def test_a_dtls_key():
    """It has an id, a device and a key, and leads no family."""
    assert (PSK.is_psk, PSK.header, PSK.uid, PSK.kind) == (True, making.V1_HEADER[:14], making.UID, Kind.NONE)
    assert PSK.psk.matches(Secret(making.KEY))
    assert (PSK.leads, PSK.regular, PSK.learned) == (None, False, 9)


def test_the_same_contents():
    """Entries of one name are compared by suite and contents."""
    assert entry(stores.parameters()).same_as(entry(stores.parameters()))
    assert not entry(stores.parameters()).same_as(entry(stores.parameters(key=b"another test key")))
    assert not entry(stores.parameters()).same_as(PSK)


def test_no_key_is_shown():
    """Not in a repr, whatever the entry holds."""
    for each in (entry(stores.parameters()), PSK):
        assert not making.shown(repr(each) + str(each) + f"{each}", making.KEY)
