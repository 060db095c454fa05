from typing import Any

import pytest

from faster_openapi.version import VERSIONS, exact_version, in_version

RESPONSES = {"200": {"description": "OK"}}
OPERATION = {"responses": RESPONSES}


def document(**more: Any) -> Any:
    return {"openapi": "3.2.0", "info": {"title": "T", "version": "1"}, "paths": {}, **more}


@pytest.mark.parametrize(
    ("given", "exact"), [("3.2", "3.2.0"), ("3.1", "3.1.0"), ("3.0", "3.0.3"), *((v, v) for v in VERSIONS)]
)
def test_versions(given: str, exact: str) -> None:
    assert exact_version(given) == exact
    assert in_version(document(), given)["openapi"] == exact


@pytest.mark.parametrize("version", ["", "3", "2.0", "3.9.0", "3."])
def test_versions_that_do_not_exist(version: str) -> None:
    with pytest.raises(ValueError, match=r"cannot be written\. Write one of 3\.0\.3, 3\.0\.4, 3\.1\.0"):
        exact_version(version)


def test_the_newest_is_left_as_it_is() -> None:
    whole = document(paths={"/": {"query": OPERATION}})
    assert in_version(whole, "3.2.0") == whole


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_what_only_the_newest_can_say_is_noted(version: str) -> None:
    whole = document(paths={"/": {"query": OPERATION, "additionalOperations": {"LINK": OPERATION}, "get": OPERATION}})
    item = in_version(whole, version)["paths"]["/"]
    assert item == {
        "get": OPERATION,
        "description": (
            "Also answers QUERY and LINK, for which this version of OpenAPI has no field: see x-query, "
            "x-additionalOperations."
        ),
        "x-query": OPERATION,
        "x-additionalOperations": {"LINK": OPERATION},
    }
    assert "query" in whole["paths"]["/"], "the original stays"


def test_streams_become_texts_with_a_note() -> None:
    stream = {"content": {"application/jsonl": {"itemSchema": {"type": ["integer", "null"]}}}}
    responses = {"default": {"description": "", **stream}}
    whole = document(paths={"/": {"get": {"responses": responses}}})
    for version, inner in (("3.1.0", {"type": ["integer", "null"]}), ("3.0.3", {"type": "integer", "nullable": True})):
        media = in_version(whole, version)["paths"]["/"]["get"]["responses"]["default"]["content"]["application/jsonl"]
        assert media["x-itemSchema"] == inner
        assert media["schema"]["type"] == "string"


def test_names_that_look_like_fields_are_left_alone() -> None:
    properties = {"query": {"type": "object"}, "itemSchema": {"type": "string"}, "const": {"type": "string"}}
    whole = document(components={"schemas": {"A": {"type": "object", "properties": properties}}})
    for version in ("3.1.0", "3.0.3"):
        assert in_version(whole, version)["components"]["schemas"]["A"]["properties"] == properties


def test_what_300_does_not_have() -> None:
    whole = document(
        info={"title": "T", "version": "1", "summary": "S", "license": {"name": "MIT", "identifier": "MIT"}},
        webhooks={"a": {"post": OPERATION}},
        jsonSchemaDialect="x",
    )
    found = in_version(whole, "3.0.3")
    assert found["info"] == {
        "title": "T",
        "version": "1",
        "x-summary": "S",
        "license": {"url": "https://spdx.org/licenses/MIT.html", "name": "MIT"},
    }
    assert found["x-webhooks"] == {"a": {"post": OPERATION}}
    assert not {"webhooks", "jsonSchemaDialect"} & found.keys()


def test_parameters_and_examples() -> None:
    parameter = {"name": "a", "in": "query", "schema": {"const": 1}, "examples": {"one": {"value": {"const": 1}}}}
    whole = document(paths={"/": {"get": {**OPERATION, "parameters": [parameter]}}})
    [found] = in_version(whole, "3.0.3")["paths"]["/"]["get"]["parameters"]
    assert found == {**parameter, "schema": {"enum": [1]}}
