"""uvicorn, which tells the application first when it stops, and keeps its deadline.

signal ─► readiness fails, responses say `Connection: close`      for `shutdown_delay` at least
          nobody is let in any more
          WebSockets are closed with 1001
          requests in flight and their background tasks end       what has not ended near the deadline is cancelled
          dependencies and lifespan are left                      uvicorn's own part
          the process ends with status 0                          at the deadline with 1, and a line that says why
"""

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.supervisors import ChangeReload

from faster_core.shutdown import begin_shutdown, close_websockets, lead_shutdown
from faster_core.types import ASGIApp
from FasterAPI.deadline import Deadline, check_times
from FasterAPI.workers import STARTUP_FAILURE, Workers

__all__ = ["Server", "serve"]

_log = logging.getLogger("uvicorn.error")

_LINGER = 0.05
"""Seconds in which what clients have sent already still arrives."""

_TICK = 0.02


class Server(uvicorn.Server):
    """One process of uvicorn.

    Args:
        config: uvicorn's configuration.
        shutdown_deadline: Seconds from the signal to the end of the process.
        shutdown_delay: Seconds in which requests are still let in after readiness has failed: as long as a load
            balancer takes to notice.
        owns_process: Whether the process is ended when the deadline is over.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        shutdown_deadline: float = 25.0,
        shutdown_delay: float = 0.0,
        owns_process: bool = False,
    ) -> None:
        super().__init__(config)
        self.shutdown_delay = shutdown_delay
        self._deadline = Deadline(shutdown_deadline)
        self._to_leave = min(shutdown_deadline / 5, 5.0)
        self._owns_process = owns_process
        self.on_started: Callable[[], None] | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note a signal. It is not raised again afterwards, as uvicorn would: what ended in order has status 0."""
        self._deadline.start(enforce=self._owns_process)
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the application, then listen."""
        lead_shutdown()
        await super().startup(sockets)
        if self.started and self.on_started is not None:
            self.on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop in the order of the module's drawing."""
        self._deadline.start(enforce=self._owns_process)
        begin_shutdown()
        self.server_state.default_headers = [*self.server_state.default_headers, (b"connection", b"close")]
        await self._wait_until(lambda: False, max(self.shutdown_delay, _LINGER))
        for listener in (*self.servers, *(sockets or ())):
            listener.close()
        await close_websockets()
        # What has been accepted and read by now is answered; a connection without a request is idle.
        await asyncio.sleep(_LINGER)
        for connection in list(self.server_state.connections):
            connection.shutdown()
        ended = await self._wait_until(self._is_idle, self._deadline.remaining - self._to_leave)
        if not ended and not self.force_exit:
            await self._cancel_all()
        # All that could end has ended: uvicorn has nothing to wait for.
        self.config.timeout_graceful_shutdown = None if self._is_idle() else 0
        await super().shutdown(sockets)

    def _is_idle(self) -> bool:
        return not self.server_state.connections and not self.server_state.tasks

    async def _wait_until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Return whether a condition held in time. A second Ctrl+C ends the waiting."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not condition():
            if self.force_exit or loop.time() >= end:
                return False
            await asyncio.sleep(min(_TICK, max(end - loop.time(), 0)))
        return True

    async def _cancel_all(self) -> None:
        """Cancel the requests that are left, let them leave their dependencies, and hang up."""
        tasks = list(self.server_state.tasks)
        if tasks:
            _log.error("Shut-down: %d tasks of requests did not end in time and are cancelled", len(tasks))
            for task in tasks:
                task.cancel("the server's deadline for its shut-down")
            await asyncio.wait(tasks, timeout=self._to_leave / 2)
        for connection in list(self.server_state.connections):
            transport = connection.transport
            if transport is not None:
                transport.abort()
        await self._wait_until(self._is_idle, _LINGER)


def serve(
    app: ASGIApp | str,
    options: Mapping[str, Any],
    *,
    workers: int = 1,
    reload: bool = False,
    shutdown_deadline: float = 25.0,
    shutdown_delay: float = 0.0,
) -> None:
    """Serve an application until a signal ends it.

    Args:
        app: The application, or `module:attribute`, which several processes need.
        options: Further arguments of `uvicorn.Config`.
        workers: How many processes.
        reload: Whether it begins anew when a file changes.
        shutdown_deadline: Seconds from the signal to the end of the process.
        shutdown_delay: Seconds in which requests are still let in after readiness has failed.

    Raises:
        SystemExit: When it does not start, with status 3, and when a worker did not end in order, with 1.
        ValueError: For times that do not go together.
    """
    check_times(shutdown_deadline, shutdown_delay)
    times = {"shutdown_deadline": shutdown_deadline, "shutdown_delay": shutdown_delay}
    options = {**_leave_log(), **options}
    config = uvicorn.Config(app, reload=reload, **options)
    try:
        if workers > 1:
            arguments = (app, dict(options), [config.bind_socket()], times)
            code = Workers(_work, arguments, workers, deadline=shutdown_deadline).run()
        else:
            code = _serve_alone(config, times)
    finally:
        if config.uds is not None:
            with suppress(FileNotFoundError):
                os.remove(config.uds)
    if code:
        sys.exit(code)


def _leave_log() -> dict[str, Any]:
    """Leave uvicorn's loggers to an application that has taken them over, as `configure_structlog` does.

    An application that is imported before uvicorn begins would lose them again.
    """
    taken = any(getattr(handler, "takes_servers", False) for handler in logging.getLogger().handlers)
    return {"log_config": None} if taken else {}


def _serve_alone(config: uvicorn.Config, times: Mapping[str, float]) -> int:
    server = Server(config, owns_process=True, **times)
    if config.should_reload:
        ChangeReload(config, target=server.run, sockets=[config.bind_socket()]).run()
        return 0
    # Before uvicorn listens to signals, and after.
    with suppress(KeyboardInterrupt):
        server.run()
    return 0 if server.started else STARTUP_FAILURE


def _work(
    report: Callable[[], None],
    app: str,
    options: Mapping[str, Any],
    sockets: list[socket.socket],
    times: Mapping[str, float],
) -> None:
    """Be one of several processes."""
    server = Server(uvicorn.Config(app, **options), owns_process=True, **times)
    server.on_started = report
    with suppress(KeyboardInterrupt):
        server.run(sockets)
    if not server.started:
        sys.exit(STARTUP_FAILURE)
