"""The words of failure: one tree, one vocabulary, texts that say the stage and hold no secret."""

import copy
import inspect
import pickle

import pytest

from sealwright import errors
from sealwright.errors import (
    BatchError,
    CertificateError,
    CredentialsError,
    CrossCheckError,
    EngineError,
    EnvelopeError,
    Explained,
    Fault,
    InputError,
    KeyFileError,
    MaterialError,
    MessageError,
    Outcome,
    ParametersError,
    Reason,
    ReceiptError,
    RefusedError,
    ReplyError,
    RequestError,
    SealError,
    SealwrightError,
    ServiceError,
    SignerError,
    SpentSetError,
    StoreError,
    UnavailableError,
)
from sealwright.provision.certificates import Requirement
from sealwright.telemetry import Problem

EXAMPLES = [
    MessageError(Outcome.MALFORMED, Reason.TOO_SHORT),
    BatchError({Outcome.OPENED: 2, Outcome.NOT_AUTHENTIC: 1}, (1,)),
    ParametersError(Reason.KEY_LENGTH, "Key"),
    ReplyError("KIV", "the field is missing"),
    KeyFileError("keys.jsonl", 3, "not JSON"),
    SealError("seal: no"),
    InputError("source: no"),
    StoreError("store: no"),
    SpentSetError("seal: no"),
    MaterialError("material: no"),
    CertificateError("recipient: no", revoked="A" * 40),
    SignerError("signer: no"),
    EnvelopeError("envelope: no"),
    ReceiptError("receipt: no"),
    EngineError("engine: no"),
    CrossCheckError(3, "is opened natively and malformed with the portable engine"),
    RequestError("ublox tags create", [Fault("TagName", "is missing")]),
    ServiceError("a call: no", status=302, sent=1, answered=1),
    CredentialsError("a call: no", status=401, sent=2, answered=2),
    RefusedError("a call: no", status=400, sent=1, answered=1),
    UnavailableError("a call: no", sent=4, answered=3),
]
each_error = pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)


def test_every_error_is_among_the_examples():
    """The examples below speak for every class of the tree but its root."""
    classes = {each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, Exception)}
    assert classes - {SealwrightError} == {type(error) for error in EXAMPLES}


@each_error
def test_one_root(error):
    """Whoever catches SealwrightError catches every error of ours."""
    assert isinstance(error, SealwrightError)


@each_error
def test_input_faults_are_value_errors(error):
    """All errors but those of engines, envelopes, receipts, services and stores are ValueErrors."""
    others = (EngineError, CrossCheckError, EnvelopeError, ReceiptError, ServiceError, StoreError)
    assert isinstance(error, ValueError) is not isinstance(error, others)


@each_error
@pytest.mark.parametrize(
    "again", [copy.copy, lambda e: pickle.loads(pickle.dumps(e))], ids=["copy", "pickle"]
)
def test_errors_cross_to_another_process(error, again):
    """A worker process can hand an error back whole: its class, its text and its attributes."""
    other = again(error)
    assert type(other) is type(error)
    assert str(other) == str(error)
    assert vars(other) == vars(error)


@pytest.mark.parametrize("words", [Outcome, Reason], ids=["Outcome", "Reason"])
def test_codes_and_words_are_one_to_one(words):
    """A word's code is its place in the definition, fits a byte, and leads back to the word."""
    assert [word.code for word in words] == list(range(len(words)))
    assert [words.of(word.code) for word in words] == list(words)
    assert len(words) <= 256


def test_a_word_is_its_text():
    """Outcomes and reasons compare and print as the words that stand in columns and summaries."""
    assert Outcome.NOT_AUTHENTIC == "not_authentic"
    assert f"{Reason.TOO_SHORT}" == "too_short"
    assert Reason("too_short") is Reason.TOO_SHORT


@pytest.mark.parametrize("words", [Outcome, Reason], ids=["Outcome", "Reason"])
def test_named(words):
    """A word in a column leads back to its member; another word is a KeyError."""
    assert [words.named(str(word)) for word in words] == list(words)
    with pytest.raises(KeyError, match="sideways"):
        words.named("sideways")


def test_not_authentic_never_has_a_reason():
    """What a key has touched is one word: no reason leads to it, or it would be an oracle."""
    assert Outcome.NOT_AUTHENTIC not in {reason.outcome for reason in Reason}


