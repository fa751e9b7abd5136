"""Our OpenAPI document of EL2G: valid, whole, and true of what the client sends."""

import json
from base64 import b64encode

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from sealwright.errors import RequestError
from sealwright.services._call import Form, Place, flattened, place_of
from sealwright.services.el2g import EL2G
from sealwright.services.el2g.openapi import document
from services.el2g.document import IDS, TABLE, plain_path
from services.el2g.test_calls import BAD

DOCUMENT = document()
SCHEMAS = Registry().with_resource("urn:document", DRAFT202012.create_resource(DOCUMENT))
NOT_IN_A_SCHEMA = (
    "certificateValidity.date must be a date",
    "is not the SHA3-512",
    "must not be before",
    "must be one certificate",
    "must be a PGP public key",
    "secret must be base64",
    "must name another",
)
"""What no schema says: a day that no calendar has, what a digest is of, what stands further on in a text."""


def _validator(line, *where):
    method, path = plain_path(line)
    pointer = "/".join(
        each.replace("~", "~0").replace("/", "~1") for each in ("paths", path, method.lower(), *where)
    )
    return Draft202012Validator({"$ref": f"urn:document#/{pointer}/schema"}, registry=SCHEMAS)


def _body_of(line):
    return _validator(line, "requestBody", "content", "application/json")


def _parameters(call):
    return DOCUMENT["paths"][call.path][call.method.lower()]["parameters"]


def test_valid():
    """The document is OpenAPI 3.1."""
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_whole():
    """It has every path and method, both editions, and every way to show a credential."""
    told = {(method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item}
    assert told == {(call.method, call.path) for call in EL2G}
    schemes = DOCUMENT["components"]["securitySchemes"]
    assert [scheme.get("name", scheme.get("scheme")) for scheme in schemes.values()] == [
        "EL2G-API-Key",
        "OSF-TOKEN",
        "bearer",
    ]
    jobs = DOCUMENT["paths"]["/rtp/jobs/{jobId}"]["get"]
    assert jobs["servers"] == [{"url": "https://api.edgelock2go.com/api/v2"}]
    assert DOCUMENT["servers"] == [{"url": "https://api.edgelock2go.com/api/v1"}]


@pytest.mark.parametrize("line", TABLE, ids=IDS)
def test_every_request_of_the_client(line):
    """What the client sends is a request of the document, and the document's answer is an answer of it."""
    call = EL2G.find(line.group, line.name)
    wire = call.wire(call.make(**line.arguments))
    if wire.body is not None:
        _body_of(line.line).validate(json.loads(wire.body.reveal()))
    else:
        assert "requestBody" not in DOCUMENT["paths"][call.path][call.method.lower()]
    parameters = {parameter["name"]: parameter for parameter in _parameters(call)}
    assert {name for name, each in parameters.items() if each["in"] == "query"} >= wire.query.keys()
    names = {field.encode_name for field in call.fields if place_of(field) is Place.PATH}
    assert {name for name, each in parameters.items() if each["in"] == "path"} == names
    if call.form is Form.JSON and line.reply is not None:
        media = call.media or "application/json"
        _validator(line.line, "responses", "2XX", "content", media).validate(_without_slips(line.reply))


def _without_slips(value):
    """Return a reply without the document's slips, which its schema does not have."""
    if isinstance(value, list):
        return [_without_slips(each) for each in value]
    if not isinstance(value, dict):
        return value
    changed = {name: _without_slips(each) for name, each in value.items()}
    if isinstance(changed.get("createdTs"), float):
        changed["createdTs"] = "2020-01-29T09:44:58.852Z"
    if isinstance(changed.get("objectId"), int):
        changed["objectId"] = str(changed["objectId"])
    if "secureObjectId" in changed and "secureObjectName" not in changed:
        changed["id"] = changed.pop("secureObjectId")
    return changed


@pytest.mark.parametrize(("group", "name", "arguments", "words"), BAD)
def test_what_the_client_refuses(group, name, arguments, words):
    """A body that the client does not send is none of the document, as far as a schema can say."""
    call = EL2G.find(group, name)
    with pytest.raises(RequestError) as caught:
        call.make(**arguments)
    wrong = {fault.field.partition("[")[0].partition(".")[0] for fault in caught.value.faults}
    if any(each in words.replace("\\", "") for each in NOT_IN_A_SCHEMA) or not wrong & _in_body(call):
        return
    line = next(each for each in TABLE if (each.group, each.name) == (group, name))
    validator = _body_of(f"{call.method} {call.path}")
    assert validator.is_valid(_body(call, line, line.arguments))
    assert not validator.is_valid(_body(call, line, arguments))


def _in_body(call):
    return {field.encode_name.partition(".")[0] for field in call.fields if place_of(field) is Place.BODY}


def _body(call, line, arguments):
    """Return the body that arguments would make if nobody looked at them, with what is constant."""
    usual = flattened(call, line.body)
    body = {}
    for field in call.fields:
        if field.name in arguments:
            value = arguments[field.name]
        elif field.name not in line.arguments and field.encode_name in usual:
            value = usual[field.encode_name]
        else:
            continue
        if place_of(field) is Place.BODY:
            outer, _, inner = field.encode_name.rpartition(".")
            value = b64encode(value).decode() if isinstance(value, bytes) else value
            (body.setdefault(outer, {}) if outer else body)[inner] = value
    return body
