"""Two sources as one: the first answers, and the second for what the first knows nothing of."""

import making
import stores
from sealwright import open_messages, seal_message
from sealwright.errors import Outcome
from sealwright.telemetry import ChainedSource, HeldKeys, ParameterSource, State

OTHER_KEY = b"another test key"


def held(*parameters):
    """Hold parameters in memory."""
    keys = HeldKeys()
    for each in parameters:
        keys.add(each)
    return keys


def ask(source, *headers, exact=False):
    """Return state and key that a source has for each header."""
    table = source.resolve(making.headers_of(*headers), exact=exact)
    return [(State(code).name, bytes(key[:16])) for code, key in zip(table.state, table.key, strict=True)]


def test_the_first_that_knows():
    """Each header is answered by the first source that has anything, in order."""
    first = held(stores.parameters(stores.header()))
    second = held(
        stores.parameters(stores.header(), OTHER_KEY), stores.parameters(stores.header(1), OTHER_KEY)
    )
    source = ChainedSource(first, second)
    assert isinstance(source, ParameterSource)
    assert ask(source, stores.header(1), stores.header(), stores.header(2)) == [
        ("EXACT", OTHER_KEY),
        ("EXACT", making.KEY),
        ("UNKNOWN", bytes(16)),
    ]
    assert ask(source, stores.header()) == [("EXACT", making.KEY)]


def test_a_candidate_comes_before_the_second_source():
    """It is tried; only when its tag fails the second source answers for the very header."""
    follower = stores.header(counter=1)
    source = ChainedSource(
        held(stores.parameters(stores.header())), held(stores.parameters(follower, OTHER_KEY))
    )
    assert ask(source, follower) == [("CANDIDATE", making.KEY)]
    assert ask(source, follower, exact=True) == [("EXACT", OTHER_KEY)]
    messages = [seal_message(b"text", stores.parameters(follower, key)) for key in (making.KEY, OTHER_KEY)]
    for message in messages:
        batch = open_messages([message], source)
        assert batch.counts()[Outcome.OPENED] == 1


def test_rows_of_both_keep_their_shortcut():
    """Candidates of the second source take the nonce out of the header, exact rows keep their own."""
    first = held(stores.irregular(stores.header(1)))
    source = ChainedSource(first, held(stores.parameters(stores.header(2))))
    table = source.resolve(making.headers_of(stores.header(1), stores.header(2), stores.header(2, 1)))
    assert table.shortcut.tolist() == [False, True, True]
    assert table.state.tolist() == [State.EXACT, State.EXACT, State.CANDIDATE]


def test_its_repr_names_both():
    """And no key."""
    assert repr(ChainedSource(held(), held())) == (
        "<ChainedSource of <HeldKeys of 0 parameter sets> and <HeldKeys of 0 parameter sets>>"
    )
