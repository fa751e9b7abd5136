"""The OpenAPI document of any service: what its calls say, in OpenAPI's words."""

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from sealwright.services._openapi import About, openapi
from services.shop import SHOP, Thing

ABOUT = About(
    title="Shop",
    version="1",
    server="https://shop.example",
    security={"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
    events={"sold": Thing},
)


@pytest.fixture(scope="module")
def document():
    """Return the document of the made service."""
    return openapi(SHOP, ABOUT)


def test_valid(document):
    """The document is OpenAPI 3.1."""
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_parameters(document):
    """Fields of paths and queries are parameters, and not in a body."""
    operation = document["paths"]["/shops/{shopId}/things"]["get"]
    assert [(each["name"], each["in"], each["required"]) for each in operation["parameters"]] == [
        ("shopId", "path", True),
        ("size", "query", False),
        ("sold", "query", False),
        ("name", "query", False),
    ]
    assert operation["parameters"][1]["schema"] == {"type": "integer", "minimum": 1}
    assert "requestBody" not in operation


def _body(document, path, method):
    return document["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]


def test_bodies(document):
    """Bodies are objects that allow nothing else, bare arrays, one of several, or absent."""
    assert _body(document, "/shops/{shopId}/things", "post") == {
        "oneOf": [{"$ref": "#/components/schemas/CreateBook"}, {"$ref": "#/components/schemas/CreatePen"}]
    }
    assert _body(document, "/shops/{shopId}/delete", "delete") == {
        "type": "array",
        "items": {"type": "integer"},
        "minItems": 1,
    }
    book = document["components"]["schemas"]["CreateBook"]
    assert set(book["properties"]) == {"kind", "pages", "code"}
    assert book["required"] == ["kind", "pages"]
    assert book["properties"]["code"] == {"type": "string", "minLength": 1, "format": "password"}
    validator = jsonschema.Draft202012Validator(book)
    assert validator.is_valid({"kind": "BOOK", "pages": 1})
    assert not validator.is_valid({"kind": "BOOK", "pages": 1, "code": None})
    assert not validator.is_valid({"kind": "BOOK", "pages": 1, "other": 1})
    assert "requestBody" not in document["paths"]["/label"]["get"]


def test_answers(document):
    """Answers have their form; errors have a message."""
    paths = document["paths"]
    assert list(paths["/label"]["get"]["responses"]["2XX"]["content"]) == ["text/plain"]
    assert "content" not in paths["/shops/{shopId}/delete"]["delete"]["responses"]["2XX"]
    assert "message" in str(paths["/echo"]["post"]["responses"]["default"])


def test_what_is_known_besides(document):
    """Retry class, price and finality are there for programs; words for people; hooks for events."""
    echo, delete = document["paths"]["/echo"]["post"], document["paths"]["/shops/{shopId}/delete"]["delete"]
    assert (echo["x-retry"], echo["x-billed"]) == ("read", "each call is billed")
    assert delete["x-irreversible"] is True
    assert echo["security"] == [{"key": []}]
    assert document["paths"]["/label"]["get"]["description"].startswith("It is a text.\n\nSource:")
    assert "Create a pen." in document["paths"]["/shops/{shopId}/things"]["post"]["description"]
    assert list(document["webhooks"]) == ["sold"]


def test_a_type_that_has_no_schema():
    """A type that nobody knows how to say is a mistake of a call's author."""
    with pytest.raises(TypeError, match="object"):
        openapi(SHOP, About(title="", version="", server="", security={}, events={"x": dict[str, object]}))
