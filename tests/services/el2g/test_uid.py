"""Device UIDs in every form; the proved pairs are those of the two documents' examples."""

import pytest

from sealwright.errors import InputError
from sealwright.services.el2g import device_uid, uid_hex, uids_in

PAIRS = {
    "04005001eee3ba1ee96e60047e57da0f6880": 348555492004256518532939906410866457667712,
    "04005001c02edce5c8c39e04250559550000": 348555491056936142262187597632590342062080,
}


@pytest.mark.parametrize(("digits", "number"), PAIRS.items())
def test_forms(digits, number):
    """Hex digits with 0x or not, in either case, with spaces or colons, decimal digits, bytes, a number."""
    pairs = [digits[place : place + 2] for place in range(0, 36, 2)]
    for form in (
        digits,
        digits.upper(),
        f"0x{digits}",
        f"0X{digits.upper()}",
        " ".join(pairs),
        ":".join(pairs),
        f" 0x{digits}\n",
        str(number),
        number,
        bytes.fromhex(digits),
        bytearray.fromhex(digits),
    ):
        assert device_uid(form) == number
    assert uid_hex(number) == f"0x{digits}"


def test_digits_that_could_be_both():
    """36 digits without 0x are hex, as sscli writes them; other digits are a number, or hex with 0x."""
    assert device_uid("1" * 36) == int("1" * 36, 16)
    assert device_uid("1" * 35) == int("1" * 35)
    assert device_uid("0x10") == device_uid("16") == 16
    assert device_uid("0xab") == 0xAB


@pytest.mark.parametrize(
    "value",
    [
        3.48e41,
        348555492004256518532939906410866457667712.0,
        True,
        None,
        "",
        "0x",
        "0x" + "0" * 37,
        "g" * 36,
        "ab",
        "a" * 35,
        "12 34",
        "12:34",
        "0x12 34",
        "3485 55492004256518532939906410866457667712",
        f"{'04' * 18} {'04' * 18}",
        "348555492004256518532939906410866457667712 348555491056936142262187597632590342062080",
        " ".join(["0"] * 36),
        "  ".join(["04"] * 18),
        "\n".join(["04"] * 18),
        "04" * 18 + ":",
        ":" + "04" * 18,
        "3.48e41",
        "-1",
        -1,
        1 << 144,
        str(1 << 144),
        b"",
        bytes(19),
        "\u0663" * 42,
        ["1"],
    ],
    ids=repr,
)
def test_what_is_no_uid(value):
    """A float is none, whatever it is near to; nor is what does not fit in 18 bytes."""
    with pytest.raises(InputError, match="36 hex digits"):
        device_uid(value)


def test_what_sscli_writes():
    """The tool tells the UID twice, among other lines; it is one device."""
    told = (
        "user@imx8mm:~$ sudo sscli se05x uid\n"
        "INFO:sss.se05x:04005001d706ca37a1e4ed047e6dda0f6880\n"
        "Unique ID: 04005001d706ca37a1e4ed047e6dda0f6880\n"
    )
    assert uids_in(told) == [0x04005001D706CA37A1E4ED047E6DDA0F6880]
    assert uids_in(told.replace("\n", "\r\n")) == uids_in(told)


def test_lists():
    """A list has one UID a line, in any form; comments and empty lines are none, repeats count once."""
    (one, number), (other, _) = PAIRS.items()
    assert uids_in(f"# fleet\n{one}\n\n  {number}\n0x{other.upper()}\n") == list(PAIRS.values())
    assert uids_in("\n# nothing\n") == []
    with pytest.raises(InputError, match="line 2: device UID"):
        uids_in(f"{one}\nnonsense\n")
