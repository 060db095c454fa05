"""Parameters: every source, type, constraint and way of writing them."""

import enum
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, NewType
from uuid import UUID

import msgspec
import pytest

from faster_core import App, Cookie, Form, Header, Path, Query
from faster_core.request import Request
from tests.core.client import Reply, multipart, request

OK = 200
BAD = 422


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Size(enum.StrEnum):
    S = "s"
    L = "l"


UserId = NewType("UserId", int)
Limit = Annotated[int, Query(ge=1, le=100)]


def app_reading(annotation: Any, default: Any = ...) -> App:
    """An application whose one route reads `q` and answers with its repr."""
    app = App()

    async def read(q, request: Request):  # type: ignore[no-untyped-def]
        return {"value": repr(q)}

    read.__annotations__["q"] = annotation
    if default is not ...:
        read.__kwdefaults__ = None
        read.__defaults__ = (default, None)
    app.get("/")(read)
    return app


def get_query(annotation: Any, query: str, default: Any = ...) -> Reply:
    return request(app_reading(annotation, default), "GET", f"/?{query}")


@pytest.mark.parametrize(
    ("annotation", "query", "shown"),
    [
        (str, "q=a%20b+c", "'a b c'"),
        (str, "q=", "''"),
        (str, "q=first&q=last", "'last'"),
        (str, "q=%C3%BC", "'ü'"),
        (int, "q=-7", "-7"),
        (int, "q=007", "7"),
        (UserId, "q=7", "7"),
        (float, "q=1e3", "1000.0"),
        (float, "q=2", "2.0"),
        (bool, "q=on", "True"),
        (bool, "q=YES", "True"),
        (bool, "q=f", "False"),
        (bool, "q=0", "False"),
        (bytes, "q=abc", "b'abc'"),
        (Decimal, "q=1.50", "Decimal('1.50')"),
        (datetime, "q=2026-01-02T03:04:05", "datetime.datetime(2026, 1, 2, 3, 4, 5)"),
        (date, "q=2026-01-02", "datetime.date(2026, 1, 2)"),
        (time, "q=03:04:05", "datetime.time(3, 4, 5)"),
        (timedelta, "q=PT90S", "datetime.timedelta(seconds=90)"),
        (UUID, "q=12345678123456781234567812345678", "UUID('12345678-1234-5678-1234-567812345678')"),
        (Color, "q=red", "<Color.RED: 'red'>"),
        (Level, "q=2", "<Level.HIGH: 2>"),
        (Size, "q=l", "<Size.L: 'l'>"),
        (Literal["a", "b"], "q=b", "'b'"),
        (Literal[1, 2], "q=2", "2"),
        (int | None, "q=3", "3"),
        (int | str, "q=3", "'3'"),
        (int | str, "q=x", "'x'"),
        (str | None, "q=x", "'x'"),
        (Annotated[list[int], Query()], "q=1&q=2", "[1, 2]"),
        (Annotated[set[int], Query()], "q=1&q=1", "{1}"),
        (Annotated[tuple[int, str], Query()], "q=1&q=b", "(1, 'b')"),
        (Annotated[tuple[int, ...], Query()], "q=1&q=2&q=3", "(1, 2, 3)"),
        (Annotated[frozenset[str], Query()], "q=a", "frozenset({'a'})"),
        (Annotated[list[Color], Query()], "q=red&q=blue", "[<Color.RED: 'red'>, <Color.BLUE: 'blue'>]"),
        (Annotated[list[int] | None, Query()], "q=1", "[1]"),
        (Annotated[list[str], Query(style="csv")], "q=a,b&q=c", "['a', 'b', 'c']"),
        (Annotated[list[int], Query(style="pipe")], "q=1%7C2", "[1, 2]"),
        (Annotated[list[int], Query(style="space")], "q=1%202", "[1, 2]"),
        (Annotated[dict[str, int], Query(style="deepObject")], "q[a]=1&q[b]=2", "{'a': 1, 'b': 2}"),
        (Annotated[str, Query(alias="other")], "other=x", "'x'"),
        (Annotated[str, Query(alias="user[name]")], "user%5Bname%5D=x", "'x'"),
        (Annotated[int, msgspec.Meta(gt=0), Query()], "q=1", "1"),
        (Annotated[Limit, Query(lt=50)], "q=49", "49"),
        (Annotated[Decimal, Query(max_digits=3, decimal_places=1)], "q=12.5", "Decimal('12.5')"),
        (Annotated[str, Query(pattern="^a+$")], "q=aaa", "'aaa'"),
        (Annotated[Any, Query()], "q=x", "'x'"),
    ],
)  # fmt: skip
def test_query_types(annotation: Any, query: str, shown: str) -> None:
    reply = get_query(annotation, query)
    assert (reply.status, reply.json()) == (OK, {"value": shown})


