from typing import Any

import msgspec
import pytest

from faster_core.app import App
from faster_openapi import document
from faster_openapi.diff import Change, diff

BREAKING, COMPATIBLE = "breaking", "compatible"
STRING = {"type": "string"}
INTEGER = {"type": "integer"}


def of(operation: Any = None, path: str = "/a", method: str = "get", **more: Any) -> Any:
    """A document with one operation."""
    return {"openapi": "3.1.0", "paths": {path: {method: operation or {}}}, **more}


def parameters(*items: Any) -> Any:
    return of({"parameters": list(items)})


def query(schema: Any = STRING, **more: Any) -> Any:
    return {"name": "q", "in": "query", "schema": schema, **more}


def body(schema: Any, *, media_type: str = "application/json", **more: Any) -> Any:
    return of({"requestBody": {"content": {media_type: {"schema": schema}}, **more}})


def response(schema: Any, status: str = "200", **more: Any) -> Any:
    return of({"responses": {status: {"content": {"application/json": {"schema": schema}}, **more}}})


def thing(properties: Any, *required: str, **more: Any) -> Any:
    return {"type": "object", "properties": properties, "required": list(required), **more}


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        (of(), of(), []),
        (of(), {"paths": {}}, [(BREAKING, "GET /a", "the operation was removed")]),
        ({"paths": {}}, of(), [(COMPATIBLE, "GET /a", "an operation was added")]),
        (of(path="/{a}"), of(path="/{b}"), []),
        (of(method="query"), {"paths": {"/a": {"x-query": {}}}}, []),
        (of(), of({"deprecated": True}), [(COMPATIBLE, "GET /a", "the operation is now deprecated")]),
        (
            of({"operationId": "a"}),
            of({"operationId": "b"}),
            [
                (
                    BREAKING,
                    "GET /a",
                    "operationId changed from 'a' to 'b': methods of generated clients have other names",
                )
            ],
        ),
        ({"webhooks": of()["paths"]}, {}, [(BREAKING, "GET /a", "the operation was removed")]),
    ],
)
def test_operations(old: Any, new: Any, changes: Any) -> None:
    check(old, new, changes)


def check(old: Any, new: Any, changes: Any) -> None:
    assert [(change.severity, change.place, change.message) for change in diff(old, new)] == changes


Q = "GET /a: query parameter q"


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        (parameters(query()), parameters(), [(BREAKING, Q, "the parameter was removed")]),
        (parameters(), parameters(query()), [(COMPATIBLE, Q, "a parameter was added, optional")]),
        (parameters(), parameters(query(required=True)), [(BREAKING, Q, "a parameter was added, required")]),
        (parameters(query()), parameters(query(required=True)), [(BREAKING, Q, "the parameter is now required")]),
        (parameters(query(required=True)), parameters(query()), [(COMPATIBLE, Q, "the parameter is now optional")]),
        (
            parameters(query(style="form")),
            parameters(query(style="pipeDelimited")),
            [(BREAKING, Q, "style changed from 'form' to 'pipeDelimited'")],
        ),
        (
            parameters(query(INTEGER)),
            parameters(query(STRING)),
            [(BREAKING, Q, "the type changed from integer to string")],
        ),
        (parameters(query(STRING)), parameters(query({})), [(COMPATIBLE, Q, "the type changed from string to any")]),
        (
            of({"parameters": [{"name": "a", "in": "path", "schema": INTEGER}]}, "/{a}"),
            of({"parameters": [{"name": "b", "in": "path", "schema": INTEGER}]}, "/{b}"),
            [],
        ),
        (
            {"paths": {"/a": {"parameters": [query()], "get": {}}}},
            parameters(query()),
            [],
        ),
    ],
)
def test_parameters(old: Any, new: Any, changes: Any) -> None:
    check(old, new, changes)


B = "GET /a: body"


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        (of(), body(STRING), [(COMPATIBLE, B, "a body was added")]),
        (of(), body(STRING, required=True), [(BREAKING, B, "a body was added, required")]),
        (body(STRING), of(), [(BREAKING, B, "the body was removed")]),
        (body(STRING), body(STRING, required=True), [(BREAKING, B, "the body is now required")]),
        (body(STRING, required=True), body(STRING), [(COMPATIBLE, B, "the body is now optional")]),
        (
            body(STRING),
            body(STRING, media_type="text/plain"),
            [
                (BREAKING, B, "the media type application/json was removed"),
                (COMPATIBLE, B, "the media type text/plain was added"),
            ],
        ),
    ],
)
def test_bodies(old: Any, new: Any, changes: Any) -> None:
    check(old, new, changes)


