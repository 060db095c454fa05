"""Whatever a request enters is left exactly once, last entered first, wherever the request ends."""

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Generator, Iterator
from typing import Annotated, Any

import pytest

from faster_core import App, BackgroundTasks, Depends, HTTPException, StreamingResponse
from faster_core.endpoint.lifetime import Gate
from faster_core.sse import EventSourceResponse
from faster_core.types import Message
from tests.core.client import make_scope, request

events: list[str] = []


@pytest.fixture(autouse=True)
def _fresh() -> None:
    events.clear()


class Stepper:
    """Awaits something and cancels the task at one of its suspensions, counted from 1."""

    def __init__(self, awaitable: Awaitable[Any], cancel_at: int) -> None:
        self.steps = 0
        self._awaitable = awaitable
        self._cancel_at = cancel_at

    def __await__(self) -> Generator[Any, Any, Any]:
        inner = self._awaitable.__await__()
        error: BaseException | None = None
        while True:
            try:
                waited = inner.send(None) if error is None else inner.throw(error)
            except StopIteration as ended:
                return ended.value
            self.steps += 1
            if self.steps == self._cancel_at:
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
            error = None
            try:
                yield waited
            except BaseException as raised:  # noqa: BLE001 - handed on
                error = raised


async def on_loop() -> AsyncIterator[str]:
    events.append("in loop")
    try:
        await asyncio.sleep(0)
        yield "loop"
        await asyncio.sleep(0)
        events.append("commit loop")
    except BaseException:
        events.append("rollback loop")
        raise
    finally:
        events.append("out loop")


def in_thread(outer: Annotated[str, Depends(on_loop)]) -> Iterator[str]:
    events.append("in thread")
    try:
        yield f"thread in {outer}"
        events.append("commit thread")
    except BaseException:
        events.append("rollback thread")
        raise
    finally:
        events.append("out thread")


async def of_function(inner: Annotated[str, Depends(in_thread)]) -> AsyncIterator[str]:
    events.append("in function")
    try:
        yield inner
    finally:
        events.append("out function")
        await asyncio.sleep(0)


async def limited() -> AsyncIterator[str]:
    events.append("in limited")
    try:
        yield "limited"
    finally:
        events.append("out limited")


async def answer_json(
    one: Annotated[str, Depends(in_thread)],
    two: Annotated[str, Depends(of_function, scope="function")],
    three: Annotated[str, Depends(limited, max_concurrency=1)],
    tasks: BackgroundTasks,
) -> list[str]:
    async def late() -> None:
        events.append("in task")
        try:
            await asyncio.sleep(0)
        finally:
            events.append("out task")

    tasks.add_task(late)
    await asyncio.sleep(0)
    return [one, two, three]


async def stream_on_loop(one: Annotated[str, Depends(in_thread)]) -> AsyncIterator[str]:
    events.append("in stream")
    try:
        for index in range(3):
            await asyncio.sleep(0)
            yield f"{one} {index}"
    finally:
        events.append("out stream")


def stream_in_thread(one: Annotated[str, Depends(in_thread)]) -> Iterator[str]:
    events.append("in stream")
    try:
        for index in range(3):
            yield f"{one} {index}"
    finally:
        events.append("out stream")


async def stream_response(one: Annotated[str, Depends(in_thread)]) -> StreamingResponse:
    return StreamingResponse(stream_on_loop(one))


def answer_in_thread(one: Annotated[str, Depends(in_thread)]) -> str:
    return one


HANDLERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "json": (answer_json, {}),
    "thread": (answer_in_thread, {}),
    "lines": (stream_on_loop, {}),
    "lines from a thread": (stream_in_thread, {}),
    "events": (stream_on_loop, {"response_class": EventSourceResponse}),
    "bytes": (stream_on_loop, {"response_class": StreamingResponse}),
    "response": (stream_response, {"response_model": None}),
}


def app_of(name: str) -> App:
    handler, options = HANDLERS[name]
    app = App()
    app.post("/", **options)(handler)
    return app


