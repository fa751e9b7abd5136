"""The names that sealwright shows to the world."""

import importlib
import inspect
from importlib.metadata import version

import pytest

import sealwright
from sealwright import errors

FACE = [
    "AgentSigner",
    "Batch",
    "BatchError",
    "Budget",
    "CachedSource",
    "CertificateError",
    "CredentialsError",
    "CrossCheck",
    "CrossCheckError",
    "El2gClient",
    "EngineError",
    "EnvelopeError",
    "Event",
    "InputError",
    "KeyFile",
    "KeyFileError",
    "KeyStore",
    "Layouts",
    "Material",
    "MaterialError",
    "MaterialKind",
    "MessageError",
    "Outcome",
    "ParameterSource",
    "Parameters",
    "ParametersError",
    "Pin",
    "Reason",
    "ReceiptError",
    "RefusedError",
    "ReplyError",
    "RequestError",
    "SealError",
    "SealwrightError",
    "Secret",
    "ServiceError",
    "ServiceSets",
    "ServiceSource",
    "Signer",
    "SignerError",
    "SpentSetError",
    "StoreError",
    "UbloxClient",
    "UnavailableError",
    "__version__",
    "discover",
    "engine_info",
    "headers",
    "import_object",
    "new_material",
    "open_message",
    "open_messages",
    "parse_header",
    "read_hex_material",
    "read_recipient",
    "read_reply",
    "read_signer",
    "seal_message",
    "seal_messages",
    "wrap",
    "wrap_all",
]


def test_all():
    """`__all__` is this list: a name comes or goes on purpose."""
    assert sealwright.__all__ == FACE
    assert dir(sealwright) == FACE


@pytest.mark.parametrize("name", FACE)
def test_every_name_is_there_and_documented(name):
    """Every public name resolves, and what is not a text has a docstring."""
    value = getattr(sealwright, name)
    assert isinstance(value, str) or inspect.getdoc(value)


def test_version():
    """The version is the installed one."""
    assert sealwright.__version__ == version("sealwright")


def test_no_other_name():
    """A name that is not there is an AttributeError, as of any module."""
    with pytest.raises(AttributeError, match="nonsense"):
        _ = sealwright.nonsense


NOT_INPUT = (
    errors.EngineError,
    errors.CrossCheckError,
    errors.EnvelopeError,
    errors.ReceiptError,
    errors.ServiceError,
    errors.StoreError,
)
"""What is no fault of what was given."""


def test_every_error_has_one_root():
    """Every error of ours derives from SealwrightError, and errors of input from ValueError too."""
    classes = [
        value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)
    ]
    assert len(classes) > 5
    for each in classes:
        assert issubclass(each, errors.SealwrightError)
        assert issubclass(each, ValueError) or each is errors.SealwrightError or issubclass(each, NOT_INPUT)
        assert each.__name__ in errors.__doc__


@pytest.mark.parametrize("module", ["sealwright.telemetry", "sealwright.provision", "sealwright.errors"])
def test_wing_names_resolve(module):
    """A module's `__all__`, where it has one, tells names that are there."""
    loaded = importlib.import_module(module)
    assert all(hasattr(loaded, name) for name in getattr(loaded, "__all__", ()))
