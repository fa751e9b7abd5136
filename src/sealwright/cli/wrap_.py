"""`sealwright wrap`: key material into a request that holds no key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sealwright.cli.material_file import check_lines, force_option, raw_option, read_material, words_for
from sealwright.cli.options import open_input, say, several
from sealwright.cli.recipient_option import pin_option, pinned_recipient
from sealwright.cli.secret_option import secret_options
from sealwright.cli.signer_option import signer_at

if TYPE_CHECKING:
    from sealwright.cli.recipient_option import PinPlace
    from sealwright.cli.secret_option import SecretChoice
    from sealwright.provision import ImportObject, Recipient, Signer

_TYPES = ["MASTER_KEY", "HMAC_KEY", "BINARY_FILE", "OEM_FW_DECRYPT_KEY"]


@click.command("wrap")
@click.argument(
    "key", metavar="[KEY]", required=False, type=click.Path(exists=True, dir_okay=False, allow_dash=True)
)
@click.option(
    "--manifest",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    help="Many objects instead of KEY: CSV or JSON Lines.",
)
@click.option("--name", help="What the object is to be called.")
@click.option("--oid", metavar="HEX", help="Its object id, 1 to 8 hex digits; best 83000000 to 8300FFFF.")
@click.option("--type", "object_type", type=click.Choice(_TYPES, case_sensitive=False), help="Of the object.")
@click.option(
    "--key-size", metavar="SIZE", help="Checked against KEY: AES128, AES256, or bytes of an HMAC key."
)
@raw_option
@click.option("--recipient", required=True, metavar="FILE", help="PGP public key of EdgeLock 2GO.")
@pin_option
@click.option("--signer", required=True, metavar="SIGNER", help="A key file, or gpg:FINGERPRINT.")
@secret_options("signer-passphrase", "Passphrase of SIGNER")
@secret_options("passphrase", "Passphrase of KEY, where it is a material file")
@click.option(
    "--cipher",
    type=click.Choice(["AES256", "AES192", "AES128"]),
    default="AES256",
    show_default=True,
    help="Of the envelope.",
)
@click.option("--compress", is_flag=True, help="Compress with ZLIB before encrypting.")
@click.option("--threads", type=click.IntRange(1, 64), default=1, show_default=True, help="For manifests.")
@click.option("-o", "--out", required=True, metavar="OUT", help="REQUEST.json; a manifest gives JSON Lines.")
@force_option
def command(
    key: str | None,
    manifest: str | None,
    name: str | None,
    oid: str | None,
    object_type: str | None,
    key_size: str | None,
    raw: bool,
    recipient: str,
    place: PinPlace,
    signer: str,
    signer_passphrase: SecretChoice,
    passphrase: SecretChoice,
    cipher: str,
    compress: bool,
    threads: int,
    out: str,
    force: bool,
) -> None:
    """Encrypt and sign key material, and write the request that imports it to OUT.

    KEY is a material file, or hex text with --type. The request is complete and holds no key: whoever
    submits it needs none, and no network is needed here. The recipient's key must be the pinned one.
    """
    from sealwright.telemetry.pipeline.output import check_output

    if (key is None) is (manifest is None):
        raise click.UsageError("give KEY, or --manifest FILE")
    check_output(out, tuple(filter(None, (key, manifest, recipient, signer))), force=force)
    wanted = None if key is None else _object(key, name, oid, object_type, key_size, passphrase, raw=raw)
    if wanted is None and any((name, oid, object_type, key_size, raw)):
        raise click.UsageError("--name, --oid, --type, --key-size and --raw stand in the rows of a manifest")
    to = pinned_recipient(recipient, place)
    with signer_at(signer, signer_passphrase) as by:
        say(f"to {to.user_ids[0]} {to.primary.fingerprint}, signed by {by.public_key.key.fingerprint}")
        if wanted is not None:
            _wrap_one(wanted, to, by, out, cipher=cipher, compress=compress)
        else:
            _wrap_all(str(manifest), to, by, out, cipher=cipher, compress=compress, threads=threads)


def _object(
    key: str,
    name: str | None,
    oid: str | None,
    object_type: str | None,
    key_size: str | None,
    passphrase: SecretChoice,
    *,
    raw: bool,
) -> ImportObject:
    from sealwright.provision import ImportType, import_object

    if name is None or oid is None:
        raise click.UsageError("--name and --oid: the object needs both")
    kind = ImportType(object_type).kind if object_type else None
    material = read_material(key, kind, passphrase, raw=raw)
    return import_object(material, name=name, object_id=oid, object_type=object_type, key_size=key_size)


def _wrap_one(
    wanted: ImportObject, to: Recipient, by: Signer, out: str, *, cipher: str, compress: bool
) -> None:
    import msgspec

    from sealwright.provision import wrap
    from sealwright.telemetry.pipeline.output import LateFile

    request = wrap(wanted, to, by, cipher=cipher, compress=compress)
    with LateFile(out) as file:
        file.stream.write(msgspec.json.format(request.to_json(), indent=2) + b"\n")
    say(f"{wanted.type} {wanted.object_id}, {words_for(wanted.material)}, written to {out}")
    for line in check_lines(wanted.material):
        say(line)
    say(f"  envelope SHA-256 {request.envelope_sha256}")


def _wrap_all(
    manifest: str, to: Recipient, by: Signer, out: str, *, cipher: str, compress: bool, threads: int
) -> None:
    from sealwright.provision import read_manifest, wrap_all
    from sealwright.telemetry.pipeline.output import LateFile

    count = 0
    with open_input(manifest) as stream, LateFile(out) as file:
        objects = read_manifest(stream, manifest)
        for request in wrap_all(objects, to, by, cipher=cipher, compress=compress, threads=threads):
            file.stream.write(request.to_json() + b"\n")
            count += 1
    say(f"{several(count, 'request')} written to {out}")
