"""Serial numbers that follow from a label."""

from sealwright.simulator.serials import serial_number


def test_serials_of_labels():
    """The same label is the same number, others are others, and all are what a certificate takes."""
    drawn = [serial_number(str(label)) for label in range(200)]
    assert drawn == [serial_number(str(label)) for label in range(200)]
    assert len(set(drawn)) == 200
    assert all(0 < number < 2**159 for number in drawn)
