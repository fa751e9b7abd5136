"""`sealwright wrap`: key material into a request that holds no key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sealwright.cli.material_file import check_lines, force_option, raw_option, words_for
from sealwright.cli.options import open_input, say, several
from sealwright.cli.secret_option import secret_options
from sealwright.cli.wrap_option import (
    key_size_option,
    name_option,
    oid_option,
    read_object,
    say_hints,
    wrap_options,
)

if TYPE_CHECKING:
    from sealwright.cli.secret_option import SecretChoice
    from sealwright.cli.wrap_option import Wrapping
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
@name_option
@oid_option
@click.option("--type", "object_type", type=click.Choice(_TYPES, case_sensitive=False), help="Of the object.")
@key_size_option
@raw_option
@secret_options("passphrase", "Passphrase of KEY, where it is a material file")
@wrap_options
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
    passphrase: SecretChoice,
    wrapping: Wrapping,
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
    check_output(out, tuple(filter(None, (key, manifest, wrapping.recipient, wrapping.signer))), force=force)
    wanted = None if key is None else read_object(key, name, oid, object_type, key_size, passphrase, raw=raw)
    if wanted is None and any((name, oid, object_type, key_size, raw)):
        raise click.UsageError("--name, --oid, --type, --key-size and --raw stand in the rows of a manifest")
    with wrapping.open() as (to, by):
        if wanted is not None:
            _wrap_one(wanted, to, by, out, cipher=wrapping.cipher, compress=wrapping.compress)
        else:
            cipher, compress = wrapping.cipher, wrapping.compress
            _wrap_all(str(manifest), to, by, out, cipher=cipher, compress=compress, threads=threads)


def _wrap_one(
    wanted: ImportObject, to: Recipient, by: Signer, out: str, *, cipher: str, compress: bool
) -> None:
    import msgspec

    from sealwright.provision import wrap
    from sealwright.telemetry.pipeline.output import LateFile

    request = wrap(wanted, to, by, cipher=cipher, compress=compress)
    with LateFile(out) as file:
        file.stream.write(msgspec.json.format(request.to_json(), indent=2) + b"\n")
    say_hints(wanted.object_id)
    say(f"{wanted.type} {wanted.object_id}, {words_for(wanted.material)}, written to {out}")
    for line in check_lines(wanted.material):
        say(line)
    say(f"  envelope SHA-256 {request.envelope_sha256}")


def _wrap_all(
    manifest: str, to: Recipient, by: Signer, out: str, *, cipher: str, compress: bool, threads: int
) -> None:
    from sealwright.provision import SUGGESTED_RANGE, object_id_hints, read_manifest, wrap_all
    from sealwright.telemetry.pipeline.output import LateFile

    count = unusual = 0
    with open_input(manifest) as stream, LateFile(out) as file:
        objects = read_manifest(stream, manifest)
        for request in wrap_all(objects, to, by, cipher=cipher, compress=compress, threads=threads):
            file.stream.write(request.to_json() + b"\n")
            count += 1
            unusual += any(object_id_hints(request.body["objectId"]))
    if unusual:
        say(f"hint: {several(unusual, 'object id')} not in the range that EL2G suggests, {SUGGESTED_RANGE}")
    say(f"{several(count, 'request')} written to {out}")
