"""The tests stay on this machine: `conftest.py` refuses every other one."""

import socket

import pytest


@pytest.mark.parametrize("address", [("192.0.2.1", 443), ("2001:db8::1", 443, 0, 0)])
def test_another_machine_is_refused(address):
    """Before a packet leaves: these addresses are kept for documents (RFC 5737, RFC 3849)."""
    family = socket.AF_INET if len(address) == 2 else socket.AF_INET6
    with socket.socket(family) as one, pytest.raises(AssertionError, match=f"connects to {address[0]}"):
        one.connect(address)
