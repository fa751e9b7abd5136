"""The wing's story: material, envelope, request."""

import pytest

from recipe_provision import PAYLOAD
from sealwright.errors import InputError
from sealwright.provision import MaterialKind, import_object, new_material, read_request, wrap, wrap_all
from wrapping import MASTER, recipient, signer


def test_wrap(gpg):
    """What the request holds is what gpg decrypts, signed by the key that is sent along."""
    made = wrap(MASTER, recipient(), signer(), cipher="AES192", compress=True)
    told = gpg.judge(made.body["encryptedKey"].encode())
    assert (told.payload, told.cipher, told.compression) == (PAYLOAD, 8, 2)
    assert told.signed_by == made.signer


@pytest.mark.parametrize("threads", [1, 3])
def test_wrap_all(gpg, threads):
    """Each object has its request, in order, whichever thread has made it."""
    kinds = [(MaterialKind.AES, 32), (MaterialKind.HMAC, 7), (MaterialKind.BINARY, 500)]
    objects = [
        import_object(new_material(*kinds[n % 3]), name=f"n{n}", object_id=f"{0x83000000 + n:X}")
        for n in range(9)
    ]
    made = list(wrap_all(objects, recipient(), signer(2048), threads=threads))
    assert [each.body["name"] for each in made] == [each.name for each in objects]
    for wanted, request in list(zip(objects, made, strict=True))[-3:]:
        assert read_request(request.to_json()) == request
        body = request.body.get("payload", request.body)
        envelope = body.get("encryptedBinaryFile") or body["encryptedKey"]
        assert gpg.judge(envelope.encode()).payload == wanted.material.payload().reveal()


def test_choices_are_looked_at_first():
    """Before any object is."""
    with pytest.raises(InputError, match="cipher 'DES'"):
        wrap_all(iter([]), recipient(), signer(2048), cipher="DES")