@pytest.mark.parametrize(
    ("annotation", "query", "message"),
    [
        (str, "", "Field required"),
        (int, "q=", "Expected `int`, got `str`"),
        (int, "q=3.5", "Expected `int`, got `str`"),
        (int | None, "q=", None),
        (bool, "q=maybe", "Expected `bool`, got `str`"),
        (Color, "q=green", "Invalid enum value 'green'"),
        (Literal["a", "b"], "q=c", "Invalid enum value 'c'"),
        (Annotated[int, Query(ge=1, le=5)], "q=6", "Expected `int` <= 5"),
        (Annotated[int, Query(gt=1)], "q=1", "Expected `int` >= 2"),
        (Annotated[int, Query(multiple_of=3)], "q=4", None),
        (Annotated[str, Query(min_length=2)], "q=a", "Expected `str` of length >= 2"),
        (Annotated[str | None, Query(max_length=2)], "q=abc", "Expected `str` of length <= 2"),
        (Annotated[str, Query(pattern="^a+$")], "q=b", "Expected `str` matching regex '^a+$'"),
        (Annotated[float, Query(allow_inf_nan=False)], "q=nan", None),
        (Annotated[Decimal, Query(max_digits=3)], "q=1234", None),
        (Annotated[list[int], Query(max_length=1)], "q=1&q=2", "Expected `array` of length <= 1"),
        (Annotated[list[int], Query()], "q=1&q=b", "Expected `int`, got `str` - at `$[1]`"),
        (Annotated[int, Query(strict=True)], "q=4x", None),
        (int, "q=" + "9" * 5000, None),
        (int, "q=%FF", None),
        (str, "q=%FF", None),
        (str, "%FF=1&q=1", None),
        (Limit, "q=101", "Expected `int` <= 100"),
    ],
)
def test_query_refusals(annotation: Any, query: str, message: str | None) -> None:
    errors = get_query(annotation, query).errors
    assert len(errors) == 1
    assert errors[0][0] in ("query.q", "query")
    if message is not None:
        assert errors[0][1] == message


@pytest.mark.parametrize(
    ("annotation", "default", "query", "shown"),
    [
        (int, 5, "", "5"),
        (int | None, None, "", "None"),
        (list[int], Query([]), "", "[]"),
        (str, Query("x", min_length=3), "", "'x'"),
        (str, Query(default_factory=lambda: "made"), "", "'made'"),
        (Annotated[str, Query(default_factory=lambda: "made")], ..., "", "'made'"),
        (str, Query(..., alias="z"), "z=1", "'1'"),
        (Annotated[int, Query(ge=3)], 1, "", "1"),
        (Color, Color.RED, "", "<Color.RED: 'red'>"),
    ],
)
def test_defaults(annotation: Any, default: Any, query: str, shown: str) -> None:
    reply = get_query(annotation, query, default)
    assert (reply.status, reply.json()) == (OK, {"value": shown})


