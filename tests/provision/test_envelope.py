"""Envelopes: judged by gpg, by other implementations, and read again before they leave."""

import hashlib
import shutil
import subprocess
import sys
import threading

import pytest

from openpgp_maker import key
from recipe_provision import PAYLOAD
from sealwright.errors import EnvelopeError, InputError, SignerError
from sealwright.provision import envelope, wrap
from sealwright.provision._openpgp.message import Written
from sealwright.provision.envelope import EnvelopeMaker
from sealwright.secret import Secret
from wrapping import FOLDER, MASTER, asc, now, recipient, signer


class Other:
    """A signer whose signatures are another's."""

    def __init__(self, signature):
        self.public_key = signer(2048).public_key
        self._signature = signature

    def sign(self, digest):
        """Return what it was made with."""
        return self._signature(digest) if callable(self._signature) else self._signature


def maker(by=None, **options):
    """Return a maker of envelopes for the recipient of the vectors."""
    return EnvelopeMaker(recipient(), by or signer(2048), clock=now, **options)


@pytest.mark.parametrize("name", ["recipient", "bound_with_sha1"])
def test_gpg_agrees(gpg, name):
    """By default: AES-256, SHA-256, no compression; to a key that is bound with SHA-1 too."""
    made = EnvelopeMaker(recipient(name), signer(), clock=now).seal(Secret(PAYLOAD))
    told = gpg.judge(made.text.encode())
    assert (told.payload, told.signed_by) == (PAYLOAD, key("signer_4096").fingerprint.hex().upper())
    assert (told.cipher, told.digest, told.compression) == (9, 8, 0)


@pytest.mark.parametrize(("cipher", "number"), [("AES256", 9), ("AES192", 8), ("AES128", 7)])
@pytest.mark.parametrize("compress", [False, True])
def test_what_is_asked_for(gpg, cipher, number, compress):
    """The ciphers and the compression that section 12 allows."""
    made = maker(cipher=cipher, compress=compress).seal(Secret(PAYLOAD))
    told = gpg.judge(made.text.encode())
    assert (told.payload, told.cipher, told.compression) == (PAYLOAD, number, 2 if compress else 0)


def _sq_options(secret, public):
    """Return the options that say where keys are: their names have changed."""
    told = subprocess.run(["sq", "decrypt", "--help"], capture_output=True, check=False).stdout
    names = (
        ("--recipient-file", "--signer-file")
        if b"--signer-file" in told
        else ("--recipient-key", "--signer-cert")
    )
    return [names[0], secret, names[1], public]


