"""Peers: each opens what is sealed, and says None where a message does not verify."""

import pytest

from sealwright.bench import peers
from sealwright.bench.corpus import MIXED, Case, make
from sealwright.bench.extras import hint, load
from sealwright.errors import InputError
from sealwright.telemetry import Suite

CCM = [peers.aesccm_new, peers.aesccm_cached, peers.pycryptodome]
PAIRS = [
    *((peer, suite) for peer in CCM for suite in (Suite.AES_128_CCM, Suite.AES_256_CCM)),
    (peers.hmac_cs1, Suite.AES_128_CS1_HMAC_SHA256),
    (peers.hmac_cs1, Suite.AES_256_CS1_HMAC_SHA256),
]


@pytest.mark.parametrize(("peer", "suite"), PAIRS)
def test_each_peer_opens(peer, suite):
    """All texts come out; a damaged message gives None and the next one opens all the same."""
    if peer is peers.pycryptodome:
        pytest.importorskip("Crypto")
    corpus = make(Case(40, MIXED, suite=suite))
    run = peer(corpus.key_sets)
    assert run(corpus.messages) == corpus.texts
    damaged = bytes([*corpus.messages[0][:-1], corpus.messages[0][-1] ^ 1])
    assert run([damaged, corpus.messages[1]]) == [None, corpus.texts[1]]


def test_a_library_that_is_missing(monkeypatch):
    """What the extra brings is asked for by name, with the command that gets it."""
    monkeypatch.setattr("sealwright.bench.extras.find_spec", lambda _name: None)
    with pytest.raises(InputError, match=r"pycryptodome is not installed: pip install 'sealwright\[bench\]'"):
        peers.pycryptodome({})
    with pytest.raises(InputError, match="matplotlib is not installed"):
        load("matplotlib.figure")
    assert hint("Crypto").startswith("pycryptodome")
