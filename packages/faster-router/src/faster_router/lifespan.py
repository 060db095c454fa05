"""The lifespan of a router that stands alone: those of its mounted applications, one after the other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from faster_router.types import ASGIApp, Message, Receive, Scope, Send

if TYPE_CHECKING:
    from asyncio import Queue, Task

__all__ = ["run_lifespans"]


async def run_lifespans(apps: Sequence[ASGIApp], scope: Scope, receive: Receive, send: Send) -> None:
    """Start the applications in order when the server starts, and stop them in reverse order when it stops.

    An application that returns, raises or answers as if to a request does not know lifespans, and is left out. One that
    fails to start stops those before it, and the server is told.

    Args:
        apps: ASGI applications; one that stands twice is started once.
        scope: The lifespan scope; its `state` is shared by all.
        receive: Gives `lifespan.startup` and `lifespan.shutdown`.
        send: Takes the answers.

    Spec: ASGI 3.0, "Lifespan Protocol"
    """
    await receive()
    lifespans = [_Lifespan(app, scope) for app in {id(app): app for app in apps}.values()]
    running: list[_Lifespan] = []
    try:
        for lifespan in lifespans:
            failure = await lifespan.say("startup")
            if failure is not None:
                message = "\n".join([failure, *await _stop(running)])
                await send({"type": "lifespan.startup.failed", "message": message})
                return
            if lifespan.takes_part:
                running.append(lifespan)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        failures = await _stop(running)
        if failures:
            await send({"type": "lifespan.shutdown.failed", "message": "\n".join(failures)})
        else:
            await send({"type": "lifespan.shutdown.complete"})
    finally:
        # Also when the server cancels this one: no task outlives it.
        for lifespan in lifespans:
            await lifespan.end()


async def _stop(running: list["_Lifespan"]) -> list[str]:
    """Stop all, the last one first, and say what failed."""
    failures = [await lifespan.say("shutdown") for lifespan in reversed(running)]
    return [failure for failure in failures if failure is not None]


class _Lifespan:
    """One application's lifespan: a task that is told when to start and when to stop."""

    def __init__(self, app: ASGIApp, scope: Scope) -> None:
        self.takes_part = False
        self._app = app
        self._scope = dict(scope)
        self._task: Task[None] | None = None

    async def say(self, what: str) -> str | None:
        """Send `lifespan.startup` or `lifespan.shutdown` and wait for the answer; the reason when it failed."""
        # asyncio is heavy to import, and needed only here, where it is running already.
        from asyncio import FIRST_COMPLETED, Queue, create_task, wait

        if self._task is None:
            self._said: Queue[Message] = Queue()
            self._heard: Queue[Message] = Queue()
            self._task = create_task(_run(self._app, self._scope, self._said, self._heard))
        if self._task.done():
            return _outcome(self._task, what)
        await self._said.put({"type": f"lifespan.{what}"})
        hearing = create_task(self._heard.get())
        try:
            await wait([hearing, self._task], return_when=FIRST_COMPLETED)
            if not hearing.done() and self._heard.empty():
                return _outcome(self._task, what)
            message = await hearing
        finally:
            hearing.cancel()
        self.takes_part = True
        if message["type"] == f"lifespan.{what}.failed":
            return str(message.get("message", "")) or f"lifespan.{what} failed"
        if what == "shutdown":
            await wait([self._task])
            return _outcome(self._task, what)
        return None

    async def end(self) -> None:
        """Cancel the task if it still runs, and wait until it is over."""
        from asyncio import wait

        if self._task is not None:
            self._task.cancel()
            await wait([self._task])
            if not self._task.cancelled():
                self._task.exception()  # told already; asking for it keeps asyncio from logging it


def _outcome(task: "Task[None]", what: str) -> str | None:
    """What an application that is done says of itself: raising at start-up only means that it takes no part."""
    error = task.exception()
    return repr(error) if error is not None and what == "shutdown" else None


async def _run(app: ASGIApp, scope: Scope, said: "Queue[Message]", heard: "Queue[Message]") -> None:
    async def send(message: Message) -> None:
        if not message["type"].startswith("lifespan."):
            # An application that answers everything as a request: what it raises of this says that it takes no part.
            raise RuntimeError(f"{message['type']!r} was sent to a lifespan.")
        await heard.put(message)

    await app(scope, said.get, send)
