"""Schemathesis finds nothing in an application with one of everything."""

from typing import Any

import pytest

from faster_core.app import App
from faster_core.response import JSONResponse
from faster_openapi import OpenAPI
from tests.openapi.acceptance.probe import findings
from tests.openapi.acceptance.sink import SECRET, sink

pytest.importorskip("python_multipart")

_KEYS: dict[str, Any] = {
    **{name: {"api_key": SECRET} for name in ("APIKeyHeader", "APIKeyQuery", "APIKeyCookie")},
    **{name: {"bearer": SECRET} for name in ("HTTPBearer", "OAuth2PasswordBearer")},
    "HTTPBasic": {"username": SECRET, "password": SECRET},
}
_OPERATIONS: list[dict[str, Any]] = [
    # Tea is asked for, and 418 is what the route declares to answer.
    {"include-path": "/teapot", "checks": {"positive_data_acceptance": {"expected-statuses": [200, 418]}}},
    # null, which an optional body may be, is taken for a wrong one of the model's.
    {"include-path": "/maybe", "checks": {"negative_data_rejection": {"enabled": False}}},
]


@pytest.mark.parametrize("problem_details", [False, True])
def test_nothing_is_found(problem_details: bool) -> None:
    app = sink(problem_details=problem_details)
    assert findings(app, auth={"openapi": _KEYS}, operations=_OPERATIONS, told="Not 13") == []


def test_a_lie_is_found() -> None:
    app = App()
    app.install(OpenAPI())

    @app.get("/lie")
    async def lie() -> int:
        return JSONResponse("no number")  # type: ignore[return-value]

    found = findings(app)
    assert any("response_schema_conformance" in finding for finding in found), found
