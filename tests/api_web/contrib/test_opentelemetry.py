from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import pytest

from FasterAPI import BackgroundTasks, Depends, Faster, HTTPException, Request, TestClient, WebSocket
from tests.api_web.contrib.example import run_example
from tests.api_web.contrib.mounts import BELOW_MOUNTS, mount_everything

pytest.importorskip("opentelemetry.sdk")

from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from FasterAPI.contrib import opentelemetry as module
from FasterAPI.contrib.opentelemetry import OpenTelemetryMiddleware, trace_dependencies, traced

TRACE = "0af7651916cd43dd8448eb211c80319c"


class Seen:
    """An application, and what it told OpenTelemetry."""

    def __init__(self, **options: Any) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.reader = InMemoryMetricReader()
        self.app = Faster()
        self.app.add_middleware(
            OpenTelemetryMiddleware,
            tracer_provider=self.provider,
            meter_provider=MeterProvider([self.reader]),
            **options,
        )
        self.client = TestClient(self.app, raise_server_exceptions=False)

        @self.app.get("/items/{item_id}")
        async def item(item_id: int) -> int:
            if item_id == 0:
                raise LookupError("none")
            if item_id == 1:
                raise HTTPException(503)
            return item_id

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        return self.exporter.get_finished_spans()

    @property
    def span(self) -> ReadableSpan:
        (span,) = self.spans
        return span

    def points(self, name: str) -> list[Any]:
        data = self.reader.get_metrics_data()
        assert data is not None
        found = [
            metric
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
        ]
        return [point for metric in found for point in metric.data.data_points]


def test_first_example_runs() -> None:
    assert TestClient(run_example(module)["app"]).get("/users/7").json() == "user 7"


def test_span_is_named_by_the_template_and_described_by_the_conventions() -> None:
    seen = Seen()
    seen.client.get("/items/7?token=secret", headers={"User-Agent": "test"})
    span = seen.span
    assert (span.name, span.kind, span.parent) == ("GET /items/{item_id}", SpanKind.SERVER, None)
    assert span.status.status_code is StatusCode.UNSET
    attributes = dict(span.attributes or {})
    assert attributes.pop("client.port") is not None
    assert attributes == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "http.route": "/items/{item_id}",
        "url.scheme": "http",
        "url.path": "/items/7",
        "network.protocol.version": "1.1",
        "server.address": "testserver",
        "server.port": 80,
        "client.address": "testclient",
        "user_agent.original": "test",
    }


@pytest.mark.parametrize(
    ("path", "name", "status", "code", "error"),
    [
        ("/items/x", "GET /items/{item_id}", 422, StatusCode.UNSET, None),
        ("/items/1", "GET /items/{item_id}", 503, StatusCode.ERROR, "503"),
        ("/items/0", "GET /items/{item_id}", 500, StatusCode.ERROR, "500"),
        ("/nowhere/7", "GET", 404, StatusCode.UNSET, None),
    ],
)
def test_servers_fault_is_an_error_and_the_clients_is_none(
    path: str, name: str, status: int, code: StatusCode, error: str | None
) -> None:
    seen = Seen()
    seen.client.get(path)
    attributes = seen.span.attributes or {}
    assert (seen.span.name, attributes["http.response.status_code"], seen.span.status.status_code) == (
        name,
        status,
        code,
    )
    assert attributes.get("error.type") == error


@pytest.mark.parametrize(("path", "template"), BELOW_MOUNTS)
def test_route_below_a_mount_has_its_prefix(path: str, template: str) -> None:
    seen = Seen()
    mount_everything(seen.app)
    seen.client.get(path)
    assert (seen.span.name, (seen.span.attributes or {})["http.route"]) == (f"GET {template}", template)
    (point,) = seen.points("http.server.request.duration")
    assert point.attributes["http.route"] == template


