from collections.abc import Callable, Iterable
from typing import Any

from FasterAPI import Faster
from FasterAPI.middleware.wsgi import WSGIMiddleware


def old(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"The old application has {environ['PATH_INFO']}.".encode()]


app = Faster()
app.mount("/old", WSGIMiddleware(old))


@app.get("/items")
async def list_items() -> list[str]:
    return ["tea"]
