"""`FasterAPI.server.run`: what it refuses. What it serves, `cli/test_serve.py` shows."""

import socket
from typing import Any

import pytest

from FasterAPI import run
from FasterAPI.server import PortInUse, check_port


async def app(scope: Any, receive: Any, send: Any) -> None: ...


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"server": "gunicorn"}, "There is no server 'gunicorn'. Write one of uvicorn, granian, hypercorn."),
        (
            {"workers": 2},
            "For 2 workers, every process imports the application itself. Write run('module:app', …).",
        ),
        (
            {"server": "granian"},
            "For granian, every process imports the application itself. Write run('module:app', …).",
        ),
        (
            {"server": "hypercorn", "proxy_headers": True},
            "hypercorn does not read proxy headers. Serve with uvicorn, or leave proxy_headers out.",
        ),
    ],
)
def test_what_a_server_cannot_do(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=r"\S") as caught:
        run(app, **options)
    assert str(caught.value) == message


@pytest.mark.parametrize(("server", "extra"), [("hypercorn", "[http2]"), ("granian", "[http2]"), ("uvicorn", "")])
def test_server_that_is_not_installed(monkeypatch: pytest.MonkeyPatch, server: Any, extra: str) -> None:
    monkeypatch.setattr("FasterAPI.server.find_spec", lambda name: None)
    with pytest.raises(ImportError) as caught:
        run("somewhere:app", server=server)
    assert str(caught.value) == f"{server} is not installed. Run: pip install 'faster-api-web{extra}'"


def test_port_in_use() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(PortInUse):
            run(app, port=other.getsockname()[1])


def test_address_of_another_machine() -> None:
    with pytest.raises(OSError, match=r"\S") as caught:
        check_port("192.0.2.1", 0)
    assert not isinstance(caught.value, PortInUse)
