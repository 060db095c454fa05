"""No input whatever is a 500, and none takes longer than its length allows."""

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import pytest

from faster_core import App, Body, Cookie, File, Form, Header, Query
from faster_core.upload import UploadFile
from tests.core.client import Reply, request
from tests.growth import check_growth

hypothesis = pytest.importorskip("hypothesis")
from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

EXAMPLES = 60


class Color(Enum):
    RED = "red"


class Inner(msgspec.Struct):
    n: int
    when: datetime | None = None
    amount: Decimal = Decimal(0)
    children: list["Inner"] = []


class Other(msgspec.Struct):
    words: dict[str, float]


class Filter(msgspec.Struct, forbid_unknown_fields=True):
    tags: list[int] = []
    color: Color | None = None


app = App(form_limits={"max_fields": 20, "max_files": 5, "max_part_size": 100})


@app.get("/query")
async def query(
    filters: Annotated[Filter, Query()],
    n: int | None = None,
    f: float = 0,
    b: bool = False,
    when: datetime | None = None,
    amount: Decimal = Decimal(0),
    id: UUID | None = None,
    mode: Literal["a", 1] = "a",
    raw: bytes = b"",
    csv: Annotated[list[int], Query(style="csv")] = [],  # noqa: B006
    deep: Annotated[dict[str, int] | None, Query(style="deepObject")] = None,
    short: Annotated[str, Query(max_length=3, pattern="^[a-z]*$")] = "",
) -> list[Any]:
    return [n, f if f == f and abs(f) != float("inf") else None, b, when, amount, id, mode, raw, csv, deep, short]


@app.get("/path/{n}/{when}/{rest:path}")
async def path(n: int, when: datetime, rest: str) -> None: ...


@app.get("/header")
async def header(
    x_n: Annotated[int, Header()],
    x_list: Annotated[list[float] | None, Header()] = None,
    x_when: Annotated[datetime | None, Header()] = None,
    session: Annotated[str, Cookie()] = "",
    count: Annotated[int, Cookie()] = 0,
) -> None: ...


@app.post("/json")
async def body(value: Inner | Other | list[Inner] | None, more: Annotated[Any, Body()] = None) -> None: ...


@app.post("/any")
async def anything(value: Annotated[Any, Body()]) -> None: ...


@app.post("/one")
async def one(value: Inner) -> None: ...


@app.post("/form")
async def form(
    n: Annotated[int, Form()],
    tags: Annotated[list[float], Form()] = [],  # noqa: B006
    item: Annotated[Inner | None, Form(media_type="application/json")] = None,
    file: UploadFile | None = None,
    data: Annotated[bytes, File(max_length=10)] = b"",
) -> None: ...


FINE = (200, 400, 404, 405, 413, 422)


def check(reply: Reply) -> None:
    assert reply.status in FINE, reply.body
    assert reply.complete
    if reply.status == 422:
        assert reply.errors
        assert len(reply.errors) <= 2000


texts = st.text(st.characters(codec="utf-8"), max_size=40)
AWKWARD = [
    *(
        "nan",
        "inf",
        "-0",
        "1e999",
        "9" * 400,
        "9" * 5000,
        "0x1",
        "1_0",
        " 1 ",
        "١",
        "\x00",
        "\ud7ff",
        "",
        "null",
        "true",
    ),
    *("2026-13-01", "2026-01-02T03:04:05Z", "9999-12-31T23:59:60Z", "P1D", "Infinity", "a" * 300, "\u2028", "[]", "{}"),
]
awkward = st.sampled_from(AWKWARD)
values = texts | awkward


@settings(max_examples=EXAMPLES)
@given(st.binary(max_size=60))
def test_raw_query_strings(query_string: bytes) -> None:
    check(request(app, "GET", "/query", query_string=query_string))


NAMES = ["n", "f", "b", "when", "amount", "id", "mode", "raw", "csv", "deep[a]", "deep[", "short", "tags", "color", "x"]


@settings(max_examples=EXAMPLES)
@given(st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=6))
def test_queries(pairs: list[tuple[str, str]]) -> None:
    from urllib.parse import urlencode

    check(request(app, "GET", "/query?" + urlencode(pairs)))


@settings(max_examples=EXAMPLES)
@given(values, values, values)
def test_paths(n: str, when: str, rest: str) -> None:
    from urllib.parse import quote

    segments = "/".join(quote(part, safe="") for part in ("path", n, when, rest))
    check(request(app, "GET", f"/{segments}"))


@settings(max_examples=EXAMPLES)
@given(st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=60))
def test_headers_and_cookies(n: bytes, items: bytes, when: bytes, cookie: bytes) -> None:
    raw = [(b"x-n", n), (b"x-list", items), (b"x-when", when), (b"cookie", cookie), (b"cookie", b"count=" + n)]
    pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw]
    check(request(app, "GET", "/header", headers=pairs))


