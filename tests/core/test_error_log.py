"""Errors in the log: once, with the request and its id, in one line that no client can break."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from faster_core import App, Request, StreamingResponse
from faster_core.error_log import last_logged, log_unhandled, mark_logged, was_logged
from faster_core.middleware import RequestIDMiddleware
from tests.core.client import make_scope, request

NASTY = "/a%0d%0aERROR%20forged%1b%5b31m%E2%80%A8"


def failing_app() -> App:
    app = App()
    app.add_middleware(RequestIDMiddleware, generator=lambda: "id-1")

    @app.get("/fail/{rest:path}")
    async def fail(rest: str) -> None:
        raise LookupError("no luck")

    @app.get("/torn")
    async def torn() -> StreamingResponse:
        async def pieces() -> AsyncIterator[str]:
            yield "begun"
            raise LookupError("torn")

        return StreamingResponse(pieces())

    return app


def test_an_error_is_logged_once_with_its_request_and_id(caplog: Any) -> None:
    assert request(failing_app(), "GET", "/fail" + NASTY).status == 500
    (record,) = caplog.records
    assert record.name == "faster_core"
    assert record.levelno == logging.ERROR
    expected = r"Unhandled LookupError in GET /fail/a\r\nERROR forged\x1b[31m\u2028 [request id-1]"
    assert record.getMessage() == expected
    assert record.request_id == "id-1"
    assert str(record.exc_info[1]) == "no luck"


@pytest.mark.parametrize("server", ["uvicorn.error", "hypercorn.error"])
def test_a_server_that_meets_it_again_says_nothing(caplog: Any, server: str) -> None:
    async def like_a_server(scope: Any, receive: Any, send: Any) -> None:
        try:
            await app(scope, receive, send)
        except LookupError as error:
            logging.getLogger(server).error("Exception in ASGI application", exc_info=error)
            logging.getLogger(server).error("closing")
            logging.getLogger(server).error("another", exc_info=ValueError())

    app = failing_app()
    request(like_a_server, "GET", "/torn")
    assert [record.getMessage() for record in caplog.records] == [
        "Unhandled LookupError in GET /torn [request id-1]",
        "closing",
        "another",
    ]


def test_a_mark_is_for_one_error() -> None:
    first, second = ValueError("same"), ValueError("same")
    mark_logged(first)
    assert was_logged(first)
    assert not was_logged(second)
    assert last_logged() is first


@pytest.mark.parametrize("state", [None, "no mapping", {}, {"request_id": None}])
def test_without_an_id_none_is_named(caplog: Any, state: Any) -> None:
    log_unhandled(ValueError(), {**make_scope("GET", "/x"), "state": state})
    assert caplog.records[0].getMessage() == "Unhandled ValueError in GET /x"


def test_an_id_of_somebody_else_cannot_break_the_line(caplog: Any) -> None:
    log_unhandled(ValueError(), {**make_scope("G\nT", "/x"), "state": {"request_id": "a\nb"}})
    assert caplog.records[0].getMessage() == r"Unhandled ValueError in G\nT /x [request a\nb]"


def test_a_client_that_left_is_told_safely(caplog: Any) -> None:
    from faster_core.exceptions import ClientDisconnect

    app = App()

    @app.get("/{rest:path}")
    async def leave(rest: str, request: Request) -> None:
        raise ClientDisconnect

    with caplog.at_level(logging.DEBUG, logger="faster_core"), pytest.raises(AssertionError):
        request(app, "GET", NASTY)
    (record,) = [record for record in caplog.records if record.name == "faster_core"]
    assert record.levelno == logging.DEBUG
    assert "\n" not in record.getMessage()
    assert "\x1b" not in record.getMessage()