class Line:
    """A connection whose sides both suspend, and that may break."""

    def __init__(self, *, gone_after: int | None = None, fails_at: int | None = None) -> None:
        self.sent: list[Message] = []
        self._gone = asyncio.Event()
        self._gone_after = gone_after
        self._fails_at = fails_at
        self._body: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive(self) -> Message:
        await asyncio.sleep(0)
        if self._body:
            return self._body.pop()
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        await asyncio.sleep(0)
        self.sent.append(message)
        if self._gone_after is not None and len(self.sent) >= self._gone_after:
            self._gone.set()
        if self._fails_at is not None and len(self.sent) >= self._fails_at:
            raise OSError("the client has gone")


def assert_left_once() -> None:
    counts = Counter(events)
    entered = [event[3:] for event in events if event.startswith("in ")]
    left = [event[4:] for event in events if event.startswith("out ")]
    assert counts.most_common(1)[0][1] == 1, events
    assert sorted(entered) == sorted(left), events
    kept = [name for name in entered if name in ("loop", "thread")]
    assert [name for name in left if name in ("loop", "thread")] == kept[::-1], events
    for name in kept:
        assert (f"commit {name}" in counts) + (f"rollback {name}" in counts) == 1, events


@pytest.mark.parametrize("name", HANDLERS)
def test_cancelled_at_every_step(name: str) -> None:
    app = app_of(name)

    async def run(cancel_at: int) -> tuple[int, bool]:
        line = Line()
        stepper = Stepper(app(make_scope("POST", "/"), line.receive, line.send), cancel_at)

        async def drive() -> None:
            await stepper

        task = asyncio.create_task(drive())
        await asyncio.wait([task], timeout=60)
        assert task.done(), "a cancelled request hangs"
        if not task.cancelled():
            assert task.exception() is None
        others = [item for item in asyncio.all_tasks() if item is not asyncio.current_task()]
        assert not others, "a cancelled request leaves tasks behind"
        return stepper.steps, task.cancelled()

    steps, cancelled = asyncio.run(run(0))
    assert not cancelled
    assert "commit loop" in events
    assert_left_once()
    assert steps >= 4
    for step in range(1, steps + 1):
        events.clear()
        _, cancelled = asyncio.run(run(step))
        assert cancelled, f"step {step}: the cancellation was lost"
        if events:
            assert_left_once()


@pytest.mark.parametrize("name", HANDLERS)
def test_the_client_goes_at_every_message(name: str) -> None:
    app = app_of(name)

    async def run(**broken: int) -> int:
        line = Line(**broken)
        async with asyncio.timeout(60):
            try:
                await app(make_scope("POST", "/"), line.receive, line.send)
            except OSError:
                assert "fails_at" in broken
        return len(line.sent)

    count = asyncio.run(run())
    assert_left_once()
    for index in range(1, count + 1):
        for broken in ({"gone_after": index}, {"fails_at": index}):
            events.clear()
            asyncio.run(run(**broken))
            assert_left_once()


def test_cancelled_while_a_thread_enters_a_dependency() -> None:
    app = App()
    begun, go = threading.Event(), threading.Event()

    def slow() -> Iterator[int]:
        events.append("in slow")
        begun.set()
        go.wait(60)
        try:
            yield 1
        finally:
            events.append("out slow")

    @app.get("/")
    async def read(value: Annotated[int, Depends(slow)]) -> int:
        events.append("handler")
        return value

    async def run() -> None:
        line = Line()

        async def drive() -> None:
            await app(make_scope("GET", "/"), line.receive, line.send)

        task = asyncio.create_task(drive())
        while not begun.is_set():
            await asyncio.sleep(0.001)
        task.cancel()
        await asyncio.sleep(0)
        assert not task.done(), "the thread is still inside the dependency"
        task.cancel()
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert events == ["in slow", "out slow"]


def session(kind: str) -> Any:
    """A dependency as it stands in most programs: commit, roll back, close."""

    async def on_loop() -> AsyncIterator[str]:
        try:
            yield "session"
            events.append("commit")
        except BaseException:
            events.append("rollback")
            raise
        finally:
            events.append("close")

    def in_thread() -> Iterator[str]:
        try:
            yield "session"
            events.append("commit")
        except BaseException:
            events.append("rollback")
            raise
        finally:
            events.append("close")

    return on_loop if kind == "loop" else in_thread


