from typing import Any

import pytest

from faster_core.app import App
from faster_core.routing.router import FasterRouter
from faster_core.websocket import WebSocket
from faster_openapi.describe import describe
from faster_openapi.model import About


async def handler() -> None: ...


async def socket(websocket: WebSocket) -> None: ...


def test_the_least_document() -> None:
    assert describe(About(), []).document == {
        "openapi": "3.1.0",
        "info": {"title": "FasterAPI", "version": "0.1.0"},
        "paths": {},
    }


def test_what_is_said_beside_the_routes() -> None:
    about = About(
        title="Shop",
        version="1.2",
        summary="S",
        description="D",
        tags=[{"name": "a", "description": "A"}],
        servers=[{"url": "https://example.org"}],
        terms_of_service="https://example.org/terms",
        contact={"name": "C"},
        license_info={"name": "MIT", "identifier": "MIT"},
        external_docs={"url": "https://example.org/docs"},
    )
    assert describe(about, []).document == {
        "openapi": "3.1.0",
        "info": {
            "title": "Shop",
            "summary": "S",
            "description": "D",
            "termsOfService": "https://example.org/terms",
            "contact": {"name": "C"},
            "license": {"name": "MIT", "identifier": "MIT"},
            "version": "1.2",
        },
        "servers": [{"url": "https://example.org"}],
        "paths": {},
        "tags": [{"name": "a", "description": "A"}],
        "externalDocs": {"url": "https://example.org/docs"},
    }


def test_what_is_left_out() -> None:
    hidden = FasterRouter(include_in_schema=False)
    hidden.add_api_route("/a", handler)
    app = App()
    app.include_router(hidden)
    app.add_api_route("/b", handler, include_in_schema=False)
    app.add_api_websocket_route("/c", socket)
    app.mount("/d", App())
    app.add_api_route("/e", handler)
    assert list(describe(About(), app.routes).document["paths"]) == ["/e"]


def test_methods_of_one_path_stand_together() -> None:
    app = App()
    app.add_api_route("/a/{b:int}", handler)
    app.add_api_route("/a/{b:int}", handler, methods=["PUT", "QUERY", "LINK"])
    item = describe(About(openapi_version="3.2.0"), app.routes).document["paths"]["/a/{b}"]
    assert list(item) == ["get", "put", "query", "additionalOperations"]
    assert list(item["additionalOperations"]) == ["LINK"]


@pytest.mark.parametrize("path", ["new-order", "/new-order"])
def test_webhooks(path: str) -> None:
    outer, inner = FasterRouter(), FasterRouter(tags=["hooks"])
    inner.add_api_route(path, handler, methods=["POST"])
    outer.include_router(inner)
    found: Any = describe(About(), [], outer).document["webhooks"]
    assert found[path]["post"]["tags"] == ["hooks"]


def test_a_version_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match=r"OpenAPI '2\.0' cannot be written"):
        describe(About(openapi_version="2.0"), [])
