"""`sealwright signer show`: a signer's public half."""

from __future__ import annotations

import click

from sealwright.cli.options import json_option, show_json
from sealwright.cli.signer_option import signer_key_at


@click.command("show")
@click.argument("signer", metavar="SIGNER")
@click.option("--public", is_flag=True, help="Show the public key itself, armoured.")
@json_option
def command(signer: str, public: bool, as_json: bool) -> None:
    """Show the fingerprint of SIGNER, a key file or gpg:FINGERPRINT, or its public key.

    The passphrase is not needed. EdgeLock 2GO takes the public key with each request.
    """
    found = signer_key_at(signer)
    if public:
        click.echo(found.armored, nl=False)
        return
    facts = {
        "signs": found.key.fingerprint,
        "primary": found.primary.fingerprint,
        "algorithm": found.key.algorithm,
        "user_ids": list(found.user_ids),
    }
    if as_json:
        show_json(facts)
        return
    for name, value in facts.items():
        click.echo(f"{name.replace('_', ' '):<10} {', '.join(value) if isinstance(value, list) else value}")
