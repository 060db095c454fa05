"""Start-up and shutdown of an application, spoken as servers speak it, but with failures raised."""

from __future__ import annotations

import asyncio
from typing import Any

from faster_testclient.apptask import AppTask
from faster_testclient.exceptions import LifespanFailure, ProtocolViolation
from faster_testclient.types import ASGIApp, Message, Scope

__all__ = ["Lifespan"]

#: How long an application may take to return after its shutdown, in seconds.
_GRACE = 5.0

#: How long an application may take to raise the exception behind its `failed`, in seconds.
_FAILURE_GRACE = 0.5


class Lifespan:
    """One run of an application's lifespan; start-up, life and shutdown happen in one task.

    An application that raises before it has asked for the first event, or that answers it with messages of another
    kind, does not know lifespans; one that raises later failed to start.

    Args:
        app: The application.
        state: Filled by the application at start-up, copied into each request's scope.

    Spec: ASGI Lifespan 2.0
    """

    def __init__(self, app: ASGIApp, state: dict[str, Any]) -> None:
        self._app = app
        self._state = state
        self._supported = False
        self._answers: dict[str, Message] = {}
        self._events: asyncio.Queue[Message] = asyncio.Queue()
        self._news = asyncio.Event()
        self._task: AppTask | None = None

    async def startup(self) -> None:
        """Run the application's start-up.

        Raises:
            LifespanFailure: When the application said `lifespan.startup.failed`.
            BaseException: What the application raised.
        """
        scope: Scope = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "state": self._state,
            # An application that knows this raises what failed, after it has told the server; others say it in text.
            "extensions": {"faster.raise": {}},
        }
        self._task = AppTask(self._app, scope, self._receive, self._send, self._news.set)
        try:
            await self._phase("startup", self._task)
        except BaseException:
            await self._task.end(0)
            self._task = None
            raise
        if not self._supported and not self._answers:
            # Raised or returned on sight of the scope: servers take this for "not supported", and so does the test.
            self._task = None

    async def shutdown(self) -> None:
        """Run the application's shutdown, if it started.

        Raises:
            LifespanFailure: When the application said `lifespan.shutdown.failed`.
            BaseException: What the application raised, now or since its start-up.
        """
        task, self._task = self._task, None
        if task is None:
            return
        try:
            await self._phase("shutdown", task)
        finally:
            await task.end(_GRACE)
        if task.failure is not None:
            raise task.failure

    async def _phase(self, name: str, task: AppTask) -> None:
        """Send `lifespan.<name>` and wait for its answer, or for the end of the application."""
        self._events.put_nowait({"type": f"lifespan.{name}"})
        while not task.done and name not in self._answers:
            self._news.clear()
            await self._news.wait()
        answer = self._answers.get(name)
        failed = answer is not None and answer["type"].endswith(".failed")
        if failed:
            # The exception itself usually follows the message, and says more.
            await task.end(_FAILURE_GRACE)
        if task.failure is not None and (failed or self._supported):
            raise task.failure
        if failed:
            assert answer is not None
            raise LifespanFailure(f"The application's {name} failed: {answer.get('message') or 'no message was given'}")

    async def _receive(self) -> Message:
        self._supported = True
        return await self._events.get()

    async def _send(self, message: Message) -> None:
        kind = str(message.get("type"))
        prefix, _, rest = kind.partition(".")
        phase, _, outcome = rest.partition(".")
        if prefix != "lifespan" or phase not in ("startup", "shutdown") or outcome not in ("complete", "failed"):
            # An application that answers HTTP here has not looked at the type of its scope.
            self._supported = self._supported and prefix == "lifespan"
            raise ProtocolViolation(
                f"lifespan: the application sent {kind!r}. "
                "Send 'lifespan.startup.complete' or '.failed', later 'lifespan.shutdown.complete' or '.failed'."
            )
        if phase in self._answers:
            raise ProtocolViolation(f"lifespan: the application answered 'lifespan.{phase}' twice. Answer once.")
        self._answers[phase] = message
        self._news.set()
