import asyncio
import contextlib
from typing import Annotated, Any

import msgspec
import pytest

from faster_core.exceptions import ClientDisconnect, HTTPException, RequestValidationError
from faster_core.limits import Limits
from faster_core.request import Request, decode_json, get_header, get_server_host, http_version, is_http2
from faster_core.response import StreamingResponse
from tests.core.asgi import Server, http_scope


class Item(msgspec.Struct):
    name: str
    price: float = 0.0


def pieces(*chunks: Any) -> Any:
    return [{"type": "http.request", "body": c, "more_body": i < len(chunks) - 1} for i, c in enumerate(chunks)]


def request(*chunks: Any, headers: Any = None, limits: Any = None, **more: Any) -> Any:
    server = Server(pieces(*chunks) if chunks else [])
    return Request(http_scope("POST", headers=headers or {}, **more), server.receive, server.send, limits=limits)


def run(awaitable: Any) -> Any:
    async def main() -> Any:
        return await awaitable

    return asyncio.run(main())


async def collect(iterator: Any) -> Any:
    return [item async for item in iterator]


def test_head() -> None:
    server = Server()
    made = Request(http_scope("PUT", "/x"), server.receive)
    assert made.receive == server.receive
    assert made.method == "PUT"
    assert made.url.path == "/x"
    with pytest.raises(TypeError, match="Request needs a scope of type 'http', not 'websocket'"):
        Request({"type": "websocket"})


def test_without_receive_or_send() -> None:
    with pytest.raises(RuntimeError, match="made without receive"):
        run(Request(http_scope()).body())
    hints: dict[str, Any] = {"http.response.early_hint": {}}
    with pytest.raises(RuntimeError, match="made without send"):
        run(Request(http_scope(extensions=hints)).send_early_hints("</a>"))


def test_the_body_is_kept() -> None:
    async def main() -> None:
        made = request(b"ab", b"c")
        assert await made.body() == b"abc"
        assert await made.body() == b"abc"
        assert await collect(made.stream()) == [b"abc", b""]

    run(main())


def test_a_stream_is_not_kept() -> None:
    async def main() -> None:
        made = request(b"ab", b"", b"c")
        assert await collect(made.stream()) == [b"ab", b"c", b""]
        for again in (made.body(), made.json(), collect(made.stream())):
            with pytest.raises(RuntimeError, match=r"streamed already, and is not kept. Call request.body\(\) instead"):
                await again

    run(main())


def test_an_empty_body() -> None:
    async def main() -> None:
        made = request(b"")
        assert await made.body() == b""
        assert await collect(made.stream()) == [b""]

    run(main())


@pytest.mark.parametrize("headers", [{}, {"content-length": "9"}, {"content-length": "1"}])
def test_too_large_a_body(headers: Any) -> None:
    reads: list[Any] = [Request.body, Request.json]
    for read in reads:
        with pytest.raises(HTTPException) as caught:
            run(read(request(b"abcde", b"fghi", headers=headers, limits=Limits(max_body_size=8))))
        assert caught.value.status_code == 413


def test_a_disconnect_before_the_end() -> None:
    async def main() -> None:
        server = Server([{"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.disconnect"}])
        made = Request(http_scope("POST"), server.receive)
        for _ in range(2):
            with pytest.raises(ClientDisconnect):
                await made.body()
        assert await made.is_disconnected()

    run(main())


def test_json() -> None:
    async def main() -> None:
        assert await request(b'{"a": [1, null]}').json() == {"a": [1, None]}
        made = request(b'{"name": "x", "price": 2}')
        assert await made.json(Item) == Item("x", 2.0)
        assert await made.json(type=dict[str, object]) == {"name": "x", "price": 2}

    run(main())


