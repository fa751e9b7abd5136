"""Material that arrives in messages is what the request promises, or is refused."""

import pytest

from el2g_world import KEY_PAIR, UIDS, client_of, world
from sealwright.errors import EnvelopeError, RefusedError
from sealwright.provision import EnvelopeMaker, MaterialKind, import_object, read_hex_material, wrap
from sealwright.secret import Secret
from sealwright.services.el2g import EL2G
from services.el2g.document import PGP_KEY, PGP_MESSAGE
from wrapping import asc, now, receiver, recipient, signer


class Opener:
    """Finds what a test wants to be in a message."""

    def __init__(self, payload):
        self.payload = payload

    def open(self, envelope, signer_key):
        """Return it, after a look at what was sent."""
        assert (envelope, signer_key) == (PGP_MESSAGE, PGP_KEY)
        if isinstance(self.payload, Exception):
            raise self.payload
        return Secret(self.payload)


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
        ("hmac_key", 3, EnvelopeError("the signature was made with SHA-512"), "made with SHA-512"),
        ("confidential_binary_file", None, b"00" * 500, ""),
        ("confidential_binary_file", None, b"00" * 501, "a file has at most 1000 hex digits"),
        ("confidential_binary_file", None, b"", "not an even number of hex digits"),
    ],
)
def test_imports(name, size, payload, words):
    """What a message holds must be what the request promises; who opens it says what is wrong with it."""
    simulator = world(opener=Opener(payload))
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


def _submit(client, request):
    return client.send(EL2G.read(request.method, request.path, request.body))


@pytest.mark.parametrize(
    ("kind", "payload", "shown"),
    [
        (MaterialKind.AES, "00112233445566778899aabbccddeeff" * 2, ("MASTER_KEY", 256)),
        (MaterialKind.AES, "00112233445566778899aabbccddeeff", ("MASTER_KEY", 128)),
        (MaterialKind.HMAC, "0a0b0c", ("HMAC_KEY", 3)),
        (MaterialKind.BINARY, "ff" * 500, ("BINARY_FILE", None)),
    ],
)
@pytest.mark.parametrize("compress", [False, True])
def test_what_was_wrapped_arrives(kind, payload, shown, compress):
    """What `wrap` has made is decrypted with the service's own key and verified, and is the material."""
    simulator = world(opener=receiver())
    wanted = import_object(read_hex_material(kind, payload.encode()), name="material", object_id="83000009")
    made = wrap(wanted, recipient(), signer(2048), compress=compress)
    with client_of(simulator) as client:
        told = _submit(client, made)
        assert (told.secure_object_type, told.length) == shown
    (kept,) = simulator.account.objects.values()
    assert kept.material == bytes.fromhex(payload)


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [
        ("aes256", 4096, ""),
        ("aes192", 4096, ""),
        ("aes128", 4096, ""),
        ("zlib", 4096, ""),
        ("signer_2048", 2048, ""),
        ("refused_cipher", 4096, "session key cannot be had: .* another cipher than AES"),
        ("refused_sha512", 4096, "SHA-256"),
        ("refused_sha1", 4096, "SHA-256"),
        ("refused_zip", 4096, "ZLIB"),
        ("refused_text_mode", 4096, "SHA-256 of the signer|binary"),
        ("refused_code_wrong", 4096, "modification detection code"),
        ("refused_signer_3072", 3072, "2048 or 4096 bits only"),
        ("aes256", 2048, "signer"),
    ],
)
def test_messages_of_others(name, size, words):
    """Messages that somebody else has written: right ones arrive, and each broken rule is named."""
    simulator = world(opener=receiver())
    body = {
        "name": "a",
        "object_id": "83000008",
        "key_size": "AES256",
        "customer_pgp_public_key": asc(f"signers/signer_{size}"),
        "encrypted_key": asc(f"envelopes/{name}"),
    }
    with client_of(simulator) as client:
        if words:
            with pytest.raises(RefusedError, match=f"422 .*Import failed: .*(?:{words})"):
                client.secure_objects.create_master_key(**body)
            assert simulator.account.objects == {}
        else:
            assert client.secure_objects.create_master_key(**body).length == 256


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"00" * 16, "keySize AES256 needs 64 hex digits, and 32 came"),
        (b"0g" * 32, "the payload is not an even number of hex digits"),
    ],
)
def test_what_was_sealed_wrongly(payload, words):
    """An envelope that opens is no key of the promised size by that."""
    simulator = world(opener=receiver())
    sealed = EnvelopeMaker(recipient(), signer(2048), clock=now).seal(Secret(payload))
    with (
        client_of(simulator) as client,
        pytest.raises(RefusedError, match=f"422 .*Import failed: {words}"),
    ):
        client.secure_objects.create_master_key(
            name="a",
            object_id="83000008",
            key_size="AES256",
            customer_pgp_public_key=asc("signers/signer_2048"),
            encrypted_key=sealed.text,
        )
    assert simulator.account.objects == {}


def test_what_a_device_has(simulator, client, group):
    """What was imported is on a device once it has been provisioned, by object id; key pairs are not told."""
    simulator.account.opener = Opener(b"0a0b0c")
    made = [
        client.secure_objects.create_hmac_key(
            name="a",
            object_id="83000008",
            key_size=3,
            customer_pgp_public_key=PGP_KEY,
            encrypted_key=PGP_MESSAGE,
        ),
        client.secure_objects.create_key_pair(**KEY_PAIR | {"object_id": "8300000A"}),
        client.secure_objects.create_binary_file(name="b", object_id="8300000B", binary_file=b"\xff a file"),
        client.secure_objects.create_oem_fw_auth_key_hash(
            name="c", object_id="8300000C", binary_file=b"\xfe a hash", oem_provisioned=False
        ),
    ]
    client.device_groups.add_devices(**group, device_ids=UIDS[:2])
    for each in made:
        client.secure_objects.assign(secure_object_id=each.id, device_group_id=group["device_group_id"])
    simulator.clock.advance(5)
    assert simulator.holdings(UIDS[0]) == {}
    simulator.connect(UIDS[0])
    assert simulator.holdings(UIDS[0]) == {
        "83000008": b"\x0a\x0b\x0c",
        "8300000B": b"\xff a file",
        "8300000C": b"\xfe a hash",
    }
    assert simulator.holdings(UIDS[1]) == {}


def test_a_message_to_somebody_else():
    """A message that the service's key does not open is refused in words that tell nothing of why."""
    other = recipient()
    other = type(other)(other.user_ids, other.primary, signer(4096).public_key.key)
    envelope = EnvelopeMaker(other, signer(2048), clock=now).seal(Secret(b"00" * 32))
    with pytest.raises(EnvelopeError, match="session key cannot be had"):
        receiver().open(envelope.text, asc("signers/signer_2048").decode())