def test_a_mutable_default_belongs_to_one_request() -> None:
    app = App()

    @app.get("/")
    async def read(q: Annotated[list[int], Query()] = [1]) -> list[int]:  # noqa: B006 - the point of the test
        q.append(2)
        return q

    assert [request(app, "GET", "/").json() for _ in range(2)] == [[1, 2], [1, 2]]


def test_a_huge_integer_is_read_or_refused() -> None:
    reply = get_query(int, "q=" + "9" * 30)
    assert reply.status in (OK, BAD)


@pytest.mark.parametrize(
    ("path", "template", "annotation", "shown"),
    [
        ("/items/7", "/items/{q}", int, "7"),
        ("/items/a%20b", "/items/{q}", str, "'a b'"),
        ("/items/red", "/items/{q}", Color, "<Color.RED: 'red'>"),
        ("/items/7", "/items/{q:int}", int, "7"),
        ("/items/7", "/items/{q:int}", str, "'7'"),
        ("/items/7", "/items/{q:int}", float, "7.0"),
        ("/items/7", "/items/{q:int}", Annotated[int, Path(ge=1)], "7"),
        ("/items/a/b", "/items/{q:path}", str, "'a/b'"),
        ("/items/2026-01-02", "/items/{q}", date, "datetime.date(2026, 1, 2)"),
        ("/items/x", "/items/{other}", Annotated[str, Path(alias="other")], "'x'"),
    ],
)
def test_path_types(path: str, template: str, annotation: Any, shown: str) -> None:
    app = App()

    async def read(q):  # type: ignore[no-untyped-def]
        return {"value": repr(q)}

    read.__annotations__["q"] = annotation
    app.get(template)(read)
    reply = request(app, "GET", path)
    assert (reply.status, reply.json()) == (OK, {"value": shown})


def test_an_unannotated_path_variable_is_text() -> None:
    app = App()

    @app.get("/{q}")
    async def read(q):  # type: ignore[no-untyped-def]
        return q

    assert request(app, "GET", "/7").json() == "7"


def test_path_refusals() -> None:
    app = App()

    @app.get("/{q}")
    async def read(q: Annotated[int, Path(ge=10)]) -> int:
        return q

    assert request(app, "GET", "/x").errors == [("path.q", "Expected `int`, got `str`", "value_error.msgspec")]
    assert request(app, "GET", "/9").errors == [("path.q", "Expected `int` >= 10", "value_error.msgspec")]


def test_a_converted_path_variable_obeys_constraints() -> None:
    app = App()

    @app.get("/{q:int}")
    async def read(q: Annotated[int, Path(ge=10)]) -> int:
        return q

    assert request(app, "GET", "/10").json() == 10
    assert request(app, "GET", "/9").errors == [("path.q", "Expected `int` >= 10", "value_error.msgspec")]


def test_headers() -> None:
    app = App()

    @app.get("/")
    async def read(
        user_agent: Annotated[str, Header()],
        x_token: Annotated[list[str] | None, Header()] = None,
        plain_name: str | None = Header(None, convert_underscores=False),
        x_count: int = Header(0, ge=0),
        other: str | None = Header(None, alias="X-Other"),
    ) -> list[Any]:
        return [user_agent, x_token, plain_name, x_count, other]

    pairs = [("User-Agent", "me"), ("X-Token", "a"), ("X-Token", "b"), ("plain_name", "p"), ("x-count", "3")]
    assert request(app, "GET", "/", headers=[*pairs, ("x-other", "o")]).json() == ["me", ["a", "b"], "p", 3, "o"]
    assert request(app, "GET", "/", headers={"user_agent": "x"}).errors == [
        ("header.user-agent", "Field required", "value_error.missing")
    ]
    assert request(app, "GET", "/", headers={"user-agent": "x", "x-count": "-1"}).errors == [
        ("header.x-count", "Expected `int` >= 0", "value_error.msgspec")
    ]