@pytest.mark.parametrize(
    "body, type, kind",
    [
        (b"", object, "value_error.jsondecode"),
        (b"{", object, "value_error.jsondecode"),
        (b"\xff", object, "value_error.jsondecode"),
        (b'"\xff"', object, "value_error.jsondecode"),
        (b'"\xff"', str, "value_error.jsondecode"),
        (b'"\\ud800"', str, "value_error.jsondecode"),
        (b"\xef\xbb\xbf{}", dict, "value_error.jsondecode"),
        (b"NaN", float, "value_error.jsondecode"),
        (b"[" * 100_000, object, "value_error.jsondecode"),
        (b'{"a":' * 100_000, object, "value_error.jsondecode"),
        (b"1" * 5000, int, "value_error.msgspec"),
        (b"1e999", float, "value_error.msgspec"),
        (b'{"name": 1}', Item, "value_error.msgspec"),
        (b'{"name": "a", "price": "1"}', Item, "value_error.msgspec"),
        (b"{}", Item, "value_error.missing"),
        (b"9" * 30, bool, "value_error.msgspec"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_json_that_does_not_fit(body: Any, type: Any, kind: Any) -> None:
    with pytest.raises(RequestValidationError) as caught:
        run(request(body).json(type))
    (error,) = caught.value.errors
    assert set(error) == {"loc", "msg", "type"}
    assert (error["loc"], error["type"]) == (["body"], kind)
    assert error["msg"]
    assert caught.value.body == body


def test_a_number_that_a_struct_cannot_take() -> None:
    class Ratio(msgspec.Struct):
        value: int

        def __post_init__(self) -> None:
            float(self.value)

    with pytest.raises(RequestValidationError) as caught:
        decode_json(b'{"value": 1' + b"0" * 400 + b"}", Ratio)
    assert caught.value.errors[0]["type"] == "value_error.msgspec"


def test_the_message_is_that_of_msgspec() -> None:
    with pytest.raises(RequestValidationError) as caught:
        decode_json(b'{"name": 1}', Item)
    assert caught.value.errors == [
        {"loc": ["body"], "msg": "Expected `str`, got `int` - at `$.name`", "type": "value_error.msgspec"}
    ]


class Other(msgspec.Struct):
    title: str


@pytest.mark.parametrize(
    "type, body, value",
    [
        (Item | Other, b'{"title": "t"}', Other("t")),
        (list[Item | Other], b'[{"title": "t"}, {"name": "n"}]', [Other("t"), Item("n")]),
        (Annotated[int, msgspec.Meta(ge=3)], b"3", 3),
    ],
    ids=repr,
)
def test_json_of_every_type_that_a_body_can_be(type: Any, body: Any, value: Any) -> None:
    assert run(request(body).json(type)) == value
    assert decode_json(body.decode(), type) == value


@pytest.mark.parametrize(
    "type, body, errors",
    [
        (
            Item,
            b'{"price": "2"}',
            [
                ("Object missing required field `name`", "value_error.missing"),
                ("Expected `float`, got `str` - at `$.price`", "value_error.msgspec"),
            ],
        ),
        (
            list[int],
            b'["a", null]',
            [
                (f"Expected `int`, got `{kind}` - at `$[{index}]`", "value_error.msgspec")
                for index, kind in enumerate(("str", "null"))
            ],
        ),
    ],
    ids=["struct", "list"],
)
def test_every_error_of_json_is_named(type: Any, body: Any, errors: Any) -> None:
    for received in (body, body.decode()):
        with pytest.raises(RequestValidationError) as caught:
            decode_json(received, type)
        assert caught.value.errors == [{"loc": ["body"], "msg": text, "type": kind} for text, kind in errors]
        assert caught.value.body == received


def test_json_of_models_of_pydantic() -> None:
    pydantic = pytest.importorskip("pydantic")
    model: Any = pydantic.create_model("Model", name=(str, ...), price=(float, ...))
    one = model(name="n", price=2)
    assert run(request(b'{"name": "n", "price": 2}').json(model)) == one
    assert decode_json(b'[{"name": "n", "price": 2}]', list[model]) == [one]
    assert decode_json(b'{"a": {"name": "n"}}', dict[str, model | Item]) == {"a": Item("n")}
    with pytest.raises(RequestValidationError) as caught:
        decode_json(b'{"price": []}', model)
    assert [(error["msg"], error["type"]) for error in caught.value.errors] == [
        ("Field required - at `$.name`", "value_error.missing"),
        ("Input should be a valid number - at `$.price`", "value_error.msgspec"),
    ]
    assert all(error["loc"] == ["body"] for error in caught.value.errors)


def test_a_type_that_nothing_can_be_decoded_to_is_the_programmers_mistake() -> None:
    class Opaque:
        def __init__(self, *parts: int) -> None: ...

    with pytest.raises(TypeError, match="Opaque"):
        decode_json(b"{}", Opaque)


def test_any_bytes_are_json_or_refused() -> None:
    hypothesis = pytest.importorskip("hypothesis")
    st = hypothesis.strategies

    def check(body: Any) -> None:
        for type in (object, Item, int, dict[str, int]):
            with contextlib.suppress(RequestValidationError):
                decode_json(body, type)

    hypothesis.given(st.binary() | st.text('{}[]",:0123456789.eE-\\u nultrfas').map(str.encode))(check)()


def test_form() -> None:
    pytest.importorskip("python_multipart")

    async def main() -> None:
        made = request(b"a=1&a=2&b=%C3%A9", headers={"content-type": "application/x-www-form-urlencoded"})
        form = await made.form()
        assert form.multi_items() == [("a", "1"), ("a", "2"), ("b", "é")]
        assert await made.form() is form
        await made.close()

    run(main())


def test_the_limits_of_a_form() -> None:
    pytest.importorskip("python_multipart")
    kind = {"content-type": "application/x-www-form-urlencoded"}
    with pytest.raises(HTTPException) as caught:
        run(request(b"a=1&a=2&b=3", headers=kind).form(max_fields=2))
    assert caught.value.status_code == 400
    limits = Limits(max_body_size=5, max_form_size=5)
    for read in (lambda made: made.form(), lambda made: collect(made.parts())):

        async def main(read: Any = read) -> None:
            await read(request(b"a=1", headers={**kind, "content-length": "6"}, limits=limits))

        with pytest.raises(HTTPException) as caught:
            run(main())
        assert caught.value.status_code == 413


class Upper(Request):
    async def stream(self, limit: int | None = None) -> Any:
        async for chunk in super().stream(limit):
            yield chunk.upper()


def test_a_form_is_read_from_what_a_subclass_streams() -> None:
    pytest.importorskip("python_multipart")
    server = Server(pieces(b"a=b", b"c"))
    made = Upper(http_scope("POST", headers={"content-type": "application/x-www-form-urlencoded"}), server.receive)
    assert run(made.form()).multi_items() == [("A", "BC")]


def test_a_form_after_its_body_and_after_its_stream() -> None:
    pytest.importorskip("python_multipart")
    kind = {"content-type": "application/x-www-form-urlencoded"}

    async def main() -> None:
        made = request(b"a=1", b"2", headers=kind)
        assert await made.body() == b"a=12"
        assert (await made.form())["a"] == "12"
        made = request(b"a=1", headers=kind)
        await collect(made.stream())
        with pytest.raises(RuntimeError, match="streamed already"):
            await made.form()

    run(main())


def test_a_form_that_is_refused_by_its_head_leaves_the_body_to_be_read() -> None:
    pytest.importorskip("python_multipart")

    async def main() -> None:
        made = request(b"what", headers={"content-type": "multipart/form-data"})
        with pytest.raises(HTTPException, match="no boundary"):
            await made.form()
        assert await made.body() == b"what"

    run(main())


def test_parts() -> None:
    pytest.importorskip("python_multipart")
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nhello\r\n--x--\r\n'

    async def main() -> None:
        made = request(body[:20], body[20:], headers={"content-type": "multipart/form-data; boundary=x"})
        names = [part.name async for part in made.parts()]
        assert names == ["a"]

    run(main())


def test_closing_what_was_never_read() -> None:
    run(request(b"a").close())


def test_is_disconnected_does_not_wait_and_loses_nothing() -> None:
    async def main() -> None:
        server = Server(pieces(b"a", b"b"))
        made = Request(http_scope("POST"), server.receive)
        assert not await made.is_disconnected()
        assert not await made.is_disconnected()
        assert await made.body() == b"ab"
        assert not await made.is_disconnected()
        server.gone.set()
        assert await made.is_disconnected()
        assert await made.is_disconnected()
        assert len(asyncio.all_tasks()) == 1

    run(main())


def test_is_disconnected_inside_a_stream() -> None:
    async def main() -> None:
        server, scope = Server(pieces(b"")), http_scope("POST")
        made = Request(scope, server.receive)
        await made.body()
        seen = []

        async def generate() -> Any:
            seen.append(await made.is_disconnected())
            server.gone.set()
            try:
                while not await made.is_disconnected():
                    yield "x"
            finally:
                seen.append(await made.is_disconnected())

        await StreamingResponse(generate())(scope, server.receive, server.send)
        assert seen == [False, True]

    run(main())


def test_a_response_that_streams_its_own_request() -> None:
    async def main() -> None:
        server, scope = Server(pieces(*(bytes([n]) for n in range(100)))), http_scope("POST")
        made = Request(scope, server.receive)

        async def echo() -> Any:
            async for chunk in made.stream():
                await asyncio.sleep(0)
                yield chunk

        await StreamingResponse(echo())(scope, server.receive, server.send)
        assert server.body == bytes(range(100))

    run(main())


def test_push_and_early_hints() -> None:
    async def main() -> None:
        server = Server()
        extensions: dict[str, Any] = {"http.response.push": {}, "http.response.early_hint": {}}
        scope = http_scope(headers={"accept": "*/*", "cookie": "a=1"}, extensions=extensions)
        made = Request(scope, server.receive, server.send)
        await made.send_push_promise("/style.css")
        await made.send_early_hints("</a.css>; rel=preload", "</b.js>")
        assert server.sent == [
            {"type": "http.response.push", "path": "/style.css", "headers": [(b"accept", b"*/*")]},
            {"type": "http.response.early_hint", "links": [b"</a.css>; rel=preload", b"</b.js>"]},
        ]
        with pytest.raises(ValueError, match="'link' has a control character"):
            await made.send_early_hints("</a>\r\nx: y")
        silent = Request(http_scope(), server.receive, server.send)
        await silent.send_push_promise("/style.css")
        await silent.send_early_hints("</a.css>")
        assert len(server.sent) == 2

    run(main())


def test_functions_of_old() -> None:
    made = Request(http_scope(http_version="2", headers={"Host": "Shop.example:80", "X-A": "1"}))
    assert http_version(made) == http_version(made.scope) == "2"
    assert http_version({}) == "1.1"
    assert is_http2(made)
    assert not is_http2(Request(http_scope(http_version="1.1")))
    assert get_server_host(made) == "shop.example"
    assert get_server_host(Request(http_scope())) == ""
    assert get_header(made, "x-a") == "1"
    assert get_header(made, "x-b", "none") == "none"
    assert get_header(made, "x-b") is None
