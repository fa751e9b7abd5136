"""Signers on the command line: a key file with its passphrase, or a key of the gpg agent."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sealwright.errors import SignerError
from sealwright.secret import quiet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.cli.secret_option import SecretChoice
    from sealwright.provision import Signer, SignerKey, VerifyingKey


@contextmanager
def signer_at(place: str, passphrase: SecretChoice) -> Iterator[Signer]:
    """Yield the signer that a key file or gpg:FINGERPRINT is; a locked file's passphrase is asked for."""
    from sealwright.provision import GPG, AgentSigner

    if place.startswith(GPG):
        with AgentSigner(place, passphrase.read()) as agent:
            yield agent
        return
    yield _unlocked(place, passphrase)


@quiet
def _unlocked(place: str, passphrase: SecretChoice) -> Signer:
    from sealwright.provision import is_locked, read_signer

    octets = _contents(place)
    secret = passphrase.ask(f"Passphrase of {place}", twice=False) if is_locked(octets) else None
    return read_signer(octets, secret)


def signer_key_at(place: str) -> SignerKey:
    """Return the public half of a signer; no passphrase is needed for that."""
    from sealwright.provision import GPG, AgentSigner, read_signer_key

    if place.startswith(GPG):
        with AgentSigner(place) as agent:
            return agent.public_key
    return read_signer_key(_contents(place))


def verifying_keys_at(place: str) -> list[VerifyingKey]:
    """Return every key of a signer that may have signed, also those whose time is over."""
    from sealwright.provision import GPG, exported_key, read_verifying_keys

    return read_verifying_keys(exported_key(place) if place.startswith(GPG) else _contents(place))


def _contents(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as problem:
        raise SignerError(
            f"signer: {path} cannot be read: {problem.strerror}: give a key file or gpg:FINGERPRINT"
        ) from None
