"""The OpenAPI 3.1 document of a service, made from its calls.

It says what the client checks before it sends: fields, constraints and the rules between fields. Replies are
as open as the client reads them: fields that are not shown may come.
"""

from __future__ import annotations

from inspect import cleandoc
from typing import TYPE_CHECKING, Any, Final

import msgspec

from sealwright.secret import Secret
from sealwright.services._call import Form, Place, place_of
from sealwright.services._describe import words_of

if TYPE_CHECKING:
    from sealwright.services._call import Call
    from sealwright.services._registry import Registry

_REF: Final = "#/components/schemas/{name}"
_JSON: Final = "application/json"
_MEDIA: Final = {Form.JSON: _JSON, Form.TEXT: "text/plain"}


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a service's calls do not say of it."""

    title: str
    version: str
    server: str
    security: dict[str, Any]
    """Its security schemes, by name; any of them will do."""
    events: dict[str, type] = {}
    """What it sends to web hooks, by name."""
    editions: dict[str, str] = {}
    """The URL of calls of another edition, by its name."""


def openapi(registry: Registry, about: About) -> dict[str, Any]:
    """Return the document as JSON values."""
    kinds = [*(call.request for call in registry), *(call.reply for call in registry), *about.events.values()]
    schemas, components = msgspec.json.schema_components(kinds, schema_hook=_secret, ref_template=_REF)
    for component in components.values():
        component["description"] = cleandoc(component["description"])
    requests, replies = schemas[: len(registry)], schemas[len(registry) : 2 * len(registry)]
    paths: dict[str, dict[str, Any]] = {}
    for call, request, reply in zip(registry, requests, replies, strict=True):
        body = _body(components[request["$ref"].rpartition("/")[2]], request, call)
        operation = _operation(call, body, reply, about)
        path = paths.setdefault(call.path, {})
        method = call.method.lower()
        path[method] = _either(path[method], operation) if method in path else operation
    return {
        "openapi": "3.1.0",
        "info": {"title": about.title, "version": about.version},
        "servers": [{"url": about.server}],
        "tags": [{"name": group.name, "description": group.title} for group in registry.groups.values()],
        "paths": paths,
        "webhooks": dict(zip(about.events, map(_hook, schemas[2 * len(registry) :]), strict=True)),
        "components": {"schemas": components, "securitySchemes": about.security},
    }


def _secret(kind: type) -> dict[str, Any]:
    if kind is not Secret:
        raise NotImplementedError
    return {"type": "string", "minLength": 1, "format": "password"}


def _body(schema: dict[str, Any], reference: dict[str, Any], call: Call) -> dict[str, Any] | None:
    """Restrict a request's schema to its body, with the rules between fields; None where there is no body."""
    places = {field.encode_name: place_of(field) for field in call.fields}
    whole = [name for name, place in places.items() if place is Place.WHOLE]
    fields = {name: _given(each) for name, each in schema["properties"].items()}
    in_body = {name: each for name, each in fields.items() if places[name] is Place.BODY}
    required = [name for name in schema["required"] if places[name] is Place.BODY]
    schema |= _object(in_body, required)
    if rules := [_nested(rule) for each in call.request.rules if (rule := each.schema(call.wire_name))]:
        schema["allOf"] = rules
    if whole:
        return fields[whole[0]]
    return reference if schema["properties"] or call.always_body else None


def _object(fields: dict[str, Any], required: list[str]) -> dict[str, Any]:
    """Return the schema of an object; fields whose names have a dot are members of objects inside."""
    properties = {name: each for name, each in fields.items() if "." not in name}
    needed = [name for name in required if "." not in name]
    for outer in dict.fromkeys(name.partition(".")[0] for name in fields if "." in name):
        start = f"{outer}."
        inner = {name.removeprefix(start): each for name, each in fields.items() if name.startswith(start)}
        inner_needed = [name.removeprefix(start) for name in required if name.startswith(start)]
        properties[outer] = {"type": "object", **_object(inner, inner_needed)}
        needed += [outer] if inner_needed else []
    return {"properties": properties, "required": needed, "additionalProperties": False}


