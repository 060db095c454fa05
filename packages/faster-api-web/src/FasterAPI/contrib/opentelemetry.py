"""OpenTelemetry: a span for each request, and how long requests take. Needs the extra `opentelemetry`.

    app = Faster()
    app.add_middleware(OpenTelemetryMiddleware)
    trace_dependencies(app)

    async def load_user(user_id: int) -> str:
        return f"user {user_id}"

    @app.get("/users/{user_id}")
    async def show(user: Annotated[str, Depends(load_user)]) -> str:
        return user

Names and attributes are those of the stable semantic conventions for HTTP: the span of `GET /users/7` is called
`GET /users/{user_id}`; below a mount it has the mount's prefix, too. Spans go wherever the SDK is configured to send
them; without one they cost next to nothing.

`trace_dependencies` puts a span around each dependency, `traced` around a function of yours. Both are decided before
the first request: what has no span costs nothing.

Spec: OpenTelemetry Semantic Conventions 1.27, HTTP spans and HTTP metrics
"""

import time
from typing import Any

from faster_core.error_log import last_logged
from faster_core.types import ASGIApp, Message, Receive, Scope, Send
from faster_router.host import host_of
from faster_router.mount import route_template
from FasterAPI.contrib._extra import needs
from FasterAPI.contrib._traced import trace_dependencies, traced

with needs("opentelemetry", extra="opentelemetry", user="FasterAPI.contrib.opentelemetry"):
    from opentelemetry import metrics, propagate, trace
    from opentelemetry.context import Context
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.propagators.textmap import Getter
    from opentelemetry.trace import Span, SpanKind, StatusCode, TracerProvider

__all__ = ["OpenTelemetryMiddleware", "trace_dependencies", "traced"]

_NAME = "FasterAPI"

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "QUERY"})

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)

_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}

_MAX_USER_AGENT = 256


class OpenTelemetryMiddleware:
    """Makes a span for each request and WebSocket, and measures `http.server.request.duration`.

    A span ends with the last byte of the response. It is an error when the status is 500 or more, or when there is none
    because the client went. An exception that no handler answers is recorded. A WebSocket has status 101, and is not in
    the metrics: it lasts as long as it is wanted.

    The query string is left out, since it may hold what nobody should keep.

    Args:
        app: The next application.
        tracer_provider: Where spans go; None for the global provider.
        meter_provider: Where metrics go; None for the global provider.
        accept_incoming: Whether a request continues the trace that it names. False begins a new trace for each request:
            right where clients are strangers, who could choose what is sampled.
        excluded_paths: Paths that are left alone, such as `/health`.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
        accept_incoming: bool = True,
        excluded_paths: frozenset[str] | tuple[str, ...] = (),
    ) -> None:
        self.app = app
        self._tracer = trace.get_tracer(_NAME, tracer_provider=tracer_provider)
        meter = metrics.get_meter(_NAME, meter_provider=meter_provider)
        self._duration = meter.create_histogram(
            "http.server.request.duration",
            unit="s",
            description="Duration of HTTP server requests.",
            explicit_bucket_boundaries_advisory=_BUCKETS,
        )
        self._active = meter.create_up_down_counter(
            "http.server.active_requests", unit="{request}", description="Number of active HTTP server requests."
        )
        self._accept_incoming = accept_incoming
        self._excluded = frozenset(excluded_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Trace a request or a WebSocket; nothing else."""
        if scope["type"] not in {"http", "websocket"} or scope["path"] in self._excluded:
            await self.app(scope, receive, send)
            return
        attributes = _describe(scope)
        method = attributes["http.request.method"]
        span = self._tracer.start_span(
            _span_name(method, None),
            context=propagate.extract(scope, getter=_HEADERS) if self._accept_incoming else Context(),
            kind=SpanKind.SERVER,
            attributes=attributes,
        )
        watched = _Watched(send)
        common = {"http.request.method": method, "url.scheme": attributes["url.scheme"]}
        is_http = scope["type"] == "http"
        began = time.perf_counter()
        if is_http:
            self._active.add(1, common)
        error: BaseException | None = None
        try:
            with trace.use_span(span, record_exception=False, set_status_on_exception=False):
                await self.app(scope, receive, watched.send)
        except BaseException as raised:
            error = raised
            raise
        finally:
            result = _finish(span, scope, method, watched, error)
            span.end(watched.ended_at)
            if is_http:
                self._active.add(-1, common)
                if "network.protocol.version" in attributes:
                    result["network.protocol.version"] = attributes["network.protocol.version"]
                self._duration.record((watched.ended or time.perf_counter()) - began, common | result)


