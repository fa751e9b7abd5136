"""Material that arrives in messages is what the request promises, or is refused."""

import pytest

from el2g_world import client_of, world
from sealwright.errors import RefusedError
from services.el2g.document import PGP_KEY, PGP_MESSAGE

OPENED = {"payload": b"00" * 32, "seen": []}


def _opener(message, customer_key):
    assert (message, customer_key) == (PGP_MESSAGE, PGP_KEY)
    if isinstance(OPENED["payload"], Exception):
        raise OPENED["payload"]
    return OPENED["payload"]


@pytest.mark.parametrize(
    ("name", "size", "payload", "words"),
    [
        ("master_key", "AES256", b"00" * 32, ""),
        ("master_key", "AES128", b"0 0\n" * 16, ""),
        ("master_key", "AES128", b"00" * 32, "keySize AES128 needs 32 hex digits, and 64 came"),
        ("oem_fw_decrypt_key", "AES256", b"00" * 31, "needs 64 hex digits, and 62 came"),
        ("hmac_key", 3, b"0a0B0c", ""),
        ("hmac_key", 3, b"0a0B", "keySize 3 needs 6 hex digits, and 4 came"),
        ("hmac_key", 3, b"0a0B0", "not an even number of hex digits"),
        ("hmac_key", 3, b"0a0B0z", "not an even number of hex digits"),
        ("hmac_key", 3, ValueError("the signature was made with SHA-512"), "made with SHA-512"),
        ("confidential_binary_file", None, b"00" * 500, ""),
        ("confidential_binary_file", None, b"00" * 501, "a file has at most 1000 hex digits"),
        ("confidential_binary_file", None, b"", "not an even number of hex digits"),
    ],
)
def test_imports(name, size, payload, words):
    """What a message holds must be what the request promises; who opens it says what is wrong with it."""
    OPENED["payload"] = payload
    simulator = world(opener=_opener)
    message = "encrypted_binary_file" if size is None else "encrypted_key"
    arguments = {
        "name": "a",
        "object_id": "83000008",
        "customer_pgp_public_key": PGP_KEY,
        message: PGP_MESSAGE,
    }
    with client_of(simulator) as client:
        create = getattr(client.secure_objects, f"create_{name}")
        if words:
            with pytest.raises(RefusedError, match=words):
                create(**arguments, **({} if size is None else {"key_size": size}))
            assert simulator.account.objects == {}
            return
        made = create(**arguments, **({} if size is None else {"key_size": size}))
        (kept,) = simulator.account.objects.values()
        assert kept.material == bytes.fromhex(payload.decode().replace(" ", "").replace("\n", ""))
        assert made.length == {"AES256": 256, "AES128": 128, 3: 3, None: None}[size]
