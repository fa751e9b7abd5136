"""Coverage-guided fuzzing of everything that reads bytes from outside.

    pip install atheris
    python tests/fuzz/fuzz.py header -max_total_time=10

A target passes when nothing but our own errors comes out, and when what it says holds together.
"""

import binascii
import contextlib
import io
import json
import os
import sys
import tempfile
import warnings
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["sealwright"]):
    from sealwright.errors import (
        CertificateError,
        EnvelopeError,
        InputError,
        KeyFileError,
        MessageError,
        ParametersError,
        Reason,
        ReplyError,
        RequestError,
    )
    from sealwright.provision import read_manifest, read_recipient
    from sealwright.provision._openpgp.cipher import CIPHERS
    from sealwright.provision._openpgp.reading import read_message
    from sealwright.secret import Secret
    from sealwright.services._json import read_json
    from sealwright.services.ublox import UBLOX, read_event, read_whitelist
    from sealwright.telemetry import (
        KeyFile,
        Messages,
        open_messages,
        parse_header,
        read_reply,
        read_sealed_key_file,
    )
    from sealwright.telemetry.format.headers import Reading, parse_headers
    from sealwright.telemetry.keys.keeping import sealed_file as sealed_files
    from sealwright.telemetry.keys.keeping import wrapping
    from sealwright.telemetry.keys.strict import read_object
    from sealwright.telemetry.pipeline.csv_table import CsvTable
    from sealwright.telemetry.pipeline.json_lines import JsonLines
    from sealwright.telemetry.pipeline.text_lines import TextLines

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "vectors"))
import openpgp_maker
import wrapping as made

OWNER = made.public(openpgp_maker.key("owner"))
NOW = made.now()
SESSION = Secret(bytes(32))
PURPOSES = (None, "protection", "integrity")
RECORD = {"outcome": "malformed"}
KEYS = {
    bytes.fromhex("1101000089282257621f7593c47f0000"): {
        "Nonce": "iSgiV2Ifd5PEfwAA",
        "MACLength": 128,
        "CipherSuite": "AES_128_CCM",
        "Key": "bWFkZSBmb3IgdGVzdHM=",
        "ROTPublicUID": 2000089282257,
    }
}


def header(data):
    """One header and many say the same of any bytes, and raise nothing but MessageError."""
    purpose = PURPOSES[len(data) % 3]
    told = parse_headers(Messages.of([data]), Reading.of(purpose=purpose))
    reason = Reason.NONE
    try:
        one = parse_header(data, purpose=purpose)
    except MessageError as problem:
        one, reason = None, problem.reason
    assert (told[0], Reason.of(int(told.reason[0]))) == (one, reason)


def reply(data):
    """Read, refuse or fail to read a reply, and nothing else."""
    with contextlib.suppress(ParametersError, ReplyError, ValueError):
        read_reply(read_object(data), purpose=PURPOSES[1 + len(data) % 2])


def key_file(data):
    """Read a key file, or tell why not by a KeyFileError."""
    file = os.memfd_create("keys")
    try:
        os.write(file, data)
        KeyFile(f"/proc/self/fd/{file}")
    except KeyFileError:
        pass
    finally:
        os.close(file)


def sealed_file(data):
    """Nothing but a whole sealed key file opens, and there is none here: a KeyFileError, whatever it is."""
    wrapping.stretch = lambda *_: bytes(32)  # scrypt takes its time on purpose
    with contextlib.suppress(KeyFileError):
        read_sealed_key_file(io.BytesIO(sealed_files.MAGIC + data), "fuzz", Secret(b"made for testing"))
        raise AssertionError


