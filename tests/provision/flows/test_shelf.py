"""What an account has: found by name, type, object id and size, whatever is missing in the service's list."""

import pytest

from sealwright.errors import InputError
from sealwright.provision.flows import Shelf, creation_of
from sealwright.services.el2g._secure_object import SecureObject
from submitting import wrapped


def listed(**changes):
    """Return an object as the service lists it."""
    facts = {"id": 7, "name": "master", "secure_object_type": "MASTER_KEY", "object_id": "83000010"}
    return SecureObject(**facts | changes)


@pytest.mark.parametrize(
    ("changes", "request_"),
    [
        ({}, wrapped()),
        ({"length": 256}, wrapped()),
        ({"length": 128}, wrapped(octets=16)),
        ({"secure_object_type": "HMAC_KEY", "length": 20}, wrapped(kind="hmac", octets=20)),
        ({"secure_object_type": "BINARY_FILE"}, wrapped(kind="binary")),
        ({"object_id": "1", "length": None}, wrapped(object_id="00000001")),
    ],
)
def test_found(changes, request_):
    """A length is in bits of an AES key and in bytes of an HMAC key; zeros of an object id do not count."""
    shelf = Shelf([listed(**changes)])
    assert shelf.find(creation_of(request_)).id == "7"
    assert "master" in shelf
    assert "other" not in shelf


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"length": 32}, "the name 'master' is taken by secure object 7, .* and length 32: choose another"),
        ({"object_id": None}, "the name 'master' is taken by secure object 7"),
        ({"object_id": "no id"}, "the name 'master' is taken by secure object 7"),
        ({"name": None}, "object id 83000010 is taken by secure object 7"),
    ],
)
def test_taken(changes, words):
    """What is irregular in the list counts as something else: nothing is taken for found that may not be."""
    with pytest.raises(InputError, match=words):
        Shelf([listed(**changes)]).find(creation_of(wrapped()))


def test_several_of_a_name():
    """The service allows that; the one that fits is found."""
    shelf = Shelf([listed(id=1, object_id="83000099"), listed(id=2), listed(id=3, name="other")])
    assert shelf.find(creation_of(wrapped())).id == "2"


def test_nothing_found():
    """Neither the name nor the object id is there."""
    shelf = Shelf([listed(name="other", object_id="83000099")])
    assert shelf.find(creation_of(wrapped())) is None