def test_mounted_application_that_is_traced_itself_knows_its_whole_route() -> None:
    seen = Seen()
    outer = Faster()
    outer.mount("/{tenant}", seen.app)
    TestClient(outer).get("/acme/items/7")
    assert seen.span.name == "GET /{tenant}/items/{item_id}"


@pytest.mark.parametrize(
    ("host", "address", "port"),
    [
        ("shop.example", "shop.example", 80),
        ("shop.example:8000", "shop.example", 8000),
        ("[::1]:8000", "::1", 8000),
        ("no host", "testserver", 80),
    ],
)
def test_server_is_the_one_that_is_asked_for(host: str, address: str, port: int) -> None:
    seen = Seen()
    seen.client.get("/items/7", headers={"Host": host})
    attributes = seen.span.attributes or {}
    assert (attributes["server.address"], attributes["server.port"]) == (address, port)


@pytest.mark.parametrize("path", ["/items/0", "/mounted/items/0"])
def test_exception_without_a_handler_is_recorded_once(path: str) -> None:
    seen = Seen()
    seen.app.mount("/mounted", Seen().app)
    for _ in range(2):
        seen.client.get(path)
    for span in seen.spans:
        (event,) = span.events
        assert (event.name, (event.attributes or {})["exception.type"]) == ("exception", "LookupError")
    seen.client.get("/items/1")
    assert seen.spans[-1].events == ()


def test_method_that_nobody_knows_is_other() -> None:
    seen = Seen()
    seen.client.request("BREW", "/items/7")
    attributes = seen.span.attributes or {}
    assert (seen.span.name, attributes["http.request.method"]) == ("HTTP", "_OTHER")
    assert attributes["http.request.method_original"] == "BREW"


def test_durations_are_measured_by_route() -> None:
    seen = Seen()
    for path in ("/items/7", "/items/8", "/items/1"):
        seen.client.get(path)
    points = {
        point.attributes["http.response.status_code"]: point for point in seen.points("http.server.request.duration")
    }
    assert (points[200].count, points[503].count) == (2, 1)
    assert dict(points[503].attributes) == {
        "http.request.method": "GET",
        "url.scheme": "http",
        "http.route": "/items/{item_id}",
        "http.response.status_code": 503,
        "error.type": "503",
        "network.protocol.version": "1.1",
    }
    assert points[200].explicit_bounds[:3] == (0.005, 0.01, 0.025)
    assert [point.value for point in seen.points("http.server.active_requests")] == [0]


@pytest.mark.parametrize("accept", [True, False])
def test_incoming_trace_is_continued_if_it_may_be(accept: bool) -> None:
    seen = Seen(accept_incoming=accept)
    seen.client.get("/items/7", headers={"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"})
    assert (f"{seen.span.context.trace_id:032x}" == TRACE) is accept
    assert (seen.span.parent is not None) is accept


@pytest.mark.parametrize("header", ["", "nonsense", "00-0-0-0", "é"])
def test_incoming_nonsense_begins_a_trace_of_its_own(header: str) -> None:
    seen = Seen()
    response = seen.client.get("/items/7", headers={b"traceparent": header.encode("latin-1")})
    assert (response.status_code, seen.span.parent) == (200, None)


def test_handler_and_its_threads_are_inside_the_span() -> None:
    seen = Seen()

    @seen.app.get("/thread")
    def in_thread() -> str:
        return f"{trace.get_current_span().get_span_context().span_id:x}"

    assert seen.client.get("/thread").json() == f"{seen.span.context.span_id:x}"
    assert not trace.get_current_span().get_span_context().is_valid


def test_span_ends_with_the_response_and_not_with_what_comes_later() -> None:
    seen = Seen()
    ends: list[int] = []

    @seen.app.get("/later")
    async def later(tasks: BackgroundTasks) -> None:
        import time

        tasks.add_task(lambda: ends.append(time.time_ns()))

    seen.client.get("/later")
    assert seen.span.end_time is not None
    assert seen.span.end_time <= ends[0]


