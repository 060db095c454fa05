"""One of everything: valid in every version, and in step with what is sent."""

import json
from typing import Any

import pytest

from faster_openapi import VERSIONS, diff, document
from tests.core.client import request
from tests.openapi.kitchen import kitchen

pytest.importorskip("python_multipart")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("problem_details", [False, True])
def test_documents_are_valid(version: str, problem_details: bool) -> None:
    validator = pytest.importorskip("openapi_spec_validator")
    found = document(kitchen(app={"problem_details": problem_details}), version)
    validator.validate(json.loads(json.dumps(found)))
    assert found["openapi"] == version


@pytest.mark.parametrize("version", VERSIONS)
def test_every_reference_leads_somewhere(version: str) -> None:
    found = document(kitchen(), version)
    names = found["components"]["schemas"]
    text = json.dumps(found)
    references = [part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]]
    assert references
    assert set(references) <= set(names)
    assert "\\u0000" not in text
    assert "\\u0001" not in text


def test_every_component_is_used() -> None:
    found = document(kitchen())
    text = json.dumps(found)
    assert [name for name in found["components"]["schemas"] if f"#/components/schemas/{name}" not in text] == []


def test_all_names_of_operations_are_different() -> None:
    found: Any = document(kitchen(), "3.2.0")
    names = [part.partition('"')[0] for part in json.dumps(found).split('"operationId": "')[1:]]
    assert len(names) == len(set(names)) >= 20


def test_a_document_does_not_differ_from_itself() -> None:
    app = kitchen()
    for version in VERSIONS:
        assert not diff(document(app, version), document(app, version)).changes


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("POST", "/items", {"json": {"itemName": "Tea", "pet": {"type": "dog", "bark": "x"}}}, 201),
        ("GET", "/items/1", {}, 200),
        ("PATCH", "/items/1", {"json": {"colour": "red"}}, 200),
        ("GET", "/items?limit=5", {}, 200),
        ("POST", "/pets", {"json": {"type": "cat"}}, 200),
        (
            "POST",
            "/shapes",
            {"json": {"box": {"size": 1}, "movie": {"title": "a"}, "place": [1], "row": [1], "n": 2}},
            200,
        ),
        ("GET", "/several/a/b", {}, 200),
    ],
)
def test_what_is_sent_and_answered_fits_the_document(method: str, path: str, options: Any, status: int) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    app = kitchen()
    found = document(app, "3.1.0")
    template = {"/items/1": "/items/{item_id}", "/several/a/b": "/several/{name}"}.get(path, path.partition("?")[0])
    operation = found["paths"][template][method.lower()]
    reply = request(app, method, path, **options)
    assert reply.status == status

    def check(media: Any, value: Any) -> None:
        schema = {**media["application/json"]["schema"], "components": found["components"]}
        jsonschema.Draft202012Validator(schema).validate(value)

    if "json" in options:
        check(operation["requestBody"]["content"], options["json"])
    check(operation["responses"][str(status)]["content"], reply.json())
