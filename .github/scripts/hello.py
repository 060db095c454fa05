"""A first request to a first application, over uvicorn and a real socket: does what is installed work?"""

import json
import socket
import threading
import urllib.request

import uvicorn

from FasterAPI import Faster
from FasterAPI.cli.project import render

__all__ = ["main"]

app = Faster()


@app.get("/hello/{name}")
async def hello(name: str, times: int = 1) -> dict[str, str | int]:
    """Greet somebody."""
    return {"hello": name, "times": times}


def read(port: int, path: str) -> object:
    """The JSON document at a path of the server under test."""
    # Ten seconds: a machine that builds other things at the same time is slow, not broken.
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return json.load(answer)


def main() -> None:
    """Serve, ask twice, compare, stop; then look for the files of a new project."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            # The socket listens already, so the first request waits for the server instead of being refused.
            answer = read(port, "/hello/world?times=2")
            document = read(port, "/openapi.json")
        finally:
            server.should_exit = True
            thread.join(timeout=10)
    if answer != {"hello": "world", "times": 2}:
        raise SystemExit(f"GET /hello/world?times=2 answered {answer!r}")
    if not isinstance(document, dict) or "/hello/{name}" not in document["paths"]:
        raise SystemExit(f"GET /openapi.json does not describe the route: {document!r}")
    # What the wheel carries beside modules.
    if "Dockerfile" not in render("hello"):
        raise SystemExit("`fasterapi new` finds none of its files")
    print("hello:", json.dumps(answer))


if __name__ == "__main__":
    main()
