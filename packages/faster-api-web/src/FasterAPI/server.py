"""`run`: serve an application with uvicorn, granian or hypercorn.

uvloop is used where it is installed (`pip install 'faster-api-web[uvloop]'`), by the server that is started and only
then: importing this module changes nothing of the event loop.
"""

import asyncio
import errno
import importlib
import math
import socket
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, Literal, TypeAlias

from msgspec import Struct, field

from faster_core.types import ASGIApp
from FasterAPI.deadline import check_times

__all__ = [
    "DEADLINE",
    "SERVERS",
    "PortInUse",
    "ServerName",
    "ServerOptions",
    "check_port",
    "examine",
    "run",
    "start",
]

ServerName: TypeAlias = Literal["uvicorn", "granian", "hypercorn"]

SERVERS: tuple[ServerName, ...] = ("uvicorn", "granian", "hypercorn")

DEADLINE = 25.0
"""Seconds from the signal to stop to the end of the process: container platforms kill after 30."""


class PortInUse(OSError):
    """Somebody else listens where the application should."""


class ServerOptions(Struct, frozen=True, kw_only=True):
    """How an application is served.

    Attributes:
        host: The address to listen on; `0.0.0.0` for every one of the machine.
        port: The port.
        workers: How many processes.
        root_path: The path under which a proxy serves the application.
        proxy_headers: Whether `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
        forwarded_allow_ips: The addresses of proxies that are believed, joined by commas.
        log_level: The level of the server's log.
        factory: Whether the application is named by a function that makes it.
        shutdown_deadline: Seconds from the signal to stop to the end of the process.
        shutdown_delay: Seconds in which requests are still let in after readiness has failed. Only with uvicorn.
        reload: Whether it begins anew when a file changes. Only with uvicorn.
        uvicorn_options: What only uvicorn knows.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    root_path: str = ""
    proxy_headers: bool = False
    forwarded_allow_ips: str = "127.0.0.1"
    log_level: str = "info"
    factory: bool = False
    shutdown_deadline: float = DEADLINE
    shutdown_delay: float = 0.0
    reload: bool = False
    uvicorn_options: Mapping[str, Any] = field(default_factory=dict)


def run(
    app: ASGIApp | str,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = 1,
    server: ServerName = "uvicorn",
    root_path: str = "",
    proxy_headers: bool = False,
    forwarded_allow_ips: str = "127.0.0.1",
    log_level: str = "info",
    factory: bool = False,
    shutdown_deadline: float = DEADLINE,
    shutdown_delay: float = 0.0,
    reload: bool = False,
    **uvicorn_options: Any,
) -> None:
    """Serve an application until a signal ends it.

    With uvicorn a signal to stop goes through in order: `app.ready` turns false, WebSockets are closed with 1001,
    requests in flight and their background tasks end, dependencies and the lifespan are left, and the process ends with
    status 0. What has not ended near the deadline is cancelled and logged.

    Args:
        app: The application, or `module:attribute`, which several workers and granian need.
        host: The address to listen on; `0.0.0.0` for every one of the machine.
        port: The port.
        workers: How many processes.
        server: Which server; all but uvicorn come with the extra `http2`.
        root_path: The path under which a proxy serves the application.
        proxy_headers: Whether `X-Forwarded-For` and `X-Forwarded-Proto` are believed. Only uvicorn reads them.
        forwarded_allow_ips: The addresses of proxies that are believed, joined by commas.
        log_level: `critical`, `error`, `warning`, `info` or `debug`.
        factory: Whether `app` names a function that makes the application.
        shutdown_deadline: Seconds from the signal to stop to the end of the process.
        shutdown_delay: Seconds in which requests are still let in after readiness has failed: as long as a load
            balancer takes to notice. Only with uvicorn.
        reload: Whether it begins anew when a file changes; `app` is `module:attribute` then. Only with uvicorn.
        **uvicorn_options: Further arguments of `uvicorn.Config`, `uds` and `fd` among them.

    Raises:
        SystemExit: With status 3 when the application does not start, with 1 when it did not stop in order.
        TypeError: For an argument that nobody knows.
        ValueError: When the server cannot do what is asked of it.
        ImportError: When the server is not installed.
        PortInUse: When somebody else listens there.
    """
    options = ServerOptions(
        host=host,
        port=port,
        workers=workers,
        root_path=root_path,
        proxy_headers=proxy_headers,
        forwarded_allow_ips=forwarded_allow_ips,
        log_level=log_level,
        factory=factory,
        shutdown_deadline=shutdown_deadline,
        shutdown_delay=shutdown_delay,
        reload=reload,
        uvicorn_options=uvicorn_options,
    )
    examine(app, server, options)
    start(app, server, options)


def examine(app: ASGIApp | str, server: ServerName, options: ServerOptions) -> None:
    """Make sure that an application can be served in this way.

    Args:
        app: The application, or `module:attribute`.
        server: Which server.
        options: How.

    Raises:
        ValueError: When the server cannot do what is asked of it.
        ImportError: When the server is not installed.
        PortInUse: When somebody else listens there.
        OSError: When nobody can.
    """
    if server not in SERVERS:
        raise ValueError(f"There is no server {server!r}. Write one of {', '.join(SERVERS)}.")
    workers, reload = options.workers, options.reload
    if not isinstance(app, str) and (workers > 1 or reload or server == "granian"):
        reason = "granian" if server == "granian" else "reload" if reload else f"{workers} workers"
        raise ValueError(f"For {reason}, every process imports the application itself. Write run('module:app', …).")
    if options.proxy_headers and server != "uvicorn":
        raise ValueError(f"{server} does not read proxy headers. Serve with uvicorn, or leave proxy_headers out.")
    _refuse_foreign(server, options)
    check_times(options.shutdown_deadline, options.shutdown_delay)
    _require(server)
    if not {"uds", "fd"} & options.uvicorn_options.keys():
        check_port(options.host, options.port)


def start(app: ASGIApp | str, server: ServerName, options: ServerOptions) -> None:
    """Serve what has been examined, until a signal ends it.

    Raises:
        SystemExit: When the application does not start, or did not stop in order.
    """
    {"uvicorn": _run_uvicorn, "granian": _run_granian, "hypercorn": _run_hypercorn}[server](app, options)


def check_port(host: str, port: int) -> None:
    """Make sure that nobody listens at an address.

    Raises:
        PortInUse: When somebody does.
        OSError: When the address is none of this machine, or the port is not ours to take.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                other = port + 1 if port < 65535 else port - 1
                raise PortInUse(
                    error.errno, f"Port {port} of {host} is in use. End what listens there, or take --port {other}."
                ) from error
            raise OSError(error.errno, f"Nobody can listen at port {port} of {host} here: {error.strerror}.") from error


