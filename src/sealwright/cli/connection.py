"""The options that say where a service is and how it is reached."""

from __future__ import annotations

import click


def connection_options(usual: str = "the vendor's") -> list[click.Option]:
    """Return the options; `usual` says in the help where the service is if no other is named."""
    return [
        click.Option(["--service"], metavar="URL", help=f"https, or http to this machine; else {usual}."),
        click.Option(
            ["--ca-file"],
            type=click.Path(exists=True, dir_okay=False),
            metavar="FILE",
            help="CAs to trust instead of the system's (PEM).",
        ),
        click.Option(["--use-proxy"], is_flag=True, help="Heed https_proxy, all_proxy and no_proxy."),
        click.Option(
            ["--deadline"],
            type=click.FloatRange(0, min_open=True),
            default=120.0,
            show_default=True,
            metavar="SECONDS",
            help="For a whole call, with its repeats.",
        ),
    ]
