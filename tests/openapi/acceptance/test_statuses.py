"""For every route, the statuses that the document names are those that requests provoke: none more, none fewer."""

import base64
from typing import Any

import pytest

from faster_openapi import document
from tests.openapi.acceptance.sink import LIMIT, SECRET, sink
from tests.openapi.acceptance.sweep import Call, statuses

pytest.importorskip("python_multipart")

_UUID = "c9bf9e57-1685-4c89-bafb-ff5af830be8a"
_URLENCODED = {"content-type": "application/x-www-form-urlencoded"}
_PNG = {"content-type": "image/png"}
_BASIC = base64.b64encode(f"{SECRET}:{SECRET}".encode()).decode()

SWEPT: dict[str, list[Call]] = {
    "GET /parameters/{item_id}": [
        Call(
            "GET",
            "/parameters/1",
            {"q": "a", "ids": _UUID, "colour": "red", "order": "up", "day": "2026-01-02"},
            {"x-count": "1", "cookie": "visits=1"},
        ),
        Call("GET", "/parameters/1001"),
    ],
    "GET /converted/{number}": [Call("GET", "/converted/1")],
    "GET /free/{text}": [Call("GET", "/free/a", headers={"x-note": "a"})],
    "GET /uuid/{found}": [Call("GET", f"/uuid/{_UUID}")],
    "GET /below/{rest}": [Call("GET", "/below/a/b")],
    "GET /required": [Call("GET", "/required", {"flag": "on"}, {"x-token": "ab", "cookie": "session=1"})],
    "GET /header": [Call("GET", "/header", headers={"x-token": "a"})],
    "GET /model": [Call("GET", "/model", {"limit": "5", "tags": "a"})],
    "POST /items": [
        Call.json("POST", "/items", {"itemName": "a", "pet": {"type": "cat"}}),
        Call.json("POST", "/items", {"itemName": "taken"}),
    ],
    "PATCH /items": [Call.json("PATCH", "/items", {"colour": "red"})],
    "QUERY /items": [Call.json("QUERY", "/items", {"limit": 5})],
    "POST /several/{number}": [
        Call.json("POST", "/several/1", {"item": {"itemName": "a"}, "movie": {"title": "b"}}, query={"shout": "1"})
    ],
    "POST /union": [Call.json("POST", "/union", {"type": "dog", "bark": "x"})],
    "POST /maybe": [Call.json("POST", "/maybe", {"type": "cat"})],
    "POST /tree": [Call.json("POST", "/tree", {"name": "a", "children": [{"name": "b"}]})],
    "POST /page": [Call.json("POST", "/page", {"items": [{"size": 1}], "total": 1})],
    "POST /text": [Call("POST", "/text", headers={"content-type": "text/plain"}, content=b"a")],
    "POST /raw": [Call("POST", "/raw", headers=_PNG, content=b"a")],
    "PUT /raw": [Call("PUT", "/raw", headers=_PNG, content=b"a")],
    "POST /form": [
        Call("POST", "/form", headers=_URLENCODED, content=b"name=a&size=2"),
        Call.form("POST", "/form", ("name", "a")),
    ],
    "POST /login": [Call("POST", "/login", headers=_URLENCODED, content=b"user=a&age=20")],
    "POST /names": [Call("POST", "/names", headers=_URLENCODED, content=b"name=a&name=b")],
    "POST /upload": [Call.form("POST", "/upload", ("one", "1", "a"), ("many", "2", "b"), ("note", "c"))],
    "POST /small-file": [Call.form("POST", "/small-file", ("content", "1", "a"))],
    "GET /bearer": [Call("GET", "/bearer", headers={"authorization": f"Bearer {SECRET}"})],
    "GET /basic": [Call("GET", "/basic", headers={"authorization": f"Basic {_BASIC}"})],
    "GET /key/header": [Call("GET", "/key/header", headers={"x-key": SECRET})],
    "GET /key/query": [Call("GET", "/key/query", {"key": SECRET})],
    "GET /key/cookie": [Call("GET", "/key/cookie", headers={"cookie": f"key={SECRET}"})],
    "POST /guarded": [
        Call.json("POST", "/guarded", {"size": 1}, headers={"authorization": f"Bearer {SECRET}"}),
    ],
    "GET /dependency": [Call("GET", "/dependency", {"number": "1"}), Call("GET", "/dependency", {"number": "1001"})],
    "GET /check/{number}": [Call("GET", "/check/1"), Call("GET", "/check/13")],
    "GET /teapot": [Call("GET", "/teapot", {"tea": "no"}), Call("GET", "/teapot", {"tea": "yes"})],
    "DELETE /nothing": [Call("DELETE", "/nothing")],
    "GET /away": [Call("GET", "/away")],
    "GET /page": [Call("GET", "/page")],
    "GET /plain": [Call("GET", "/plain")],
    "GET /events": [Call("GET", "/events")],
    "GET /lines": [Call("GET", "/lines")],
    "GET /bytes": [Call("GET", "/bytes")],
    "GET /path": [Call("GET", "/path")],
    "GET /custom": [Call("GET", "/custom")],
}


def _documented(app: Any) -> dict[str, set[int]]:
    paths = document(app, "3.2.0")["paths"]
    return {
        f"{method.upper()} {path}": {int(status) for status in operation["responses"]}
        for path, item in paths.items()
        for method, operation in item.items()
    }


def test_every_operation_is_swept() -> None:
    assert set(_documented(sink())) == set(SWEPT)


@pytest.mark.parametrize("problem_details", [False, True])
@pytest.mark.parametrize("operation", SWEPT)
def test_documented_statuses_are_those_that_requests_provoke(operation: str, problem_details: bool) -> None:
    app = sink(problem_details=problem_details)
    provoked = statuses(app, SWEPT[operation], LIMIT, variable=operation.endswith("}"))
    assert set(provoked) == _documented(app)[operation], provoked
