"""What becomes of a handler's result, and the lines that send it."""

import copy
import operator
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from msgspec import Struct

from faster_core.background import BackgroundTask
from faster_core.concurrency import iterate_in_threadpool
from faster_core.datastructures import MutableHeaders
from faster_core.endpoint.code import Code
from faster_core.header import RawHeaders
from faster_core.jsonlines import JSONLinesResponse
from faster_core.plan.model import Run
from faster_core.response import (
    JSONResponse,
    ORJSONResponse,
    Response,
    StreamingResponse,
    UJSONResponse,
    content_length,
    has_body,
    has_content_length,
)
from faster_core.result import Renderer
from faster_core.sse import EventSourceResponse, ServerSentEvent
from faster_core.tracked import Tracked
from faster_core.types import Send

__all__ = ["Answer", "LentResponse", "write_answer"]

_PLAIN_JSON = (JSONResponse, ORJSONResponse, UJSONResponse)
_LENGTHS = [content_length(size) for size in range(1024)]
_JSON_TYPE = (b"content-type", b"application/json")


class Answer(Struct, frozen=True, eq=False, kw_only=True):
    """How a result becomes a response.

    Attributes:
        status_code: The status, unless the handler changes it.
        response_class: What a result that is no response is made into.
        renderer: Filters and encodes it.
    """

    status_code: int
    response_class: type[Response]
    renderer: Renderer

    @property
    def inline(self) -> bool:
        """Whether the endpoint encodes and sends the result itself, without a response object."""
        return self.response_class in _PLAIN_JSON


class LentResponse(Response):
    """The `Response` argument of a handler: its headers, cookies and status are added to the answer."""

    def __init__(self) -> None:
        self.status_code: int = 0
        self.background: BackgroundTask | None = None
        self.body: bytes | memoryview[int] = b""
        self.raw_headers: RawHeaders = []

    def lend_to(self, response: Response) -> Response:
        """Return a response with the headers of this one added; the response itself stays as it is."""
        if not self.raw_headers:
            return response
        response = copy.copy(response)
        response.raw_headers = [*response.raw_headers, *self.raw_headers]
        return response

    @property
    def headers(self) -> MutableHeaders:
        """The header fields to add, to read and to change."""
        return MutableHeaders(raw=self.raw_headers)


def write_answer(code: Code, answer: Answer, run: Run, lent: str | None, before_send: Callable[[], None]) -> None:
    """Write the lines that send what is in the local variable `result`.

    Args:
        code: Where the lines go.
        answer: How a result becomes a response.
        run: How the handler runs; the items of a generator are streamed.
        lent: The local variable of the `Response` argument, if there is one.
        before_send: Writes the lines that come when the result is final and nothing has been sent.
    """
    if run in (Run.LOOP_GENERATOR, Run.THREAD_GENERATOR):
        _write_stream(code, answer, run, lent, before_send)
        return
    if not answer.inline:
        _write_object(code, answer, lent)
        before_send()
        _write_response(code)
        return
    _write_body(code, answer, lent)
    before_send()
    with code.block("if response is None"):
        _write_fixed(code, answer, lent)
    with code.block("else"):
        _write_response(code)


def _write_body(code: Code, answer: Answer, lent: str | None) -> None:
    """Write the lines that make `body` of a result, or `response` when it is one.

    Results whose class says that nothing has to be checked are encoded at once; whatever goes wrong there, `render`
    tells as the error it is.
    """
    renderer = answer.renderer
    encode, render = code.constant(renderer.encode, "encode"), code.constant(renderer.render, "render")
    code.line("response = None")
    head = "if"
    for check in _checks(code, renderer):
        with code.block(f"{head} {check}"):
            _write_encode(code, encode, render)
        head = "elif"
    if renderer.exact_values is not None:
        with code.block(f"{head} type(result) is dict"):
            _write_values(code, renderer.exact_values, encode, render)
        head = "elif"
    with code.block(f"{head} isinstance(result, {code.constant(_responses(), 'Response')})"):
        code.line("response = result" if lent is None else f"response = {lent}.lend_to(result)")
    with code.block("else"):
        code.line(f"body = {encode if renderer.accepts_anything else render}(result)")


def _responses() -> Any:
    """Return the class of responses; where Starlette is imported, its own too, since libraries return such."""
    foreign = getattr(sys.modules.get("starlette.responses"), "Response", None)
    return Response if foreign is None else (Response, foreign)


def _checks(code: Code, renderer: Renderer) -> Iterator[str]:
    """Give the conditions under which a result can be encoded as it is."""
    if renderer.exact is not None:
        yield f"type(result) is {code.constant(renderer.exact, 'Model')}"
    if renderer.exact_items is not None:
        count, item = code.constant(operator.countOf, "count"), code.constant(renderer.exact_items, "Item")
        yield f"type(result) is list and {count}(map(type, result), {item}) == len(result)"


def _write_values(code: Code, values: type, encode: str, render: str) -> None:
    """Write the lines that encode a dict whose keys are texts and whose values have this class, each looked at.

    A loop takes half the time of two counts in C where there are a few items, and a little more where there are many.
    """
    text, value = code.constant(str, "str"), code.constant(values, "Value")
    with (
        code.block("for key, item in result.items()"),
        code.block(f"if type(key) is not {text} or type(item) is not {value}"),
    ):
        code.line(f"body = {render}(result)")
        code.line("break")
    with code.block("else"):
        _write_encode(code, encode, render)


