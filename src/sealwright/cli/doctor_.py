"""`sealwright doctor`: what runs here, and what is missing."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.options import json_option, show_json
from sealwright.cli.secret_option import SecretChoice
from sealwright.cli.store_option import SECRET_VARIABLE, StorePlace
from sealwright.errors import EngineError

if TYPE_CHECKING:
    from sealwright.cli.secret_options import SecretOption

_LIBRARIES = ("cryptography", "numpy", "msgspec", "httpx2", "pgpy", "click", "rich")
_CPU_FEATURES = ("aes", "vaes", "avx2", "avx512f", "sha_ni")


@click.command("doctor")
@json_option
def command(as_json: bool) -> None:
    """Show versions, the engine and the CPU, and what is missing and how to get it."""
    facts = examine()
    if as_json:
        show_json(facts)
        return
    for name, value in facts.items():
        shown = ", ".join(value) if isinstance(value, list) else value
        click.echo(f"{name:<14} {shown or 'none'}")


def examine() -> dict[str, Any]:
    """Return what there is to know, in the order in which it is shown."""
    facts: dict[str, Any] = {"sealwright": _version("sealwright")}
    facts["python"] = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    facts |= {name: _version(name) for name in _LIBRARIES}
    facts |= _engine()
    facts["cpu"] = cpu_features()
    facts |= _store()
    return facts | {name: _credentials(secrets) for name, secrets in _accounts().items()}


def _accounts() -> dict[str, tuple[SecretOption, ...]]:
    from sealwright.cli.el2g_account import TOKEN
    from sealwright.cli.ublox_account import SECRETS

    return {"ublox account": SECRETS, "el2g account": (TOKEN,)}


def _credentials(secrets: tuple[SecretOption, ...]) -> list[str]:
    """Return where the environment holds credentials; what it holds there is nobody's business."""
    return [each for secret in secrets for each in secret.variables if os.environ.get(each)]


def _engine() -> dict[str, str]:
    """Return the engine, or why there is none: this command must run where a library is missing."""
    try:
        from sealwright.telemetry import engine_info

        info = engine_info()
    except (EngineError, ImportError) as problem:
        return {"engine": str(problem)}
    return {"openssl": info.openssl, "engine": f"{info.name}: {info.reason}"}


def _store() -> dict[str, str]:
    """Return where the key store is, unless a command says otherwise, and where its secret comes from."""
    place = StorePlace(None, SecretChoice("store-secret", None, None, (SECRET_VARIABLE,)))
    there = "" if place.is_there else " (there is none yet: sealwright keys init)"
    return {"store": place.shown + there, "store secret": place.secret.source}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return f"missing: pip install {name}"


def cpu_features(path: Path = Path("/proc/cpuinfo")) -> list[str]:
    """Return which features of interest the CPU has, as Linux tells it; elsewhere nothing is known."""
    try:
        text = path.read_text()
    except OSError:
        return ["not known on this system"]
    flags = next((line for line in text.splitlines() if line.startswith(("flags", "Features"))), "").split()
    return [name for name in _CPU_FEATURES if name in flags]
