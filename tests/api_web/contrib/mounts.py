"""Routes that an application has below mounts, and what they are called outside."""

import tempfile
from pathlib import Path

from faster_core.types import Receive, Scope, Send
from FasterAPI import Faster, PlainTextResponse, StaticFiles

__all__ = ["BELOW_MOUNTS", "mount_everything"]

BELOW_MOUNTS = [
    ("/inner/users/7", "/inner/users/{user_id}"),
    ("/inner/deeper/acme/users/7", "/inner/deeper/{tenant}/users/{user_id}"),
    ("/inner/nowhere", "/inner/{path:path}"),
    ("/static/hello.txt", "/static/{path:path}"),
    ("/foreign/users/7", "/foreign/users/{user_id}"),
    ("/silent/anything", "/silent/{path:path}"),
]
"""A path, and the template of what answers it."""


def _users() -> Faster:
    app = Faster()

    @app.get("/users/{user_id}")
    async def user(user_id: int) -> int:
        return user_id

    return app


class _Named:
    path = "/users/{user_id}"


async def _foreign(scope: Scope, receive: Receive, send: Send) -> None:
    """Another framework's application, which says what has answered as Starlette and FastAPI do."""
    scope["route"] = _Named()
    await PlainTextResponse("foreign")(scope, receive, send)


async def _silent(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("silent")(scope, receive, send)


def mount_everything(app: Faster) -> None:
    """Mount what `BELOW_MOUNTS` asks for."""
    folder = Path(tempfile.mkdtemp())
    (folder / "hello.txt").write_text("hello", encoding="utf-8")
    inner = _users()
    inner.mount("/deeper/{tenant}", _users())
    app.mount("/inner", inner)
    app.mount("/static", StaticFiles(directory=folder))
    app.mount("/foreign", _foreign)
    app.mount("/silent", _silent)