def _write_encode(code: Code, encode: str, render: str) -> None:
    with code.block("try"):
        code.line(f"body = {encode}(result)")
    with code.block("except Exception"):
        code.line(f"body = {render}(result)")


def _write_fixed(code: Code, answer: Answer, lent: str | None) -> None:
    """Write the lines that send a JSON body of known length."""
    if lent is not None:
        code.line("sent = 1")
        status = f"{lent}.status_code or {answer.status_code}"
        code.line(f"await {code.constant(_send_lent, 'send_lent')}(send, {status}, {lent}.raw_headers, body)")
        code.line("sent = 2")
        return
    headers = "[]"
    body = 'b""'
    if has_body(answer.status_code):
        json, lengths = code.constant(_JSON_TYPE, "JSON_TYPE"), code.constant(_LENGTHS, "LENGTHS")
        length = f"{lengths}[size] if size < 1024 else {code.constant(content_length, 'content_length')}(size)"
        code.line("size = len(body)")
        headers, body = f"[{json}, {length}]", "body"
    elif has_content_length(answer.status_code):
        headers = f"[{code.constant(_LENGTHS, 'LENGTHS')}[0]]"
    code.line("sent = 1")
    code.line(f'await send({{"type": "http.response.start", "status": {answer.status_code}, "headers": {headers}}})')
    code.line(f'await send({{"type": "http.response.body", "body": {body}}})')
    code.line("sent = 2")


async def _send_lent(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    """Send a JSON body with the status and headers that a `Response` argument lends."""
    own: list[tuple[bytes, bytes]] = []
    headers = [item for item in headers if item[0] != b"content-length"]
    if not has_body(status):
        body = b""
        if has_content_length(status):
            own.append(_LENGTHS[0])
    else:
        if not any(name == b"content-type" for name, _ in headers):
            own.append(_JSON_TYPE)
        own.append(content_length(len(body)))
    await send({"type": "http.response.start", "status": status, "headers": [*own, *headers]})
    await send({"type": "http.response.body", "body": body})


def _write_response(code: Code) -> None:
    """Write the lines that let a response object send itself."""
    code.line(f"tracked = {code.constant(Tracked, 'Tracked')}(send)")
    with code.block("try"):
        code.line("await response(scope, receive, tracked.send)")
    with code.block("finally"):
        code.line("sent = tracked.stage")


def _write_object(code: Code, answer: Answer, lent: str | None) -> None:
    """Write the lines that make a response object of the declared class."""
    with code.block(f"if isinstance(result, {code.constant(_responses(), 'Response')})"):
        code.line("response = result")
    with code.block("else"):
        make = code.constant(_maker(answer), "make_response")
        status = str(answer.status_code) if lent is None else f"{lent}.status_code or {answer.status_code}"
        code.line(f"response = {make}(result, {status})")
    if lent is not None:
        code.line(f"response = {lent}.lend_to(response)")


def _maker(answer: Answer) -> Callable[[Any, int], Response]:
    response_class, prepare = answer.response_class, answer.renderer.prepare
    prepares = issubclass(response_class, JSONResponse) or answer.renderer.model is not Any

    def make(result: Any, status: int) -> Response:
        content = prepare(result) if prepares else result
        return response_class(content, status_code=status)

    return make


def _write_stream(code: Code, answer: Answer, run: Run, lent: str | None, before_send: Callable[[], None]) -> None:
    """Write the lines that stream the items of a generator."""
    make = code.constant(_streamer(answer, run), "make_stream")
    status = str(answer.status_code) if lent is None else f"{lent}.status_code or {answer.status_code}"
    code.line(f"response = {make}(result, {status})")
    if lent is not None:
        code.line(f"response = {lent}.lend_to(response)")
    before_send()
    _write_response(code)


def _streamer(answer: Answer, run: Run) -> Callable[[Any, int], Response]:
    """Return what makes a response of a generator: bytes as they are, events, or one JSON value a line."""
    wanted, prepare = answer.response_class, answer.renderer.prepare
    plain = issubclass(wanted, StreamingResponse) and not issubclass(wanted, (EventSourceResponse, JSONLinesResponse))
    cls: Callable[..., Response] = wanted if issubclass(wanted, StreamingResponse) else JSONLinesResponse
    filtered = not plain and answer.renderer.model is not Any

    def make(result: Any, status: int) -> Response:
        items = _prepared(result, prepare, run) if filtered else result
        return cls(items, status_code=status)

    return make


async def _prepared(
    items: AsyncIterator[Any] | Iterator[Any], prepare: Callable[[Any], Any], run: Run
) -> AsyncIterator[Any]:
    """Give each item as its model lets it pass; the generator is closed when this one is."""
    source: Any = items if run is Run.LOOP_GENERATOR else iterate_in_threadpool(items)  # type: ignore[arg-type]
    try:
        async for item in source:
            yield item if isinstance(item, ServerSentEvent) else prepare(item)
    finally:
        await source.aclose()