def test_cookies() -> None:
    app = App()

    @app.get("/")
    async def read(session: Annotated[str, Cookie()], count: int = Cookie(0)) -> list[Any]:
        return [session, count]

    assert request(app, "GET", "/", headers={"cookie": "session=abc; count=2"}).json() == ["abc", 2]
    assert request(app, "GET", "/", headers=[("cookie", "session=abc"), ("cookie", "count=2")]).json() == ["abc", 2]
    assert request(app, "GET", "/", headers={"cookie": "count=x"}).errors == [
        ("cookie.session", "Field required", "value_error.missing"),
        ("cookie.count", "Expected `int`, got `str`", "value_error.msgspec"),
    ]


class Filter(msgspec.Struct):
    limit: Annotated[int, msgspec.Meta(ge=1)] = 10
    tags: list[str] = []
    order_by: Literal["created", "updated"] = "created"


class StrictFilter(msgspec.Struct, forbid_unknown_fields=True):
    limit: int = 10


@dataclass
class DataFilter:
    name: str
    page: int = 1
    tags: list[str] = field(default_factory=list)


def test_query_models() -> None:
    app = App()

    @app.get("/")
    async def read(found: Annotated[Filter, Query()], q: str = "") -> list[Any]:
        return [found, q]

    assert request(app, "GET", "/").json() == [{"limit": 10, "tags": [], "order_by": "created"}, ""]
    assert request(app, "GET", "/?limit=2&tags=a&tags=b&q=x").json() == [
        {"limit": 2, "tags": ["a", "b"], "order_by": "created"},
        "x",
    ]
    assert request(app, "GET", "/?limit=0&order_by=no").errors == [
        ("query.limit", "Expected `int` >= 1", "value_error.msgspec"),
        ("query.order_by", "Invalid enum value 'no'", "value_error.msgspec"),
    ]


def test_a_model_that_forbids_other_names() -> None:
    app = App()

    @app.get("/")
    async def read(found: Annotated[StrictFilter, Query()], q: str = "") -> list[Any]:
        return [found, q]

    assert request(app, "GET", "/?limit=1&q=x").json() == [{"limit": 1}, "x"]
    assert request(app, "GET", "/?limit=a&q=x&other=1").errors == [
        ("query.limit", "Expected `int`, got `str`", "value_error.msgspec"),
        ("query.other", "Object contains unknown field `other`", "value_error.msgspec"),
    ]


def test_several_models_of_one_source() -> None:
    app = App()

    @app.get("/")
    async def read(
        first: Annotated[Filter, Query()],
        second: Annotated[DataFilter, Query()],
        third: Annotated[StrictFilter | None, Query()] = None,
    ) -> list[Any]:
        return [first.limit, second.name, second.page, third]

    assert request(app, "GET", "/?name=n&page=2").json() == [10, "n", 2, None]
    assert request(app, "GET", "/?name=n&limit=4").json() == [4, "n", 1, {"limit": 4}]
    assert request(app, "GET", "/").errors == [("query.name", "Field required", "value_error.missing")]


def test_header_cookie_and_form_models() -> None:
    class Heads(msgspec.Struct):
        x_token: str
        accept_language: list[str] = []

    class Cookies(msgspec.Struct):
        session: str
        count: int = 0

    class Login(msgspec.Struct):
        user: str
        password: str
        tags: list[int] = []

    app = App()

    @app.post("/")
    async def read(
        heads: Annotated[Heads, Header()], cookies: Annotated[Cookies, Cookie()], login: Annotated[Login, Form()]
    ) -> list[Any]:
        return [heads, cookies, login]

    form = {"content-type": "application/x-www-form-urlencoded"}
    reply = request(
        app,
        "POST",
        "/",
        content=b"user=u&password=p&tags=1&tags=2",
        headers={"X-Token": "t", "Accept-Language": "de", "Cookie": "session=s; count=4", **form},
    )
    assert reply.json() == [
        {"x_token": "t", "accept_language": ["de"]},
        {"session": "s", "count": 4},
        {"user": "u", "password": "p", "tags": [1, 2]},
    ]
    assert request(app, "POST", "/", content=b"user=u&password=", headers=form).errors == [
        ("header.x-token", "Field required", "value_error.missing"),
        ("cookie.session", "Field required", "value_error.missing"),
        ("body.password", "Field required", "value_error.missing"),
    ]