@pytest.mark.parametrize("kind", ["loop", "thread"])
@pytest.mark.parametrize("scope", ["request", "function"])
@pytest.mark.parametrize("is_async", [True, False])
@pytest.mark.parametrize(
    ("error", "status", "end"),
    [
        (None, 200, ["commit", "close"]),
        (HTTPException(409, "no"), 409, ["rollback", "close"]),
        (ValueError("no"), 500, ["rollback", "close"]),
    ],
)
def test_a_session_commits_or_rolls_back(
    kind: str, scope: Any, is_async: bool, error: Exception | None, status: int, end: list[str]
) -> None:
    app = App()
    dependency = session(kind)

    def answer(value: str) -> str:
        if error is not None:
            raise error
        return value

    async def answer_on_loop(value: Annotated[str, Depends(dependency, scope=scope)]) -> str:
        return answer(value)

    def answer_in_thread(value: Annotated[str, Depends(dependency, scope=scope)]) -> str:
        return answer(value)

    app.get("/")(answer_on_loop if is_async else answer_in_thread)
    assert request(app, "GET", "/").status == status
    assert events == end


def test_when_each_scope_is_left() -> None:
    app = App()

    async def early() -> AsyncIterator[None]:
        yield
        events.append("function left")

    async def late() -> AsyncIterator[None]:
        yield
        events.append("request left")

    @app.get("/", dependencies=[Depends(late), Depends(early, scope="function")])
    async def read(tasks: BackgroundTasks) -> str:
        tasks.add_task(events.append, "task")
        return "x"

    async def run() -> None:
        line = Line()

        async def send(message: Message) -> None:
            events.append(message["type"])

        await app(make_scope("GET", "/"), line.receive, send)

    asyncio.run(run())
    assert events == ["function left", "http.response.start", "http.response.body", "task", "request left"]


@pytest.mark.parametrize("kind", ["loop", "thread"])
def test_a_dependency_may_replace_the_error(kind: str) -> None:
    app = App()

    async def on_loop() -> AsyncIterator[None]:
        try:
            yield
        except ValueError as error:
            raise HTTPException(418, "replaced") from error

    def in_thread() -> Iterator[None]:
        try:
            yield
        except ValueError as error:
            raise HTTPException(418, "replaced") from error

    @app.get("/", dependencies=[Depends(on_loop if kind == "loop" else in_thread)])
    async def read() -> None:
        raise ValueError

    assert request(app, "GET", "/").json() == {"detail": "replaced"}


