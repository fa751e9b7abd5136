"""The OpenAPI document of any service: what its calls say, in OpenAPI's words."""

import jsonschema
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from sealwright.services._openapi import About, openapi
from services.shop import SHOP, Thing
from services.tools import TOOLS

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


TOOLS_DOCUMENT = openapi(
    TOOLS, About(title="", version="", server="https://a/v1", security={}, editions={"v2": "https://a/v2"})
)


@pytest.mark.parametrize(
    ("body", "right"),
    [
        ({"kind": "SAW", "name": "a", "blade": {"kind": "FINE", "length": 5}}, True),
        ({"kind": "AXE", "name": "a", "grips": {"left": [{"shape": "ROUND", "innerWidth": 3}]}}, True),
        ({"kind": "SAW", "name": "a", "blade": {"kind": "FINE"}}, False),
        ({"kind": "SAW", "name": "a", "blade": {"kind": "FINE", "length": 5, "more": 1}}, False),
        ({"kind": "SAW", "name": "a"}, False),
        ({"name": "a", "blade": {"kind": "FINE", "length": 5}}, False),
    ],
)
def test_members_of_objects(body, right):
    """Members of objects and constants are in the schema of a body as they travel."""
    schemas = Registry().with_resource("urn:tools", DRAFT202012.create_resource(TOOLS_DOCUMENT))
    schema = {"$ref": "urn:tools#/paths/~1tools/post/requestBody/content/application~1json/schema"}
    assert Draft202012Validator(schema, registry=schemas).is_valid(body) is right


def test_another_edition_and_another_form():
    """A call of another edition has a server of its own, and an answer the content type that it has."""
    assert list(OpenAPIV31SpecValidator(TOOLS_DOCUMENT).iter_errors()) == []
    operation = TOOLS_DOCUMENT["paths"]["/price-list"]["get"]
    assert operation["servers"] == [{"url": "https://a/v2"}]
    assert list(operation["responses"]["2XX"]["content"]) == ["text/csv"]
    assert "servers" not in TOOLS_DOCUMENT["paths"]["/tools"]["get"]