def test_a_model_in_the_style_of_deep_objects() -> None:
    app = App()

    @app.get("/")
    async def read(found: Annotated[Filter, Query(style="deepObject")]) -> Filter:
        return found

    assert request(app, "GET", "/?found[limit]=3&found[tags]=a&found[tags]=b").json() == {
        "limit": 3,
        "tags": ["a", "b"],
        "order_by": "created",
    }
    assert request(app, "GET", "/?found[limit]=0").errors == [
        ("query.found", "Expected `int` >= 1 - at `$.limit`", "value_error.msgspec")
    ]


def test_form_fields() -> None:
    app = App()

    @app.post("/")
    async def read(
        name: Annotated[str, Form()],
        tags: Annotated[list[int], Form()],
        age: Annotated[int | None, Form()] = None,
        extra: str = Form("none"),
    ) -> list[Any]:
        return [name, tags, age, extra]

    form = {"content-type": "application/x-www-form-urlencoded"}
    reply = request(app, "POST", "/", content=b"name=n&tags=1&tags=2&age=&extra=", headers=form)
    assert reply.json() == ["n", [1, 2], None, "none"]
    assert request(app, "POST", "/", **multipart(("name", "n"), ("tags", "1"))).json() == ["n", [1], None, "none"]
    assert request(app, "POST", "/", content=b"tags=x", headers=form).errors == [
        ("body.name", "Field required", "value_error.missing"),
        ("body.tags", "Expected `int`, got `str` - at `$[0]`", "value_error.msgspec"),
    ]
    assert request(app, "POST", "/", json={"name": "n"}).status == BAD


def test_every_error_of_a_request_at_once() -> None:
    app = App()

    class Item(msgspec.Struct):
        name: str
        price: float

    @app.post("/{item_id}")
    async def read(
        item_id: int, item: Item, limit: int, x_token: Annotated[int, Header()], session: Annotated[int, Cookie()]
    ) -> None: ...

    reply = request(app, "POST", "/x?limit=y", json={"name": 1}, headers={"x-token": "z", "cookie": "session=w"})
    assert reply.errors == [
        ("path.item_id", "Expected `int`, got `str`", "value_error.msgspec"),
        ("query.limit", "Expected `int`, got `str`", "value_error.msgspec"),
        ("header.x-token", "Expected `int`, got `str`", "value_error.msgspec"),
        ("cookie.session", "Expected `int`, got `str`", "value_error.msgspec"),
        ("body", "Expected `str`, got `int` - at `$.name`", "value_error.msgspec"),
        ("body", "Object missing required field `price`", "value_error.missing"),
    ]


def test_one_parameter_read_twice_is_parsed_and_reported_once() -> None:
    from faster_core import Depends

    app = App()
    parsed: list[str] = []

    def made() -> str:
        parsed.append("x")
        return "x"

    async def first(q: str = Query(default_factory=made)) -> str:
        return q

    async def common(limit: int) -> int:
        return limit

    @app.get("/")
    async def read(limit: int, one: Annotated[int, Depends(common)]) -> list[int]:
        return [limit, one]

    assert request(app, "GET", "/?limit=1").json() == [1, 1]
    assert len(request(app, "GET", "/?limit=x").errors) == 1
    source = app.routes[0].explain().source
    assert source.count("query.get(") == 1


def test_too_many_query_parameters() -> None:
    app = app_reading(str, "d")
    assert request(app, "GET", "/?" + "&".join(f"a{i}=1" for i in range(1000))).status == OK
    assert request(app, "GET", "/?" + "&".join(f"a{i}=1" for i in range(1001))).status == 400