@settings(max_examples=EXAMPLES)
@given(st.sampled_from(["/json", "/any", "/one"]), st.binary(max_size=60), st.booleans())
def test_raw_bodies(path: str, content: bytes, msgpack: bool) -> None:
    kind = "application/msgpack" if msgpack else "application/json"
    check(request(app, "POST", path, content=content, headers={"content-type": kind}))


scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts | st.text(max_size=5)
documents = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["n", "when", "amount", "children", "words", "value", "more"]) | texts, inner)
    ),
    max_leaves=20,
)


@settings(max_examples=EXAMPLES)
@given(st.sampled_from(["/json", "/any", "/one"]), documents)
def test_documents(path: str, document: Any) -> None:
    content = json.dumps(document).encode("utf-8", "surrogatepass")
    check(request(app, "POST", path, content=content, headers={"content-type": "application/json"}))


@settings(max_examples=EXAMPLES)
@given(st.binary(max_size=80))
def test_raw_urlencoded_forms(content: bytes) -> None:
    pytest.importorskip("python_multipart")
    headers = {"content-type": "application/x-www-form-urlencoded"}
    check(request(app, "POST", "/form", content=content, headers=headers))
    check(request(app, "POST", "/form", content=b"n=1&item=" + content, headers=headers))


@settings(max_examples=EXAMPLES)
@given(st.binary(max_size=80), st.binary(max_size=30), values)
def test_raw_multipart_forms(content: bytes, head: bytes, n: str) -> None:
    pytest.importorskip("python_multipart")
    headers = {"content-type": "multipart/form-data; boundary=b"}
    start = b'--b\r\ncontent-disposition: form-data; name="n"\r\n'
    number = start + b"\r\n" + n.encode("utf-8", "replace") + b"\r\n"
    file = b'--b\r\ncontent-disposition: form-data; name="file"; filename="' + head + b'"\r\n\r\n' + content + b"\r\n"
    for made in (content, start + head + content, number + content, number + file + b"--b--\r\n", number + b"--b--"):
        check(request(app, "POST", "/form", content=made, headers=headers))


@settings(max_examples=EXAMPLES)
@given(st.text(st.characters(codec="latin-1"), max_size=60))
def test_content_types(content_type: str) -> None:
    for path in ("/one", "/form"):
        check(request(app, "POST", path, content=b"{}", headers={"content-type": content_type}))


JSON = {"content-type": "application/json"}
LONG: dict[str, Any] = {
    "one query": lambda n: ("/query", {"query_string": b"short=" + b"a" * n}),
    "escapes": lambda n: ("/query", {"query_string": b"short=" + b"%41" * n}),
    "separators": lambda n: ("/query", {"query_string": b"&" * n}),
    "items": lambda n: ("/query", {"query_string": b"csv=" + b"x," * n}),
    "members": lambda n: ("/query", {"query_string": b"deep[" * n + b"]=1"}),
    "cookies": lambda n: ("/header", {"headers": {"cookie": "a=b;" * n}}),
    "semicolons": lambda n: ("/header", {"headers": {"cookie": ";" * n}}),
    "quotes": lambda n: ("/header", {"headers": {"cookie": '"' * n}}),
    "header": lambda n: ("/header", {"headers": {"x-n": " " * n + "x"}}),
    "digits": lambda n: ("/query", {"query_string": b"n=" + b"9" * n}),
    "decimal": lambda n: ("/query", {"query_string": b"amount=" + b"9" * n}),
    "wrong items": lambda n: (
        "/json",
        {"method": "POST", "headers": JSON, "content": b'{"value":[' + b"0," * n + b"0]}"},
    ),
    "unclosed": lambda n: ("/any", {"method": "POST", "headers": JSON, "content": b"[" * n}),
    "escaped text": lambda n: ("/any", {"method": "POST", "headers": JSON, "content": b'"' + b"\\u0041" * n}),
    "a number": lambda n: ("/any", {"method": "POST", "headers": JSON, "content": b"1" * n}),
    "members of a body": lambda n: (
        "/one",
        {
            "method": "POST",
            "headers": JSON,
            "content": b"{" + b",".join(b'"k%d":1' % i for i in range(n)) + b"}",
        },
    ),
    "content type": lambda n: ("/one", {"method": "POST", "headers": {"content-type": ";" * n}, "content": b"{}"}),
}


@pytest.mark.parametrize("kind", LONG)
def test_twice_as_long_takes_twice_the_time(kind: str) -> None:
    def ask(size: int) -> Callable[[], object]:
        path, options = LONG[kind](size)
        method = options.pop("method", "GET")
        return lambda: check(request(app, method, path, **options))

    check_growth(ask, 10_000)
