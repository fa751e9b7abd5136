"""Our OpenAPI document of the u-blox service: valid, whole, and true of what the client sends."""

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from sealwright.errors import RequestError
from sealwright.services.ublox import UBLOX
from sealwright.services.ublox.openapi import document
from services.ublox.document import EACH, REPLIES
from services.ublox.playing import Service
from services.ublox.test_calls import BAD

DOCUMENT = document()
SCHEMAS = Registry().with_resource("urn:document", DRAFT202012.create_resource(DOCUMENT))
OF_TODAY = ("days back", "ToDate must not", "must be a date")
"""What no schema says: how old a date may be, and which of two comes first; `format` is only a note."""


def _validator(path, *where):
    pointer = "/".join(each.replace("~", "~0").replace("/", "~1") for each in ("paths", path, "post", *where))
    schema = f"urn:document#/{pointer}/content/application~1json/schema"
    return Draft202012Validator({"$ref": schema}, registry=SCHEMAS)


def test_valid():
    """The document is OpenAPI 3.1."""
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_whole():
    """It has every call of the document, and every event."""
    assert list(DOCUMENT["paths"]) == [path for _, path, _ in EACH]
    operations = [operation["post"] for operation in DOCUMENT["paths"].values()]
    assert [operation["tags"] for operation in operations] == [[group] for group, _, _ in EACH]
    assert len({operation["operationId"] for operation in operations}) == 47
    assert len(DOCUMENT["webhooks"]) == 6
    upload = DOCUMENT["paths"]["/device/whitelist/add"]["post"]["requestBody"]["content"]
    assert list(upload) == ["application/json", "application/octet-stream"]


@pytest.mark.parametrize(("group", "path", "arguments"), EACH, ids=[path for _, path, _ in EACH])
def test_every_request_of_the_client(group, path, arguments):  # noqa: ARG001
    """What the client sends over the wire is a request of the document, and the sample reply is one of it."""
    (call,) = UBLOX.at("POST", path)
    with Service() as service, service.client() as client:
        client.send(call.make(**arguments))
        for heard in service.heard:
            asked = heard.path.removeprefix("/v1")
            _validator(asked, "requestBody").validate(heard.json)
        assert service.count(path) >= 1
    if path != "/device/usage/get":
        _validator(path, "responses", "2XX").validate(_as_text(REPLIES.get(path, {})))


def _as_text(reply):
    """Return a reply with its UID as text: the bare number is a slip that the schema does not have."""
    if isinstance(reply, dict) and isinstance(reply.get("ROTPublicUID"), int):
        return reply | {"ROTPublicUID": f"{reply['ROTPublicUID']:016d}"}
    return reply


@pytest.mark.parametrize(("path", "arguments", "words"), BAD)
def test_what_the_client_refuses(path, arguments, words):
    """A request that the client does not send is none of the document, as far as a schema can say."""
    (call,) = UBLOX.at("POST", path)
    with pytest.raises(RequestError):
        call.make(**arguments)
    body = {call.wire_name(name): value for name, value in arguments.items()}
    if not any(today in words for today in OF_TODAY) and not any(isinstance(v, bytes) for v in body.values()):
        assert not _validator(path, "requestBody").is_valid(body)
