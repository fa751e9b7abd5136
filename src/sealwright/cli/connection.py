"""The options that say where a service is and how it is reached."""

from __future__ import annotations

import click


def connection_options(metavar: str, words: str) -> list[click.Option]:
    """Return the options; `metavar` and `words` say in the help what may be given as the service."""
    return [
        click.Option(["--service"], metavar=metavar, help=words),
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
