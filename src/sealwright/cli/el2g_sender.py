"""What sends requests to EL2G for a command: its account, and its receipts."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sealwright.cli.el2g_account import El2gAccount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.cli.receipt_option import ReceiptChoice
    from sealwright.provision import Signer
    from sealwright.provision.flows import Sender


@contextmanager
def sender_for(
    receipts: ReceiptChoice, account: dict[str, Any], other: Signer | None = None
) -> Iterator[Sender]:
    """Yield it; `other` signs the receipts where no signer of receipts is named."""
    from sealwright.provision.flows import Sender

    with receipts.open(other) as record, (opened := El2gAccount(account)).open() as client:
        opened.name_sources()
        yield Sender(client, record)
