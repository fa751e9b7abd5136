"""`sealwright receipt verify`: whether receipts stand as they were written."""

from __future__ import annotations

import click

from sealwright.cli.options import json_option, open_input, say, several, show_json
from sealwright.cli.signer_option import verifying_keys_at


@click.command("verify")
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--signer",
    "signers",
    required=True,
    multiple=True,
    metavar="PUBLIC",
    help="A public key that may have signed them; may be repeated.",
)
@click.option(
    "--last", metavar="HASH", help="The last line's hash as it was written down: then no line is cut off."
)
@json_option
def command(file: str, signers: tuple[str, ...], last: str | None, as_json: bool) -> None:
    """Verify that no receipt of FILE was changed, left out, put in or moved.

    Lines that are cut off at the end leave no trace in the others: whoever needs to notice that writes
    down the hash of the last line, which is shown here, and gives it with --last. Keys that have expired
    or are revoked verify too, with a warning: what was signed in their time stays signed.
    """
    from sealwright.errors import InputError
    from sealwright.provision import verify_receipts

    keys = [key for each in signers for key in verifying_keys_at(each)]
    with open_input(file) as lines:
        told = verify_receipts(lines, keys, what=file)
    if last is not None and last.lower() != told.last:
        raise InputError(
            f"receipt: {file}: the hash of its last line is {told.last}: lines are missing, or more"
        )
    for each in keys:
        if each.ended and each.key.fingerprint in told.signers:
            say(
                f"warning: {each.key.fingerprint} {each.ended}: make sure that these receipts were written"
                " before that"
            )
    if as_json:
        show_json(told._asdict())
        return
    click.echo(f"{several(told.receipts, 'receipt')}, all as written")
    click.echo(f"last line  {told.last}")