def test_websocket_is_a_span_without_a_duration() -> None:
    seen = Seen()

    @seen.app.websocket("/rooms/{room}")
    async def chat(websocket: WebSocket, room: str) -> None:
        await websocket.accept()
        await websocket.send_text("hello")

    with seen.client.websocket_connect("/rooms/a") as websocket:
        websocket.receive_text()
    assert (seen.span.name, (seen.span.attributes or {})["http.response.status_code"]) == ("GET /rooms/{room}", 101)
    seen.client.get("/items/7")
    assert sum(point.count for point in seen.points("http.server.request.duration")) == 1


def test_excluded_paths_are_left_alone() -> None:
    seen = Seen(excluded_paths=("/items/7",))
    seen.client.get("/items/7")
    assert seen.spans == ()


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", lambda name, **options: provider.get_tracer(name))
    return exporter


def test_traced_dependencies_are_spans_within_the_requests(exporter: InMemorySpanExporter) -> None:
    log: list[str] = []

    @traced
    async def plain(request: Request) -> str:
        return request.url.path

    @traced
    def threaded() -> int:
        return 1

    @traced
    async def opened() -> AsyncIterator[str]:
        try:
            yield "open"
        finally:
            log.append("closed")

    @traced
    def opened_in_thread() -> Iterator[str]:
        try:
            yield "open"
        except LookupError:
            log.append("saw the error")
            raise

    app = Faster()
    app.add_middleware(OpenTelemetryMiddleware)

    @app.get("/")
    async def root(
        a: Annotated[str, Depends(plain)],
        b: Annotated[int, Depends(threaded)],
        c: Annotated[str, Depends(opened)],
        d: Annotated[str, Depends(opened_in_thread)],
        fails: bool = False,
    ) -> list[Any]:
        if fails:
            raise LookupError("none")
        return [a, b, c, d]

    client = TestClient(app, raise_server_exceptions=False)
    assert client.get("/").json() == ["/", 1, "open", "open"]
    assert client.get("/?fails=true").status_code == 500
    assert log == ["closed", "saw the error", "closed"]
    names = [span.name.rpartition(".")[2] for span in exporter.get_finished_spans()]
    first = ["plain", "threaded", "opened", "opened_in_thread", "opened_in_thread exit", "opened exit", "GET /"]
    assert names == first * 2
    traces = {span.context.trace_id for span in exporter.get_finished_spans()}
    assert len(traces) == 2


def test_all_dependencies_can_be_spans(exporter: InMemorySpanExporter) -> None:
    class Page:
        def __init__(self, number: int = 1) -> None:
            self.number = number

    async def settings() -> str:
        return "settings"

    async def session(settings: Annotated[str, Depends(settings)]) -> AsyncIterator[str]:
        yield settings

    @traced
    def marked() -> int:
        return 1

    app = Faster()

    @app.get("/before")
    async def before(page: Annotated[Page, Depends()], session: Annotated[str, Depends(session)]) -> list[Any]:
        return [page.number, session]

    client = TestClient(app)
    assert client.get("/before").json() == [1, "settings"]
    assert exporter.get_finished_spans() == ()
    trace_dependencies(app)

    @app.get("/after")
    async def after(marked: Annotated[int, Depends(marked)]) -> int:
        return marked

    assert client.get("/before?number=2").json() == [2, "settings"]
    assert client.get("/after").json() == 1
    names = [span.name.rpartition(".")[2] for span in exporter.get_finished_spans()]
    assert names == ["settings", "session", "session exit", "marked"]


def test_traced_function_records_its_exception(exporter: InMemorySpanExporter) -> None:
    @traced
    def fail() -> None:
        raise LookupError("none")

    with pytest.raises(LookupError):
        fail()
    (span,) = exporter.get_finished_spans()
    assert [event.name for event in span.events] == ["exception"]
    assert span.status.status_code is StatusCode.ERROR


def test_traced_takes_functions_only() -> None:
    with pytest.raises(TypeError, match=r"^traced\(\) takes a function, not type <class 'int'>\.$"):
        traced(int)
