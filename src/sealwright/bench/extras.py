"""What only the extra `bench` brings: peers and pictures do without it, and say how to get it."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from sealwright.errors import InputError

_PACKAGES: Final = {"Crypto": "pycryptodome", "matplotlib": "matplotlib"}


def has(module: str) -> bool:
    """Tell whether a library of the extra is installed, without importing it."""
    return find_spec(module) is not None


def hint(module: str) -> str:
    """Return the sentence that says what is missing and how to get it."""
    return f"{_PACKAGES[module]} is not installed: pip install 'sealwright[bench]'"


def load(name: str) -> Any:
    """Import a module of the extra. Raises InputError with the way to get it."""
    top = name.partition(".")[0]
    if not has(top):
        raise InputError(f"bench: {hint(top)}")
    return import_module(name)