def _refuse_foreign(server: str, options: ServerOptions) -> None:
    asked = ["shutdown_delay"] * bool(options.shutdown_delay) + ["reload"] * options.reload + [*options.uvicorn_options]
    if asked and server != "uvicorn":
        raise ValueError(f"{server} does not know {', '.join(asked)}. Serve with uvicorn, or leave it out.")
    if options.reload and options.workers > 1:
        raise ValueError("One process begins anew when a file changes, not several. Leave out reload or workers.")


def _require(server: str) -> None:
    if find_spec(server) is None:
        extra = "" if server == "uvicorn" else "[http2]"
        raise ImportError(f"{server} is not installed. Run: pip install 'faster-api-web{extra}'")


def _run_uvicorn(app: ASGIApp | str, options: ServerOptions) -> None:
    from FasterAPI.uvicorn_server import serve

    own: dict[str, Any] = {
        "host": options.host,
        "port": options.port,
        "root_path": options.root_path,
        "proxy_headers": options.proxy_headers,
        "forwarded_allow_ips": options.forwarded_allow_ips,
        "log_level": options.log_level,
        "factory": options.factory,
        "server_header": False,
    }
    serve(
        app,
        {**own, **options.uvicorn_options},
        workers=options.workers,
        reload=options.reload,
        shutdown_deadline=options.shutdown_deadline,
        shutdown_delay=options.shutdown_delay,
    )


def _run_granian(app: Any, options: ServerOptions) -> None:
    granian: Any = importlib.import_module("granian")
    granian.Granian(
        app,
        interface="asgi",
        address=options.host,
        port=options.port,
        workers=options.workers,
        factory=options.factory,
        url_path_prefix=options.root_path or None,
        log_level=options.log_level,
        workers_kill_timeout=math.ceil(options.shutdown_deadline),
    ).serve()


def _run_hypercorn(app: Any, options: ServerOptions) -> None:
    from FasterAPI.workers import STARTUP_FAILURE

    config: Any = importlib.import_module("hypercorn.config").Config()
    host = f"[{options.host}]" if ":" in options.host else options.host
    config.bind = [f"{host}:{options.port}"]
    config.workers = options.workers
    config.root_path = options.root_path
    config.loglevel = options.log_level
    config.accesslog = "-"
    config.graceful_timeout = options.shutdown_deadline
    config.worker_class = "uvloop" if find_spec("uvloop") else "asyncio"
    if isinstance(app, str):
        config.application_path = f"{app}()" if options.factory else app
        code = importlib.import_module("hypercorn.run").run(config)
        if code:
            sys.exit(code)
        return
    serve: Any = importlib.import_module("hypercorn.asyncio").serve
    failure: Any = importlib.import_module("hypercorn.utils").LifespanFailureError
    loop = importlib.import_module("uvloop").new_event_loop if find_spec("uvloop") else None
    with asyncio.Runner(loop_factory=loop) as runner:
        try:
            runner.run(serve(app, config))
        except failure:
            # The application has said why.
            sys.exit(STARTUP_FAILURE)
