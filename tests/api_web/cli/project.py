"""A folder with an application, and the command run in it as a user runs it."""

import os
import subprocess
import sys
from pathlib import Path

__all__ = ["SHOP", "run", "write"]

SHOP = """
from typing import Annotated

from msgspec import Struct

from FasterAPI import APIKeyHeader, CORSMiddleware, Depends, Faster, Form, Middleware, Query, WebSocket

app = Faster(middleware=[Middleware(CORSMiddleware, allow_origins=["https://a.example"])], openapi_url=None)


class Item(Struct):
    name: str
    price: float = 0.0


class Window(Struct):
    limit: int = 10
    tag: list[str] = []


async def open_pool():
    yield "pool"


def open_session(pool: Annotated[str, Depends(open_pool, scope="app")]):
    yield pool


@app.get("/items")
async def list_items(window: Annotated[Window, Query()], q: str | None = None) -> list[Item]:
    return [Item(q or "", window.limit)]


@app.post("/items/{item_id}", status_code=201, responses={404: {"description": "No such item."}},
          dependencies=[Depends(APIKeyHeader(name="X-Key"))])
def create(item_id: int, item: Item, session: Annotated[str, Depends(open_session)]) -> Item:
    return item


@app.put("/items/{item_id}")
def rename(item_id: int, name: Annotated[str, Form()]) -> dict[str, str]:
    return {"name": name}


@app.websocket("/live")
async def live(socket: WebSocket) -> None:
    await socket.accept()


async def other(scope, receive, send):
    pass


app.mount("/other", other, name="other")
app.host("{tenant}.example.org", other, name="tenant")
text = "no application"


def make():
    return app
"""


def write(folder: Path, **files: str) -> Path:
    """Write files into a folder: `app__main` is `app/main.py`."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
    """Run `fasterapi` in a folder; return its exit code and what it said on both streams."""
    done = subprocess.run(
        [sys.executable, "-m", "FasterAPI", *arguments],
        cwd=folder,
        env={**os.environ, "COLUMNS": "200", "PYTHONWARNINGS": ""},
        capture_output=True,
        text=True,
        check=False,
        input=stdin,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr
