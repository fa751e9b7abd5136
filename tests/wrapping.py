"""The keys of vectors/provision, as tests of the provisioning wing use them."""

from functools import cache
from pathlib import Path

import openpgp_maker
import recipe_provision
from sealwright.provision import (
    MaterialKind,
    Receiver,
    import_object,
    read_hex_material,
    read_recipient,
    read_signer,
)
from sealwright.provision._openpgp.keys import read_public_key
from sealwright.secret import Secret

FOLDER = Path(openpgp_maker.__file__).parent / "provision"
PASSPHRASE = Secret(recipe_provision.PASSPHRASE.encode())
MASTER = import_object(
    read_hex_material(MaterialKind.AES, recipe_provision.PAYLOAD), name="master", object_id="83000009"
)
"""The object that most tests import."""


def now():
    """Return the time at which the test keys are looked at."""
    return recipe_provision.NOW


def asc(path):
    """Return one of the vectors' files."""
    return (FOLDER / f"{path}.asc").read_bytes()


def small_subkey(size):
    """Return a key to encrypt to: a signer's numbers, and by another time another fingerprint."""
    return openpgp_maker.key(f"signer_{size}", openpgp_maker.MADE + 1)


def public(made):
    """Return a key of the vectors' maker as a public key of ours."""
    return read_public_key(made.body)


def recipient(name="recipient"):
    """Return a recipient, pinned as what it is."""
    found = read_recipient(asc(f"recipients/{name}"), clock=now)
    return found.pinned(found.pin)


@cache
def receiver():
    """Return what opens messages to the recipient, with its secret key."""
    return Receiver(asc("recipients/recipient_secret"), clock=now)


def signer(size=4096):
    """Return a signer by the size of its key."""
    return read_signer(asc(f"signers/signer_{size}_secret"), None, clock=now)


def public_block(octets):
    """Return packets as an armoured public key."""
    return openpgp_maker.armored("PUBLIC KEY BLOCK", octets).encode()
