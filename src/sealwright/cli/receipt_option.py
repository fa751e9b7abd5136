"""Receipts on the command line: which file, and who signs them."""

from __future__ import annotations

import getpass
import time
from contextlib import contextmanager
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.options import say
from sealwright.cli.secret_option import secret_options
from sealwright.cli.signer_option import signer_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.cli.secret_option import SecretChoice
    from sealwright.provision import ReceiptBook, Signer


class ReceiptChoice:
    """The file of receipts that was asked for, if one was."""

    def __init__(
        self, path: str | None, signer: str | None, passphrase: SecretChoice, operator: str | None
    ) -> None:
        self._path, self._signer, self._passphrase, self._operator = path, signer, passphrase, operator

    @contextmanager
    def open(self, other: Signer | None = None) -> Iterator[Callable[..., object] | None]:
        """Yield what writes a receipt, None where none are wanted.

        `other` signs where no signer of receipts is named.
        """
        if self._path is None:
            if self._signer is not None:
                raise click.UsageError("--receipt-signer: name the file as well, with --receipt FILE")
            yield None
        elif self._signer is not None:
            with signer_at(self._signer, self._passphrase) as signer:
                yield self._book(self._path, signer).append
        elif other is not None:
            yield self._book(self._path, other).append
        else:
            raise click.UsageError("--receipt: say who signs them, with --receipt-signer SIGNER")

    def _book(self, path: str, signer: Signer) -> ReceiptBook:
        from sealwright.provision import ReceiptBook

        operator = self._operator or getpass.getuser()
        book = ReceiptBook(
            Path(path), signer, operator=operator, version=version("sealwright"), clock=time.time
        )
        book.check()
        say(f"receipts: {path}, by {operator}, signed by {signer.public_key.key.fingerprint}")
        return book


def receipt_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of receipts, and an argument `receipts`: a ReceiptChoice."""

    @click.option("--receipt", metavar="FILE", help="Add a signed receipt of each request to FILE.")
    @click.option("--receipt-signer", metavar="SIGNER", help="Signs them: a key file, or gpg:FINGERPRINT.")
    @secret_options("receipt-signer-passphrase", "Passphrase of the receipts' SIGNER")
    @click.option("--operator", metavar="LABEL", help="Who did it, in the receipts. Else the user's name.")
    @wraps(function)
    def outer(
        *args: Any,
        receipt: str | None,
        receipt_signer: str | None,
        receipt_signer_passphrase: SecretChoice,
        operator: str | None,
        **options: Any,
    ) -> Any:
        receipts = ReceiptChoice(receipt, receipt_signer, receipt_signer_passphrase, operator)
        return function(*args, receipts=receipts, **options)

    return outer
