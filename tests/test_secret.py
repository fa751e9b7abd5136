"""Secret: bytes that nothing gives away by accident."""

import copy
import json
import pickle
import traceback

import msgspec
import pytest

from making import KEY, shown
from sealwright.errors import ReplyError
from sealwright.secret import Secret, quiet, without_password

QUIET = "<Secret of 16 bytes>"


@pytest.mark.parametrize(
    "given", [KEY, bytearray(KEY), memoryview(KEY)], ids=lambda given: type(given).__name__
)
def test_reveal_returns_the_bytes(given):
    """Taking them out is one greppable word, and gives bytes whatever went in."""
    assert Secret(given).reveal() == KEY
    assert type(Secret(given).reveal()) is bytes


def test_it_keeps_its_own_copy():
    """A buffer that the caller wipes afterwards does not change the secret."""
    buffer = bytearray(KEY)
    secret = Secret(buffer)
    buffer[:] = bytes(16)
    assert secret.reveal() == KEY


@pytest.mark.parametrize("given", [16, "made for testing", None, [1, 2]], ids=["int", "str", "None", "list"])
def test_only_bytes_make_a_secret(given):
    """A number is not quietly a key of so many zeros."""
    with pytest.raises(TypeError):
        Secret(given)


def test_length():
    """Its length is all it tells."""
    assert len(Secret(KEY)) == 16
    assert not Secret(b"")


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        format,
        ascii,
        lambda secret: f"{secret}",
        lambda secret: f"{secret!r}",
        lambda secret: "%s" % secret,  # noqa: UP031
        lambda secret: "%r" % secret,  # noqa: UP031
        "{}".format,
    ],
    ids=["repr", "str", "format", "ascii", "f-string", "f-string !r", "%s", "%r", "{}"],
)
def test_every_way_to_print_it_is_quiet(show):
    """No way of making text of it shows more than its length."""
    assert show(Secret(KEY)) == QUIET


def test_format_pads_the_quiet_text():
    """A format specification applies to what is shown, not to what is held."""
    assert f"{Secret(KEY):>22}" == f"  {QUIET}"


def test_containers_print_quietly():
    """A container shows its members by repr, so no list or dictionary gives it away."""
    assert str([Secret(KEY), {"key": Secret(KEY)}]) == f"[{QUIET}, {{'key': {QUIET}}}]"


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_is_not_pickled(protocol):
    """No pickle protocol takes it, alone or inside something else."""
    with pytest.raises(TypeError, match="neither pickled nor copied"):
        pickle.dumps({"key": Secret(KEY)}, protocol)


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy])
def test_it_is_not_copied(again):
    """Copies would spread keys over memory."""
    with pytest.raises(TypeError, match="neither pickled nor copied"):
        again(Secret(KEY))


@pytest.mark.parametrize("dumps", [json.dumps, msgspec.json.encode, msgspec.msgpack.encode])
def test_it_is_not_serialised(dumps):
    """The encoders that the house uses do not know it either."""
    with pytest.raises(TypeError):
        dumps({"key": Secret(KEY)})


@pytest.mark.parametrize("other", [KEY, Secret(KEY), None], ids=["bytes", "Secret", "None"])
def test_it_does_not_compare(other):
    """== stops at the first difference, so it is refused with a hint, and != with it."""
    with pytest.raises(TypeError, match=r"use matches\(\)"):
        Secret(KEY) == other  # noqa: B015
    with pytest.raises(TypeError, match=r"use matches\(\)"):
        Secret(KEY) != other  # noqa: B015


def test_it_has_no_order():
    """Sorting would compare secrets byte for byte."""
    with pytest.raises(TypeError):
        sorted([Secret(KEY), Secret(b"another")])


def test_it_does_not_hash():
    """A set or a dictionary of secrets would compare them with ==."""
    with pytest.raises(TypeError, match="no hash"):
        {Secret(KEY)}


@pytest.mark.parametrize(
    ("other", "same"),
    [(KEY, True), (KEY[:-1] + b"?", False), (KEY[:-1], False)],
    ids=["same", "other", "shorter"],
)
def test_matches(other, same):
    """matches() tells whether both hold the same bytes."""
    assert Secret(KEY).matches(Secret(other)) is same


def test_it_has_no_dictionary():
    """vars() and the debuggers that use it find nothing."""
    with pytest.raises(TypeError):
        vars(Secret(KEY))


def test_tracebacks_with_locals_are_quiet():
    """A report that shows local variables shows its length and nothing else."""

    def fail(key):
        if key:
            raise RuntimeError("a fault for the test")

    with pytest.raises(RuntimeError) as caught:
        fail(Secret(KEY))
    report = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert QUIET in report
    assert not shown(report, KEY)


@quiet
def read(reply, *, fails=None):
    """Play a reader of replies that fails as it is told."""
    if fails:
        raise fails from KeyError(reply["Key"])
    return len(reply)


def report(error):
    """Return the report of an error with the local variables of every frame below the test's own."""
    below = error.__traceback__.tb_next
    told = traceback.TracebackException(type(error), error, below, capture_locals=True, lookup_lines=False)
    return "".join(told.format())


def test_quiet_functions_work_as_before():
    """A quiet function keeps its name, its arguments and its result."""
    assert read({"Key": KEY}) == 1
    assert read.__name__ == "read"
    assert read.__doc__.startswith("Play a reader")


def test_quiet_functions_show_no_argument():
    """Our own error leaves a quiet function whole, without causes and frames that hold what was given."""
    fault = ReplyError("Key", "the field is missing")
    with pytest.raises(ReplyError) as caught:
        read({"Key": KEY.decode()}, fails=fault)
    assert caught.value is fault
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert "outer" in report(caught.value)
    assert not shown(report(caught.value), KEY)


def test_quiet_functions_let_other_errors_pass():
    """A programming error is not dressed up: its whole traceback stays, for its author to read."""
    with pytest.raises(ZeroDivisionError) as caught:
        read({"Key": "not a key"}, fails=ZeroDivisionError())
    assert isinstance(caught.value.__cause__, KeyError)


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ("/a/path with@sign", "/a/path with@sign"),
        ("redis://host:1/0", "redis://host:1/0"),
        ("redis://user:hush@host/0?password=hush", "redis://host/0"),
        ("rediss://:hush@host", "rediss://host"),
        ("unix:///run/redis.sock?db=1", "unix:///run/redis.sock"),
    ],
)
def test_places_are_shown_without_passwords(where, shown):
    """A URL loses what stands before the host and behind a question mark."""
    assert without_password(where) == shown
