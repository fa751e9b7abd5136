"""Quantities on the command line: shares, sizes, lengths of time."""

from __future__ import annotations

import re
from fractions import Fraction

import click

_ALLOWANCE = re.compile(r"(\d{1,18})|(\d{1,3}(?:\.\d{1,9})?)%", re.ASCII)
_MOST_BYTES = 2**40


def allowance(text: str) -> tuple[Fraction, bool]:
    """Read a number of messages or a share of them such as `2%`: the number, and whether it is a share."""
    found = _ALLOWANCE.fullmatch(text)
    if found is None:
        raise click.BadParameter(f"{text!r} is neither a number of messages nor a share such as 2%")
    # A fraction, because 0.29 % of 10,000 must be 29 and floats make it less.
    return Fraction(found[1] or found[2]), found[1] is None


def byte_count(text: str) -> int:
    """Read a number of bytes, with K, M or G behind it or not."""
    found = re.fullmatch(r"(\d{1,13})([KMGkmg]?)", text, re.ASCII)
    size = int(found[1]) * {"K": 2**10, "M": 2**20, "G": 2**30}.get(found[2].upper(), 1) if found else 0
    if not 0 < size <= _MOST_BYTES:
        raise click.BadParameter(f"{text!r} is no number of bytes from 1 to 1024G; 16M is one")
    return size


def one_in(text: str) -> int:
    """Read a share such as `1/10000`: the number of messages of which it is one, 0 for none."""
    if text in {"off", "0"}:
        return 0
    found = re.fullmatch(r"1(?:/([1-9]\d{0,17}))?", text, re.ASCII)
    if found is None:
        raise click.BadParameter(f"{text!r} is neither a share such as 1/10000 nor off")
    return int(found[1] or 1)
