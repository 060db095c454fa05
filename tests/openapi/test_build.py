from faster_core.app import App
from faster_core.routing.router import FasterRouter
from faster_openapi import get_openapi


async def handler(a: int) -> int:
    return a


def test_a_document_from_its_parts() -> None:
    app, hooks = App(), FasterRouter()
    app.add_api_route("/a/{a}", handler)
    hooks.add_api_route("hook", handler, methods=["POST"])
    found = get_openapi(
        title="T", version="1", openapi_version="3.2.0", routes=app.routes, webhooks=hooks, problem_details=True
    )
    assert (found["openapi"], found["info"], list(found["webhooks"])) == (
        "3.2.0",
        {"title": "T", "version": "1"},
        ["hook"],
    )
    assert list(found["paths"]["/a/{a}"]["get"]["responses"]["422"]["content"]) == ["application/problem+json"]
