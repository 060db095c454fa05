import asyncio
import logging
import re
from typing import Any, Never

import pytest

from faster_core.middleware.request_id import RequestIDFilter, RequestIDMiddleware, request_id_var
from faster_core.types import Receive, Scope, Send
from tests.core.middleware.exchange import accept, fetch, get, open_websocket, respond


def test_one_id_in_header_state_and_variable() -> None:
    seen = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.extend([scope["state"]["request_id"], request_id_var.get()])
        await respond()(scope, receive, send)

    value = get(RequestIDMiddleware(app)).headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{32}", value)
    assert seen == [value, value]
    assert value != get(RequestIDMiddleware(app)).headers["x-request-id"]


@pytest.mark.parametrize("accept_incoming", [False, True])
@pytest.mark.parametrize("value", ["upstream-abc", "a" * 128])
def test_an_incoming_id_only_when_asked(accept_incoming: Any, value: Any) -> None:
    app = RequestIDMiddleware(respond(), generator=lambda: "made", accept_incoming=accept_incoming)
    expected = value if accept_incoming else "made"
    assert get(app, "/", {"X-Request-ID": value}).headers["x-request-id"] == expected


@pytest.mark.parametrize("value", ["", "a b", "a\nb", "ü", "a" * 129, "<script>", 'a"b', "a\x00"])
def test_an_incoming_id_that_is_none_is_replaced(value: Any) -> None:
    app = RequestIDMiddleware(respond(), generator=lambda: "made", accept_incoming=True)
    assert get(app, "/", {"X-Request-ID": value}).headers["x-request-id"] == "made"


def test_header_names() -> None:
    app = RequestIDMiddleware(
        respond(), header_name="X-In", outgoing_header_name="X-Out", accept_incoming=True, generator=lambda: "made"
    )
    assert get(app, "/", {"X-In": "given"}).headers == {"x-out": "given"}
    with pytest.raises(ValueError, match="not a token"):
        RequestIDMiddleware(respond(), header_name="X In")


def test_the_applications_own_header_is_replaced() -> None:
    app = RequestIDMiddleware(respond(headers={"X-Request-ID": "other"}), generator=lambda: "made")
    assert get(app).headers == {"x-request-id": "made"}


def test_the_variable_has_its_former_value_afterwards() -> None:
    async def main() -> Any:
        assert request_id_var.get() is None
        request_id_var.set("outer")
        await fetch(RequestIDMiddleware(respond()))

        async def fail(scope: Scope, receive: Receive, send: Send) -> Never:
            raise ValueError

        with pytest.raises(ValueError):
            await fetch(RequestIDMiddleware(fail))
        return request_id_var.get()

    assert asyncio.run(main()) == "outer"


def test_websocket_and_lifespan() -> None:
    app = RequestIDMiddleware(accept, generator=lambda: "made")
    assert asyncio.run(open_websocket(app)).messages == [
        {"type": "websocket.accept", "headers": [(b"x-request-id", b"made")]}
    ]
    seen = []

    async def lifespan(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    asyncio.run(RequestIDMiddleware(lifespan)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert seen == [{"type": "lifespan"}]


def test_a_scope_without_state() -> None:
    scope: dict[str, object] = {}

    async def app(inner: Any, receive: Receive, send: Send) -> None:
        scope.update(inner)
        await respond()(inner, receive, send)

    async def drop_state(inner: Any, receive: Receive, send: Send) -> None:
        del inner["state"]
        await RequestIDMiddleware(app, generator=lambda: "made")(inner, receive, send)

    get(drop_state)
    assert scope["state"] == {"request_id": "made"}


def test_log_filter() -> None:
    lines = []

    class Lines(logging.Handler):
        def emit(self, record: Any) -> None:
            lines.append(self.format(record))

    handler = Lines()
    handler.setFormatter(logging.Formatter("%(request_id)s %(message)s"))
    handler.addFilter(RequestIDFilter())
    logger = logging.getLogger("tests.request_id")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        logger.info("inside")
        await respond()(scope, receive, send)

    try:
        get(RequestIDMiddleware(app, generator=lambda: "made"))
        logger.info("outside")
        logger.info("its own", extra={"request_id": "told"})
    finally:
        logger.removeHandler(handler)
    assert lines == ["made inside", "- outside", "told its own"]


def test_a_generator_cannot_break_the_header() -> None:
    with pytest.raises(ValueError, match="control character"):
        get(RequestIDMiddleware(respond(), generator=lambda: "a\r\nSet-Cookie: b=1"))
