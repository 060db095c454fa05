"""The ASGI call signature."""

import asyncio

from faster_router import types
from faster_router.types import ASGIApp, Message, Receive, Scope, Send
from tests.router.asgi import messages


def test_a_function_of_three_arguments_is_an_application() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(await receive())

    typed: ASGIApp = app
    message: Message = {"type": "x"}
    assert asyncio.run(messages(typed, {}, [message])) == [message]
    assert types.__all__ == sorted(types.__all__)
