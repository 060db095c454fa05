"""HEAD and OPTIONS, which follow from the other methods."""

from faster_router.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["allow", "without_body"]

# Every message a body may travel in: the ASGI one and the extensions "pathsend" and "zero-copy send".
_BODY = frozenset({"http.response.body", "http.response.pathsend", "http.response.zerocopysend"})


def allow(methods: tuple[str, ...]) -> tuple[str, ...]:
    """The methods answered where these have routes: HEAD comes with GET, OPTIONS with any. Sorted; none for none."""
    if not methods:
        return ()
    implied = {"HEAD", "OPTIONS"} if "GET" in methods else {"OPTIONS"}
    return tuple(sorted({*methods, *implied}))


def without_body(app: ASGIApp) -> ASGIApp:
    """An application that answers HEAD with what another one answers to GET, header lines and all, but no body.

    The response ends with the first piece of the body, so that an endless stream does not keep the client waiting; the
    server then tells the application as it does when a client goes away.

    Spec: RFC 9110, 9.3.2
    """

    async def headless(scope: Scope, receive: Receive, send: Send) -> None:
        ended = False

        async def send_head(message: Message) -> None:
            nonlocal ended
            if message["type"] not in _BODY:
                await send(message)
            elif not ended:
                ended = True
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        await app(scope, receive, send_head)

    return headless