@pytest.mark.parametrize("kind", ["loop", "thread"])
def test_a_swallowed_error_is_an_error(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    app = App()

    async def on_loop() -> AsyncIterator[None]:
        try:
            yield
        except ValueError:
            events.append("swallowed")

    def in_thread() -> Iterator[None]:
        try:
            yield
        except ValueError:
            events.append("swallowed")

    @app.get("/", dependencies=[Depends(on_loop if kind == "loop" else in_thread)])
    async def read() -> None:
        raise ValueError

    assert request(app, "GET", "/").status == 500
    assert events == ["swallowed"]
    assert "swallowed ValueError at its yield, so the request has no answer" in caplog.text


@pytest.mark.parametrize("kind", ["loop", "thread"])
def test_a_swallowed_cancellation_stays_one(kind: str) -> None:
    app = App()

    async def on_loop() -> AsyncIterator[None]:
        try:
            yield
        except BaseException:  # noqa: BLE001 - the mistake under test
            events.append("swallowed")

    def in_thread() -> Iterator[None]:
        try:
            yield
        except BaseException:  # noqa: BLE001 - the mistake under test
            events.append("swallowed")

    limits: list[asyncio.Timeout] = []

    @app.get("/", dependencies=[Depends(on_loop if kind == "loop" else in_thread)])
    async def read() -> None:
        # The time is over when the handler is reached, however long that took.
        limits[0].reschedule(asyncio.get_running_loop().time())
        await asyncio.sleep(60)

    async def run() -> None:
        line = Line()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(None) as limit:
                limits.append(limit)
                await app(make_scope("GET", "/"), line.receive, line.send)
        assert line.sent == []

    asyncio.run(run())
    assert events == ["swallowed"]


@pytest.mark.parametrize("kind", ["loop", "thread"])
@pytest.mark.parametrize("scope", ["request", "function"])
def test_a_teardown_that_raises_stops_no_other(kind: str, scope: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = App()

    async def on_loop() -> AsyncIterator[None]:
        yield
        raise KeyError("teardown")

    def in_thread() -> Iterator[None]:
        yield
        raise KeyError("teardown")

    bad = Depends(on_loop if kind == "loop" else in_thread, scope=scope)

    @app.get("/", dependencies=[Depends(session("loop")), Depends(session("thread")), bad])
    async def read() -> str:
        return "x"

    reply = request(app, "GET", "/")
    assert reply.status == (200 if scope == "request" else 500)
    assert events == ["rollback", "close", "rollback", "close"]
    assert caplog.text.count("Unhandled KeyError") == 1


@pytest.mark.parametrize("kind", ["loop", "thread"])
@pytest.mark.parametrize(("yields", "words"), [(0, "ended without a yield"), (2, "has a second yield")])
def test_a_dependency_yields_once(kind: str, yields: int, words: str, caplog: pytest.LogCaptureFixture) -> None:
    app = App()

    async def on_loop() -> AsyncIterator[None]:
        for _ in range(yields):
            yield
        events.append("end")

    def in_thread() -> Iterator[None]:
        for _ in range(yields):
            yield
        events.append("end")

    @app.get("/", dependencies=[Depends(on_loop if kind == "loop" else in_thread, scope="function")])
    async def read() -> str:
        return "x"

    assert request(app, "GET", "/").status == 500
    assert words in caplog.text


def test_a_limited_dependency_waits_without_a_thread() -> None:
    app = App()
    inside: list[int] = [0, 0]
    lock = threading.Lock()
    pair = threading.Barrier(2, timeout=60)

    def connection() -> Iterator[None]:
        with lock:
            inside[0] += 1
            inside[1] = max(inside[1], inside[0])
        pair.wait()
        yield
        with lock:
            inside[0] -= 1

    @app.get("/")
    async def read(value: Annotated[None, Depends(connection, max_concurrency=2)]) -> None:
        await asyncio.sleep(0)

    async def run() -> None:
        lines = [Line() for _ in range(20)]
        await asyncio.gather(*(app(make_scope("GET", "/"), line.receive, line.send) for line in lines))
        assert all(len(line.sent) == 2 for line in lines)

    asyncio.run(run())
    assert inside == [0, 2]


def test_a_passage_is_left_once() -> None:
    async def run() -> None:
        gate = Gate(1)
        passage = await gate.enter()
        passage.leave()
        passage.leave()
        await gate.enter()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await gate.enter()

    asyncio.run(run())


def test_exits_never_wait_behind_handlers() -> None:
    from faster_core.concurrency import DEFAULT_THREADS

    app = App()
    free = threading.Event()
    others: list[asyncio.Task[int]] = []

    def connection() -> Iterator[None]:
        yield
        free.set()

    @app.get("/quick", dependencies=[Depends(connection)])
    async def quick() -> None:
        others.extend(asyncio.create_task(_serve(app, "/slow")) for _ in range(DEFAULT_THREADS))
        await asyncio.sleep(0.05)

    @app.get("/slow")
    def slow() -> None:
        assert free.wait(60), "the exit code waits behind the handlers that wait for it"

    async def run() -> None:
        await _serve(app, "/quick")
        assert await asyncio.gather(*others) == [200] * DEFAULT_THREADS

    asyncio.run(run())


async def _serve(app: App, path: str) -> int:
    line = Line()
    await app(make_scope("GET", path), line.receive, line.send)
    status: int = line.sent[0]["status"]
    return status
