"""Prometheus: how many requests, how long they took, how many there are. Needs the extra `prometheus`.

    app = Faster()
    app.install(Prometheus())

Metrics are at `/metrics`: `http_requests_total`, `http_request_duration_seconds`, `http_requests_in_progress`, by
method and route. A route is named by its template, `/items/{item_id}`, with the prefixes of the mounts above it: a
metric for each path would never stop growing.

Several worker processes write to a directory that they share, and any of them tells the sum:

    PROMETHEUS_MULTIPROC_DIR=/run/shop-metrics fasterapi run shop:app --workers 4

The directory has to exist, and to be empty when the first worker starts.
"""

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from faster_core.app import App
from faster_core.response import Response
from faster_core.types import ASGIApp, Message, Receive, Scope, Send
from faster_router.mount import route_template
from FasterAPI.contrib._extra import needs

with needs("prometheus_client", extra="prometheus", user="FasterAPI.contrib.prometheus"):
    from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
    from prometheus_client.exposition import CONTENT_TYPE_LATEST

__all__ = ["HTTPMetrics", "Prometheus", "PrometheusMiddleware"]

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "QUERY"})

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
"""Seconds, as OpenTelemetry recommends them for this histogram."""

_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"


class HTTPMetrics:
    """The three metrics, in a registry.

    Args:
        registry: Where they are registered; a registry takes them once.
        buckets: The upper bounds of the histogram, in seconds.
        prefix: What their names begin with.
    """

    def __init__(
        self, registry: CollectorRegistry, *, buckets: Sequence[float] = _BUCKETS, prefix: str = "http"
    ) -> None:
        labels = ("method", "route", "status")
        self.requests: Counter = Counter(
            f"{prefix}_requests", "Requests that were answered.", labels, registry=registry
        )
        self.durations: Histogram = Histogram(
            f"{prefix}_request_duration_seconds",
            "Seconds from the first byte of a request to the last of its response.",
            labels[:2],
            registry=registry,
            buckets=buckets,
        )
        self.in_progress: Gauge = Gauge(
            f"{prefix}_requests_in_progress",
            "Requests that are being answered.",
            labels[:1],
            registry=registry,
            multiprocess_mode="livesum",
        )


class Prometheus:
    """Counts the requests of an application and tells the counts: an extension.

    The route of the metrics is not in the document. Who may read them is the network's business, or that of
    `dependencies`.

    Args:
        path: Where the metrics are; None to serve them elsewhere, by `tell`.
        registry: Where metrics are registered, your own included; None for one that this application has alone.
        buckets: The upper bounds of the histogram, in seconds.
        prefix: What the metrics' names begin with.
        dependencies: Called before metrics are told, as `Depends(check_admin)`.

    Raises:
        NotADirectoryError: When it is installed while `PROMETHEUS_MULTIPROC_DIR` names no directory.

    Attributes:
        registry: The registry: `Counter("orders", "…", registry=prometheus.registry)`.
    """

    def __init__(
        self,
        *,
        path: str | None = "/metrics",
        registry: CollectorRegistry | None = None,
        buckets: Sequence[float] = _BUCKETS,
        prefix: str = "http",
        dependencies: Sequence[object] = (),
    ) -> None:
        self.registry: CollectorRegistry = CollectorRegistry() if registry is None else registry
        self.metrics: HTTPMetrics = HTTPMetrics(self.registry, buckets=buckets, prefix=prefix)
        self._path = path
        self._dependencies = list(dependencies)

    def install(self, app: App) -> None:
        """Add the middleware and the route."""
        directory = os.environ.get(_DIRECTORY)
        if directory is not None and not Path(directory).is_dir():
            raise NotADirectoryError(f"{_DIRECTORY} names {directory!r}, which is no directory. Make it first.")
        app.add_middleware(PrometheusMiddleware, metrics=self.metrics)
        app.on_shutdown(self._leave)
        if self._path is not None:
            # A plain function: it runs in a thread, since with many processes there are many files to read.
            app.add_api_route(
                self._path, self.tell, include_in_schema=False, dependencies=self._dependencies, name="metrics"
            )

    def tell(self) -> Response:
        """Return the metrics of all processes, in Prometheus' text format."""
        registry = self.registry
        directory = os.environ.get(_DIRECTORY)
        if directory is not None:
            _bury(Path(directory))
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    def _leave(self) -> None:
        """Take what this process has in progress out of the sum of those that live."""
        if os.environ.get(_DIRECTORY) is not None:
            multiprocess.mark_process_dead(os.getpid())  # type: ignore[no-untyped-call]


def _bury(directory: Path) -> None:
    """Take what processes have in progress that were killed, and could not leave, out of the sum of those that live."""
    if os.name != "posix":
        # Elsewhere there is no signal that only asks.
        return
    for number in {path.stem.rpartition("_")[2] for path in directory.glob("gauge_live*_*.db")}:
        if number.isdigit() and not _lives(int(number)):
            # Another worker may have done it meanwhile.
            with suppress(FileNotFoundError):
                multiprocess.mark_process_dead(int(number))  # type: ignore[no-untyped-call]


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # Somebody else's: it may have taken the number of ours, and that will pass.
        return True
    return True


class PrometheusMiddleware:
    """Counts requests. See `Prometheus`, which adds it.

    A request without a route is counted under the route `unmatched`, a method that nobody knows under `other`, and a
    request that ends without an answer, because its client went, under the status `none`.

    Args:
        app: The next application.
        metrics: The metrics.
    """

    def __init__(self, app: ASGIApp, *, metrics: HTTPMetrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count an HTTP request; nothing else."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in _METHODS else "other"
        status = "none"
        ended: float | None = None

        async def send_and_look(message: Message) -> None:
            nonlocal status, ended
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                # What comes later, background tasks above all, nobody waits for.
                ended = time.perf_counter()

        in_progress = self._metrics.in_progress.labels(method)
        in_progress.inc()
        began = time.perf_counter()
        try:
            await self.app(scope, receive, send_and_look)
        finally:
            in_progress.dec()
            route = route_template(scope) or "unmatched"
            self._metrics.durations.labels(method, route).observe((ended or time.perf_counter()) - began)
            self._metrics.requests.labels(method, route, status).inc()