class _Watched:
    """The response on its way: its status, when it ended, and which exception became a 500."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status: int | None = None
        self.ended: float | None = None
        self.ended_at: int | None = None
        self._former = last_logged()

    @property
    def unhandled(self) -> Exception | None:
        """The exception that no handler answered: it was answered further inside, and does not come by here."""
        noted = last_logged()
        return None if noted is self._former else noted

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if kind in {"http.response.start", "websocket.http.response.start"}:
            self.status = message["status"]
        elif kind == "websocket.accept":
            self.status = 101
        elif kind == "websocket.close" and self.status is None:
            # Closed before it was accepted: 403 to the client (ASGI, "Close").
            self.status = 403
        await self._send(message)
        if kind == "http.response.body" and not message.get("more_body"):
            self.ended, self.ended_at = time.perf_counter(), time.time_ns()


class _HeadersGetter(Getter[Scope]):
    """Reads request headers for whoever looks for the trace that a request continues."""

    def get(self, carrier: Scope, key: str) -> list[str] | None:
        wanted = key.lower().encode("latin-1")
        return [value.decode("latin-1") for name, value in carrier["headers"] if name == wanted] or None

    def keys(self, carrier: Scope) -> list[str]:
        return [name.decode("latin-1") for name, _ in carrier["headers"]]


_HEADERS = _HeadersGetter()


def _describe(scope: Scope) -> dict[str, Any]:
    """Return what is known about a request before it is routed: samplers decide by it."""
    given = scope.get("method", "GET")
    method = given if given in _METHODS else "_OTHER"
    scheme = scope.get("scheme", "http")
    found: dict[str, Any] = {"http.request.method": method, "url.scheme": scheme, "url.path": scope["path"]}
    if method != given:
        found["http.request.method_original"] = given
    if scope.get("http_version"):
        found["network.protocol.version"] = scope["http_version"]
    server, port = _server_of(scope, scheme)
    if server is not None:
        found["server.address"] = server
    if port is not None:
        found["server.port"] = port
    if scope.get("client"):
        found["client.address"] = scope["client"][0]
        found["client.port"] = scope["client"][1]
    for name, value in scope["headers"]:
        if name == b"user-agent":
            found["user_agent.original"] = value.decode("latin-1")[:_MAX_USER_AGENT]
    return found


def _server_of(scope: Scope, scheme: str) -> tuple[str | None, int | None]:
    """Return the name and the port that the client asks for; where it names none, those that the server has."""
    named = host_of(scope)
    if named is None:
        address, port = scope.get("server") or (None, None)
        return address, port
    host, whole = named
    said = whole[len(host) + 1 :]
    return host.strip("[]"), int(said) if said else _PORTS.get(scheme)


def _finish(
    span: Span, scope: Scope, method: str, watched: _Watched, error: BaseException | None
) -> dict[str, str | int]:
    """Tell the span what has become of the request, and return what the metrics tell, too."""
    result: dict[str, str | int] = {}
    status = watched.status
    route = route_template(scope)
    if route is not None:
        result["http.route"] = route
        span.update_name(_span_name(method, route))
    if status is not None:
        result["http.response.status_code"] = status
    if error is not None:
        result["error.type"] = type(error).__qualname__
    elif status is None:
        result["error.type"] = "no_response"
    elif status >= 500:
        result["error.type"] = str(status)
    raised = error or watched.unhandled
    if isinstance(raised, Exception):
        span.record_exception(raised)
    if "error.type" in result:
        span.set_status(StatusCode.ERROR)
    span.set_attributes(result)
    return result


def _span_name(method: str, route: str | None) -> str:
    verb = "HTTP" if method == "_OTHER" else method
    return verb if route is None else f"{verb} {route}"
