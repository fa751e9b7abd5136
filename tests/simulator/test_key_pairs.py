"""Key pairs that follow from a label."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from sealwright.simulator.key_pairs import ec_key


@pytest.mark.parametrize(
    "curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()], ids=lambda curve: curve.name
)
def test_keys_of_labels(curve):
    """The same label is the same key, another is another, on the curve that was asked for."""
    one, same, other = (ec_key(label, curve).private_numbers() for label in ("a", "a", "b"))
    assert one == same
    assert one.private_value != other.private_value
    assert ec_key("a", curve).curve.name == curve.name


def test_without_a_curve():
    """P-256 is what devices have."""
    assert ec_key("a").curve.name == "secp256r1"