@pytest.mark.parametrize("program", ["sq", "rnp"])
@pytest.mark.parametrize("compress", [False, True])
def test_a_second_opinion(tmp_path, program, compress):
    """Two more implementations decrypt it to the payload and verify the signature."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed: apt-get install {program}")
    (tmp_path / "message").write_text(maker(compress=compress).seal(Secret(PAYLOAD)).text)
    secret, public = FOLDER / "recipients/recipient_secret.asc", FOLDER / "signers/signer_2048.asc"
    commands = {
        "sq": [["sq", "decrypt", *_sq_options(secret, public), "-o", "out", "message"]],
        "rnp": [
            ["rnpkeys", "--homedir", tmp_path, "--import", secret],
            ["rnpkeys", "--homedir", tmp_path, "--import", public],
            ["rnp", "--homedir", tmp_path, "--password", "", "--decrypt", "message", "--output", "out"],
        ],
    }
    for command in commands[program]:
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
    assert (tmp_path / "out").read_bytes() == PAYLOAD
    assert b"ood signature" in done.stdout + done.stderr


def test_its_digest():
    """The SHA-256 of the text as it is sent."""
    made = maker().seal(Secret(PAYLOAD))
    assert made.sha256 == hashlib.sha256(made.text.encode()).hexdigest()


def test_another_cipher():
    """Section 12 allows three."""
    with pytest.raises(InputError, match="cipher 'CAST5': EdgeLock 2GO takes AES256, AES192, AES128"):
        maker(cipher="CAST5")


@pytest.mark.parametrize(
    "signature", [bytes(256), b"\x01" * 256, lambda digest: signer(2048).sign(digest[::-1])]
)
def test_a_signer_that_signs_something_else(signature):
    """A card, or a fault in a computation: it does not leave."""
    with pytest.raises(EnvelopeError, match=r"its signature does not verify|cut short|another length"):
        maker(Other(signature)).seal(Secret(PAYLOAD))


def test_a_signer_that_does_not_sign():
    """Its own error comes through."""

    def refuse(_):
        raise SignerError("signer: the card is not there")

    with pytest.raises(SignerError, match="the card is not there"):
        maker(Other(refuse)).seal(Secret(PAYLOAD))


@pytest.mark.parametrize(
    "change",
    [
        lambda message: message[:-5] + bytes([message[-5] ^ 1]) + message[-4:],
        lambda message: message + b"\xcd\x00",
        lambda message: message[:-1],
        lambda _: b"",
    ],
)
def test_what_is_written_wrongly_does_not_leave(monkeypatch, change):
    """It is read by its bytes, and not by how it was made."""
    write = envelope.write_message

    def written(payload, **options):
        made = write(payload, **options)
        return Written(change(made.message), made.session_key)

    monkeypatch.setattr(envelope, "write_message", written)
    with pytest.raises(EnvelopeError):
        maker().seal(Secret(PAYLOAD))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda octets: octets[:100] + bytes([octets[100] ^ 1]) + octets[101:], "another message"),
        (lambda octets: octets[:100], "another message"),
    ],
)
def test_what_is_armoured_wrongly_does_not_leave(monkeypatch, change, words):
    """The number that only the recipient can read is compared too."""
    armor = envelope.armor
    monkeypatch.setattr(envelope, "armor", lambda kind, octets: armor(kind, change(octets)))
    with pytest.raises(EnvelopeError, match=words):
        maker().seal(Secret(PAYLOAD))


def test_armour_that_is_none_does_not_leave(monkeypatch):
    """The text itself is read."""
    monkeypatch.setattr(envelope, "armor", lambda *_: "nothing")
    with pytest.raises(EnvelopeError, match="envelope: there is no line"):
        maker().seal(Secret(PAYLOAD))


def test_another_payload_does_not_leave(monkeypatch):
    """What is read again is compared with what went in."""
    write = envelope.write_message
    monkeypatch.setattr(envelope, "write_message", lambda _, **options: write(Secret(b"00"), **options))
    with pytest.raises(EnvelopeError, match="is not the payload that it was made for"):
        maker().seal(Secret(PAYLOAD))


def test_pgpy_reads_the_first_and_one_of_many(monkeypatch):
    """An independent reader; all others are read by us alone."""
    asked = []
    made = maker(second_opinion=3)
    monkeypatch.setattr(made, "_ask_pgpy", lambda *_: asked.append(made._made))
    for _ in range(8):
        made.seal(Secret(PAYLOAD))
    assert asked == [1, 4, 7]


def test_pgpy_may_disagree(monkeypatch):
    """Then the envelope does not leave."""
    made = maker(second_opinion=1)
    monkeypatch.setattr(envelope, "read_message", lambda *_, **__: Secret(b"00"))
    write = envelope.write_message
    monkeypatch.setattr(envelope, "write_message", lambda _, **options: write(Secret(PAYLOAD), **options))
    with pytest.raises(EnvelopeError, match="an independent reader finds something else"):
        made.seal(Secret(b"00"))


def test_pgpy_may_fail(monkeypatch):
    """Whatever it raises is told by its name."""
    made = maker(second_opinion=1)
    monkeypatch.setattr(envelope, "read_packets", lambda _: [(18, b""), (18, b"\x01")])
    with pytest.raises(EnvelopeError, match=r"an independent reader cannot read it: PGPy says \w+"):
        made.seal(Secret(PAYLOAD))


def test_without_pgpy(monkeypatch):
    """No envelope leaves that nobody else has read; the text says what to install."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "pgpy"]:
        monkeypatch.delitem(sys.modules, name)
    own = maker()
    monkeypatch.setitem(sys.modules, "pgpy", None)
    with pytest.raises(EnvelopeError, match="pip install 'pgpy"):
        own.seal(Secret(PAYLOAD))


def test_only_envelopes_and_key_files_need_pgpy():
    """The rest of the package is imported and works without it."""
    code = (
        "import sys; sys.modules['pgpy'] = None\n"
        "import sealwright.provision as p, pathlib\n"
        f"key = pathlib.Path({str(FOLDER / 'recipients/recipient.asc')!r}).read_bytes()\n"
        "print(p.read_recipient(key).pin.subkey, p.new_material(p.MaterialKind.AES, 16).key_size)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == f"{key('owner_subkey').fingerprint.hex().upper()} AES128\n", done.stderr


def test_threads_share_a_maker():
    """Each envelope is whole, whoever makes it."""
    shared, made = maker(), []
    threads = [
        threading.Thread(target=lambda: made.extend(shared.seal(Secret(PAYLOAD)) for _ in range(4)))
        for _ in range(4)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len({each.sha256 for each in made}) == 16


def test_vectors_of_another_writer_are_read_by_gpg(gpg):
    """The good envelopes of the vectors are good for gpg too."""
    for name in ("aes256", "aes192", "aes128", "zlib", "signer_2048"):
        told = gpg.judge(asc(f"envelopes/{name}"))
        assert (told.payload, told.signed_by != "") == (PAYLOAD, True), name


def test_quiet():
    """The request has the envelope and no key; errors come from frames without secrets."""
    request = wrap(MASTER, recipient(), signer(2048))
    assert PAYLOAD not in request.to_json()
    with pytest.raises(EnvelopeError) as caught:
        maker(Other(bytes(256))).seal(Secret(PAYLOAD))
    assert PAYLOAD.decode() not in str([entry.frame.f_locals for entry in caught.traceback[1:]])