def test_every_other_outcome_is_explained():
    """Each outcome but `not_authentic` has a reason, and each reason but NONE has a sentence."""
    assert {reason.outcome for reason in Reason} == set(Outcome) - {Outcome.NOT_AUTHENTIC}
    assert all(reason.explanation for reason in Reason if reason)
    assert not Reason.NONE
    assert Reason.NONE.code == 0


def test_message_error_says_outcome_and_explanation():
    """A message that did not open tells both words and begins with its stage."""
    error = MessageError(Outcome.MALFORMED, Reason.EMPTY)
    assert (error.outcome, error.reason) == (Outcome.MALFORMED, Reason.EMPTY)
    assert str(error) == "open: malformed: the message has no bytes"


def test_message_error_without_reason():
    """`not_authentic` stands alone."""
    error = MessageError(Outcome.NOT_AUTHENTIC)
    assert error.reason is Reason.NONE
    assert str(error) == "open: not_authentic"


def test_batch_error_counts():
    """A batch error tells how many have each outcome, leaves out zeros, and where the first failed."""
    counts = {Outcome.OPENED: 5, Outcome.MALFORMED: 0, Outcome.NO_PARAMETERS: 2}
    error = BatchError(counts, (3, 6))
    assert error.counts == counts
    assert error.first == (3, 6)
    assert str(error).endswith(
        "not every message opened: 5 opened, 2 no_parameters; the first that did not: [3, 6]"
    )


def test_batch_error_keeps_its_own_counts():
    """What the caller does to its dictionary later does not change the error."""
    counts = {Outcome.OPENED: 1}
    error = BatchError(counts, ())
    counts[Outcome.OPENED] = 9
    assert error.counts == {Outcome.OPENED: 1}


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ParametersError(Reason.MAC_LENGTH), "parameters: MACLength must be the number 128"),
        (
            ParametersError(Reason.NONCE_LENGTH, "AESIV"),
            "parameters: AESIV: Nonce must be 12 bytes, AESIV and KIV 16 bytes",
        ),
    ],
    ids=["without field", "with field"],
)
def test_parameters_error(error, text):
    """Parameters that cannot be used tell their outcome, their reason and the field, if one is meant."""
    assert error.outcome is error.reason.outcome is Outcome.MISMATCHED_PARAMETERS
    assert str(error) == text


def test_cross_check_error_names_the_message():
    """The place in the batch, or what a caller calls it; and what to do."""
    error = CrossCheckError(3, "is odd")
    assert error.index == error.at("row 9").index == 3
    assert str(error).startswith("cross-check: message 3 is odd: ")
    assert str(error.at("row 9")) == str(error).replace("message 3", "row 9")
    assert "SEALWRIGHT_ENGINE=portable" in str(error)


def test_reply_error_names_the_field():
    """A reply that cannot be read says in which field."""
    error = ReplyError("Nonce", "the field is missing")
    assert error.field == "Nonce"
    assert str(error) == "Nonce: the field is missing"


@pytest.mark.parametrize(
    ("line", "text"),
    [(7, "key file: k.jsonl, line 7: not JSON"), (0, "key file: k.jsonl: not JSON")],
    ids=["a line", "the whole file"],
)
def test_key_file_error_says_where(tmp_path, line, text):
    """A key file's error names the file, and the line where one is meant."""
    error = KeyFileError(tmp_path / "k.jsonl", line, "not JSON")
    assert (error.path, error.line) == (str(tmp_path / "k.jsonl"), line)
    assert str(error).replace(f"{tmp_path}/", "") == text


def test_words_with_a_sentence():
    """They are texts like all words, and go to another process and back."""

    class Colour(Explained):
        """Made for testing."""

        RED = "red", "it is like blood"
        BLUE = "blue", "it is like the sky"

    assert [(str(each), each.explanation) for each in Colour] == [
        ("red", "it is like blood"),
        ("blue", "it is like the sky"),
    ]
    assert (Colour("red"), Colour.RED) == (Colour.RED, "red")
    for kind in (Problem, Requirement):
        assert issubclass(kind, Explained)
        assert all(each.explanation for each in kind)
        assert pickle.loads(pickle.dumps(list(kind))) == list(kind)