SCHEMAS = [
    # old, new, what is said, whether it breaks a request, whether it breaks a response
    (thing({"a": STRING}), thing({}), ".a: the field was removed", False, True),
    (
        thing({"a": STRING}, additionalProperties=False),
        thing({}, additionalProperties=False),
        ".a: the field was removed",
        True,
        True,
    ),
    (thing({}), thing({"a": STRING}), ".a: a field was added, optional", False, False),
    (thing({}), thing({"a": STRING}, "a"), ".a: a field was added, required", True, False),
    (thing({"a": STRING}), thing({"a": STRING}, "a"), ".a: the field is now required", True, False),
    (thing({"a": STRING}, "a"), thing({"a": STRING}), ".a: the field is now optional", False, True),
    (thing({}), thing({}, additionalProperties=False), ": further fields are no longer allowed", True, False),
    ({"enum": [1, 2]}, {"enum": [1]}, ": the value 2 is no longer allowed", True, False),
    ({"enum": [1]}, {"enum": [1, 2]}, ": the value 2 is now allowed", False, True),
    (INTEGER, {**INTEGER, "const": 1}, ": any value is no longer allowed", True, False),
    ({**INTEGER, "enum": [1]}, INTEGER, ": any value is now allowed", False, True),
    ({**INTEGER, "minimum": 1}, {**INTEGER, "minimum": 2}, ": minimum changed from 1 to 2", True, False),
    ({**INTEGER, "maximum": 1}, {**INTEGER, "maximum": 2}, ": maximum changed from 1 to 2", False, True),
    (STRING, {**STRING, "maxLength": 2}, ": maxLength changed from None to 2", True, False),
    ({**STRING, "pattern": "a"}, {**STRING, "pattern": "b"}, ": pattern changed from 'a' to 'b'", True, False),
    (STRING, {"type": ["string", "null"]}, ": null is now allowed", False, True),
    ({"anyOf": [STRING, {"type": "null"}]}, STRING, ": null is no longer allowed", True, False),
    ({**STRING, "nullable": True}, STRING, ": null is no longer allowed", True, False),
    ({"type": "number"}, INTEGER, ": number is no longer allowed", True, False),
    (
        {"type": "array", "items": STRING},
        {"type": "array", "items": INTEGER},
        "[]: the type changed from string to integer",
        True,
        True,
    ),
    (
        {"type": "object", "additionalProperties": STRING},
        {"type": "object", "additionalProperties": INTEGER},
        ".*: the type changed from string to integer",
        True,
        True,
    ),
    (
        {"allOf": [thing({"a": STRING})]},
        {"allOf": [thing({"a": INTEGER})]},
        "(1).a: the type changed from string to integer",
        True,
        True,
    ),
    (
        {"oneOf": [STRING, STRING]},
        {"oneOf": [STRING, STRING, STRING]},
        ": 1 alternatives are now allowed",
        False,
        True,
    ),
]


@pytest.mark.parametrize(("old", "new", "said", "breaks_request", "breaks_response"), SCHEMAS)
def test_schemas(old: Any, new: Any, said: str, breaks_request: bool, breaks_response: bool) -> None:
    place, _, message = said.partition(": ")
    for make, prefix, breaks in ((body, B, breaks_request), (response, "GET /a: 200", breaks_response)):
        check(make(old), make(new), [(BREAKING if breaks else COMPATIBLE, f"{prefix}{place}", message)])


R = "GET /a: 200"


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        (response(STRING), of({"responses": {}}), [(BREAKING, R, "the response was removed")]),
        (response(STRING, "404"), of(), [(COMPATIBLE, "GET /a: 404", "the response was removed")]),
        (of(), response(STRING), [(COMPATIBLE, R, "a response was added")]),
        (
            response(STRING, headers={"X-A": {}}),
            response(STRING),
            [(BREAKING, R, "the header X-A was removed")],
        ),
    ],
)
def test_results(old: Any, new: Any, changes: Any) -> None:
    check(old, new, changes)


def secured(*security: Any) -> Any:
    return of({"security": list(security)})


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        (of(), secured({"A": ["r"]}), [(BREAKING, "GET /a", "credentials are now required: A (r)")]),
        (secured({"A": []}), of(), [(COMPATIBLE, "GET /a", "credentials are no longer required")]),
        (
            secured({"A": []}),
            secured({"A": []}, {"B": [], "C": []}),
            [(COMPATIBLE, "GET /a", "further credentials are taken: B and C")],
        ),
        (
            secured({"A": []}, {"B": []}),
            secured({"A": []}),
            [(BREAKING, "GET /a", "credentials are no longer taken: B")],
        ),
        (of(security=[{"A": []}]), secured({"A": []}), []),
        (of(security=[{"A": []}]), secured({}), [(COMPATIBLE, "GET /a", "credentials are no longer required")]),
    ],
)
def test_credentials(old: Any, new: Any, changes: Any) -> None:
    check(old, new, changes)


def test_references_are_followed_and_circles_end() -> None:
    def tree(leaf: Any) -> Any:
        reference = {"$ref": "#/components/schemas/Tree"}
        schemas = {"Tree": thing({"leaf": leaf, "branch": reference}), "Lost": {"$ref": "#/components/schemas/Lost"}}
        return {**body(reference), "components": {"schemas": schemas}}

    check(tree(STRING), tree(INTEGER), [(BREAKING, f"{B}.leaf", "the type changed from string to integer")])
    assert not diff(tree(STRING), tree(STRING)).changes


def test_a_comparison_is_told_apart_by_severity() -> None:
    comparison = diff(parameters(query()), of({"deprecated": True}))
    assert [change.severity for change in comparison] == [BREAKING, COMPATIBLE]
    assert comparison.breaking == (Change("breaking", Q, "the parameter was removed"),)
    assert len(comparison.compatible) == 1
    assert len(comparison) == 2
    assert str(comparison.breaking[0]) == f"breaking: {Q}: the parameter was removed"


class Item(msgspec.Struct):
    name: str
    price: float = 1


class WiderItem(msgspec.Struct):
    name: str
    price: float = 1
    note: str | None = None


def test_two_applications() -> None:
    def app(model: Any) -> Any:
        async def handler(item: model) -> model:
            return item

        found = App()
        found.add_api_route("/items", handler, methods=["POST"])
        return document(found)

    assert not diff(app(Item), app(WiderItem)).breaking
    assert diff(app(WiderItem), app(Item)).breaking
