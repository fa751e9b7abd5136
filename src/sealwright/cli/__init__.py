"""The command line: one small file a command, imported when it runs."""

from __future__ import annotations

import click

from sealwright.cli.group import LazyGroup

_COMMANDS = {
    "open": "Decrypt and verify the messages of a file.",
    "report": "Show what a run has told of itself, on a terminal or as a page.",
    "seal": "Encrypt and sign the texts of a file for devices.",
    "inspect": "Show what messages claim in their headers, without any key.",
    "keys": "Keep keys between runs, encrypted: import, list, export, purge.",
    "material": "Make, combine and check key material for EdgeLock 2GO.",
    "signer": "Make and show the key that signs key material.",
    "recipient": "Pin and show the key that key material is encrypted to.",
    "wrap": "Encrypt and sign key material; writes a request without a key.",
    "receipt": "Verify receipts of what was sent to EdgeLock 2GO.",
    "demo": "Make a day of telemetry and open it: works offline, writes nothing.",
    "simulate": "Run the u-blox service on this machine, for trying and testing.",
    "bench": "Measure how fast messages open here, beside loops over other libraries.",
    "ublox": "Call u-blox Security Services: every call of the REST API is a command.",
    "el2g": "Call EdgeLock 2GO: every call of the REST API is a command.",
    "doctor": "Show versions, the engine and the CPU, and what is missing.",
}
_ALIASES = {"decrypt": "open", "encrypt": "seal"}


@click.group(
    cls=LazyGroup,
    package=__name__,
    known=_COMMANDS,
    aliases=_ALIASES,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="sealwright")
def cli() -> None:
    """Open end-to-end sealed device telemetry in bulk, and wrap key material for EdgeLock 2GO."""