def messages(data):
    """Bytes cut anywhere into messages never open, and never stop each other."""
    count = data[0] % 8 if data else 0
    cuts = sorted(each % (len(data) + 1) for each in data[1 : 1 + count])
    parts = [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
    batch = open_messages(parts, KEYS, purpose=PURPOSES[len(data) % 3])
    assert len(batch) == len(parts)
    assert not any(batch.to_list())
    assert not batch.arena.any()


def json_lines(data):
    """Whatever the lines hold, each row is written again as one JSON object."""
    _written(JsonLines(io.BytesIO(data), "payload", 2**16), json.loads)


def text_lines(data):
    """Whatever the lines hold, each row is written as one JSON object."""
    _written(TextLines(io.BytesIO(data), "payload", 2**16), json.loads)


def csv(data):
    """Whatever the table holds, each row is written again."""
    with contextlib.suppress(InputError):
        _written(CsvTable(io.BytesIO(b"payload\n" + data), "payload", 2**16), bytes)


def service_reply(data):
    """Whatever JSON a service answers, it is a reply of the call or a ReplyError that names a field."""
    call = UBLOX.calls[len(data) % len(UBLOX)]
    with contextlib.suppress(ValueError):
        value = read_json(data)
        with contextlib.suppress(ReplyError):
            repr(call.read_reply(value))


def service_request(data):
    """Whatever body reaches the service's side, it is a checked request or every fault of it."""
    call = UBLOX.calls[len(data) % len(UBLOX)]
    with contextlib.suppress(ValueError):
        value = read_json(data)
        with contextlib.suppress(RequestError):
            request = UBLOX.read(call.method, call.path, value)
            assert read_json(call.wire(request).body.reveal()) is not None


def event(data):
    """Whatever a web hook is sent, it is an event or a ReplyError."""
    with contextlib.suppress(ReplyError):
        repr(read_event(data, shown="x", agreed="x").moment)


def whitelist(data):
    """Whatever a whitelist file holds, it has entries or a row that is wrong."""
    with contextlib.suppress(RequestError):
        list(read_whitelist(b"Id,Type,Action\n" + data))


def recipient(data):
    """Whatever is given as a public key, it is one that its owner has signed, or a CertificateError."""
    for octets in (data, b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n" + data):
        with contextlib.suppress(CertificateError):
            assert read_recipient(octets, clock=lambda: NOW).pin.primary == OWNER.fingerprint


def envelope(data):
    """Whatever bytes a message has, it is not one that the signer has made."""
    with contextlib.suppress(EnvelopeError):
        compressed = len(data) % 2 == 1
        read_message(
            data, SESSION, recipient=OWNER, signer=OWNER, cipher=CIPHERS["AES256"], compressed=compressed
        )
        raise AssertionError


def manifest(data):
    """Whatever a manifest holds, its rows are objects or an InputError that names a line."""
    for name in ("manifest.csv", "manifest.jsonl"):
        with contextlib.suppress(InputError):
            list(read_manifest(io.BytesIO(data), name))


def _written(table, read):
    with contextlib.suppress(InputError):
        for row in table.rows():
            read(table.write(row, RECORD))


TARGETS = {
    each.__name__: each
    for each in (
        header,
        reply,
        key_file,
        sealed_file,
        messages,
        json_lines,
        text_lines,
        csv,
        service_reply,
        service_request,
        event,
        whitelist,
        recipient,
        envelope,
        manifest,
    )
}

VECTORS = Path(__file__).parents[2] / "vectors"
HEAD = {"purpose": "sealwright key file", "kdf": "scrypt", "log_n": 17, "salt": "AAAA", "wrapped": "AAAA"}
SEEDS = {
    "header": "message",
    "messages": "message",
    "reply": "reply",
    "key_file": "key-line",
    "service_reply": "reply",
}


OPENPGP = {"recipient": "refused", "envelope": "envelopes"}
ROW = b'{"name":"a","objectId":"1","secureObjectType":"MASTER_KEY","hex":"00"}\n'


def write_seeds(folder, name):
    """Write what the vectors hold of this kind, one file each, to begin the search from."""
    if name in OPENPGP:
        for number, path in enumerate(sorted((VECTORS / "provision" / OPENPGP[name]).glob("*.asc"))):
            octets = b"".join(path.read_bytes().partition(b"\n\n")[2].split(b"\n")[:-3])
            (folder / str(number)).write_bytes(binascii.a2b_base64(octets + b"==="))
        return
    for number, path in enumerate(sorted(VECTORS.rglob("*.txt"))):
        fields = dict(line.partition(": ")[::2] for line in path.read_text().splitlines())
        text = fields.get(SEEDS.get(name, "message"), "")
        sealed = bytes.fromhex(text) if name in {"header", "messages"} else text.encode()
        rows = {
            "sealed_file": json.dumps(HEAD, separators=(",", ":")).encode() + b"\n",
            "json_lines": json.dumps({"payload": text}).encode() + b"\n",
            "csv": f'"{text}",1\n'.encode(),
            "manifest": ROW,
        }
        (folder / str(number)).write_bytes(rows.get(name, sealed)[:4096])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if len(sys.argv) == 1:  # what there is
        print(*TARGETS)
        sys.exit()
    target, *options = sys.argv[1:]
    with tempfile.TemporaryDirectory() as seeds:
        write_seeds(Path(seeds), target)
        atheris.Setup(
            [sys.argv[0], seeds, "-max_len=4096", f"-artifact_prefix={target}-", *options], TARGETS[target]
        )
        atheris.Fuzz()