def _nested(rule: Any) -> Any:
    """Return the schema of a rule whose fields may be members of objects inside."""
    if isinstance(rule, list):
        return [_nested(each) for each in rule]
    if not isinstance(rule, dict):
        return rule
    rest = {name: _nested(each) for name, each in rule.items() if name not in {"properties", "required"}}
    properties, required = rule.get("properties", {}), rule.get("required", [])
    inside: dict[str, Any] = {name: each for name, each in properties.items() if "." not in name}
    for name in [*properties, *required]:
        outer, _, inner = name.partition(".")
        if inner:
            told = inside.setdefault(outer, {"properties": {}, "required": []})
            told["properties"] |= {inner: properties[name]} if name in properties else {}
            told["required"] += [inner] if name in required and inner not in told["required"] else []
    needed = list(dict.fromkeys(name.partition(".")[0] for name in required))
    if inside:
        rest["properties"] = inside
    return rest | ({"required": needed} if needed else {})


def _given(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a field that is given: an absent one is left out, never null."""
    schema = {name: value for name, value in schema.items() if name != "default" or value is not None}
    choices = [each for each in schema.pop("anyOf", []) if each != {"type": "null"}]
    if len(choices) == 1:
        return {**choices[0], **schema}
    return {**schema, "anyOf": choices} if choices else schema


def _operation(
    call: Call, body: dict[str, Any] | None, reply: dict[str, Any], about: About
) -> dict[str, Any]:
    summary, _, more = call.words.partition("\n")
    operation: dict[str, Any] = {
        "operationId": f"{call.group}.{call.name}",
        "tags": [call.group],
        "summary": summary,
        "description": "\n\n".join(filter(None, [more.strip(), f"Source: {call.source}"])),
        "parameters": _parameters(call),
        "responses": _responses(call, reply),
        **({"servers": [{"url": about.editions[call.edition]}]} if call.edition else {}),
        "security": [{name: []} for name in about.security] if call.authorized else [],
        "x-retry": str(call.retry),
    }
    if body is not None:
        upload = (
            {call.uploads: {"schema": {"type": "string", "contentMediaType": "text/csv"}}}
            if call.uploads
            else {}
        )
        operation["requestBody"] = {"required": True, "content": {_JSON: {"schema": body}, **upload}}
    if call.paid:
        operation["x-billed"] = call.paid
    if call.irreversible:
        operation["x-irreversible"] = True
    return operation


def _parameters(call: Call) -> list[dict[str, Any]]:
    schemas, components = msgspec.json.schema_components(
        [call.request], schema_hook=_secret, ref_template=_REF
    )
    properties = components[schemas[0]["$ref"].rpartition("/")[2]]["properties"]
    return [
        {
            "name": field.encode_name,
            "in": str(place_of(field)),
            "required": field.required,
            "description": words_of(field),
            "schema": _given(properties[field.encode_name]),
        }
        for field in call.fields
        if place_of(field) in {Place.PATH, Place.QUERY}
    ]


def _responses(call: Call, reply: dict[str, Any]) -> dict[str, Any]:
    done: dict[str, Any] = {"description": "It is done."}
    if call.form is not Form.NOTHING:
        done["content"] = {call.media or _MEDIA[call.form]: {"schema": reply}}
    said = {"type": "object", "properties": {"message": {"type": "string"}}}
    refused = {"description": "The service says no, and why.", "content": {_JSON: {"schema": said}}}
    return {"2XX": done, "default": refused}


def _either(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return the one operation of several calls that share path and method: the body tells which is meant."""
    content = one["requestBody"]["content"][_JSON]
    choices = content["schema"].get("oneOf", [content["schema"]])
    content["schema"] = {"oneOf": [*choices, other["requestBody"]["content"][_JSON]["schema"]]}
    return {**one, "description": f"{one['description']}\n\n{other['summary']} {other['description']}"}


def _hook(schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "post": {
            "requestBody": {"required": True, "content": {_JSON: {"schema": schema}}},
            "responses": {"2XX": {"description": "It was heard."}},
        }
    }
