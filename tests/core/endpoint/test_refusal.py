"""The second pass: the places and words of every error, and what the exception holds."""

import dataclasses
from typing import Annotated, Any

import msgspec
import pytest

from faster_core import App, File, Form, Header, Limits, Query, Request, RequestValidationError
from faster_core.endpoint.refusal import Refusal
from faster_core.plan import PlanReader
from faster_core.response import JSONResponse
from faster_core.upload import UploadFile
from tests.core.client import multipart, request

FORM = {"content-type": "application/x-www-form-urlencoded"}


class Login(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    codes: list[int] = []


class Upload(msgspec.Struct):
    title: str
    picture: UploadFile
    more: list[UploadFile] = []


class Range(msgspec.Struct):
    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low must not be above high")


def test_what_the_exception_holds() -> None:
    app, seen = App(), []

    @app.exception_handler(RequestValidationError)
    async def answer(request: Request, exc: RequestValidationError) -> JSONResponse:
        seen.append((exc.errors[0]["loc"], exc.body))
        return JSONResponse("x", 422)

    @app.post("/json")
    async def json(item: dict[str, int]) -> None: ...

    @app.post("/form")
    async def form(a: Annotated[int, Form()]) -> None: ...

    request(app, "POST", "/json", json={"a": "b"})
    request(app, "POST", "/json", content=b"\xff", headers={"content-type": "application/json"})
    request(app, "POST", "/form", content=b"a=b", headers=FORM)
    assert seen == [(["body"], {"a": "b"}), (["body"], b"\xff"), (["body", "a"], {"a": "b"})]


def test_form_models() -> None:
    app = App()

    @app.post("/")
    async def login(login: Annotated[Login, Form()], other: Annotated[str, Form()] = "") -> list[Any]:
        return [login, other]

    assert request(app, "POST", "/", content=b"name=n&codes=1&codes=2&other=o", headers=FORM).json() == [
        {"name": "n", "codes": [1, 2]},
        "o",
    ]
    assert request(app, "POST", "/", content=b"codes=1&codes=x&extra=1&other=o", headers=FORM).errors == [
        ("body.name", "Field required", "value_error.missing"),
        ("body.codes", "Expected `int`, got `str` - at `$[1]`", "value_error.msgspec"),
        ("body.extra", "Object contains unknown field `extra`", "value_error.msgspec"),
    ]


def test_form_models_with_files() -> None:
    pytest.importorskip("python_multipart")
    app = App()

    @app.post("/")
    async def store(upload: Annotated[Upload, Form()]) -> list[Any]:
        return [upload.title, upload.picture.filename, [(await file.read()).decode() for file in upload.more]]

    parts = multipart(("title", "t"), ("picture", "p", "p.png"), ("more", "1", "1"), ("more", "2", "2"))
    assert request(app, "POST", "/", **parts).json() == ["t", "p.png", ["1", "2"]]
    assert request(app, "POST", "/", **multipart(("picture", "text"))).errors == [
        ("body.title", "Field required", "value_error.missing"),
        ("body.picture", "Expected `file`, got `str`", "value_error.msgspec"),
    ]


def test_pydantic_models_with_files() -> None:
    pytest.importorskip("python_multipart")
    pydantic = pytest.importorskip("pydantic")

    class Photo(pydantic.BaseModel):  # type: ignore[misc,name-defined]
        title: str
        picture: UploadFile
        more: list[UploadFile] = []

    async def store(photo: Any) -> list[Any]:
        return [photo.title, photo.picture.filename, len(photo.more)]

    store.__annotations__["photo"] = Annotated[Photo, Form()]
    app = App()
    app.post("/")(store)
    parts = multipart(("title", "t"), ("picture", "p", "p.png"), ("more", "1", "1"), ("more", "2", "2"))
    assert request(app, "POST", "/", **parts).json() == ["t", "p.png", 2]
    assert request(app, "POST", "/", **multipart(("picture", "text"))).errors == [
        ("body.title", "Field required", "value_error.missing"),
        ("body.picture", "Expected `file`, got `str`", "value_error.msgspec"),
    ]


def test_files_where_texts_are_asked_for() -> None:
    pytest.importorskip("python_multipart")
    app = App()

    @app.post("/")
    async def read(name: Annotated[str, Form()], data: Annotated[list[bytes], File(max_length=1)]) -> None: ...

    parts = multipart(("name", "x", "file"), ("data", "1", "a"), ("data", "2", "b"))
    assert ("body.name", "Expected `str`, got `file`", "value_error.msgspec") in request(
        app, "POST", "/", **parts
    ).errors


def test_what_only_the_whole_model_can_tell() -> None:
    app = App()

    @app.get("/")
    async def read(found: Annotated[Range, Query()]) -> None: ...

    errors = request(app, "GET", "/?low=3&high=2").errors
    assert errors == [("query", "low must not be above high", "value_error.msgspec")]


def test_an_optional_model_of_which_nothing_was_sent() -> None:
    app = App()

    @app.get("/")
    async def read(a: int, found: Annotated[Range | None, Query()] = None) -> None: ...

    assert [error[0] for error in request(app, "GET", "/?a=x").errors] == ["query.a"]
    assert [error[0] for error in request(app, "GET", "/?a=x&low=1").errors] == ["query.a", "query.high"]


def test_other_header_names_are_everybody_s() -> None:
    class Heads(msgspec.Struct):
        x_n: int

    app = App()

    @app.get("/")
    async def read(heads: Annotated[Heads, Header()]) -> int:
        return heads.x_n

    assert request(app, "GET", "/", headers={"x-n": "1", "user-agent": "me"}).json() == 1


def test_a_default_factory_that_fails_is_the_program_s_fault(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> str:
        raise ValueError("secret")

    app = App()

    @app.get("/")
    async def read(q: Annotated[str, Query(default_factory=fail)]) -> None: ...

    reply = request(app, "GET", "/")
    assert (reply.status, reply.text) == (500, "Internal Server Error")
    assert "The default factory fail (test_refusal.py:" in caplog.text
    assert request(app, "GET", "/?q=x").status == 200


def test_an_error_that_the_second_pass_does_not_find_is_told_all_the_same() -> None:
    plan = PlanReader().read(test_an_error_that_the_second_pass_does_not_find_is_told_all_the_same)
    made = Refusal(plan, limits=Limits())(ValueError("odd"), {"type": "http", "query_string": b""}, None, None)
    assert isinstance(made, RequestValidationError)
    assert made.errors == [{"loc": ["query"], "msg": "odd", "type": "value_error.msgspec"}]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("number=x&text=%ff", ["query.text", "query.number", "header.x-number"]),
        ("number=%ff&text=a", ["query.number", "header.x-number"]),
        ("number=1&other=%ed%a0%80", ["query.other", "header.x-number"]),
        ("number=x&%ff=1", ["query", "query.number", "header.x-number"]),
        ("number=1&text=%ff&text=%fe", ["query.text", "header.x-number"]),
    ],
)
def test_a_query_that_is_no_text_hides_no_other_error(query: str, places: list[str]) -> None:
    app = App()

    @app.get("/")
    async def read(number: int, x_number: Annotated[int, Header()], text: str = "") -> None: ...

    found = request(app, "GET", f"/?{query}", headers=[("x-number", "x")]).errors
    assert [place for place, _, _ in found] == places
    assert found[0][1].startswith("Invalid text: 'utf-8' codec can't decode byte")


class Person(msgspec.Struct):
    name: str
    age: int = 0


class Company(msgspec.Struct):
    company: str
    tags: list[str] = []
    age: str = "old"


@dataclasses.dataclass
class Report:
    title: str
    file: UploadFile


def union_app() -> App:
    app = App()

    @app.get("/")
    async def search(who: Annotated[Person | Company | None, Query()] = None) -> list[Any]:
        return [type(who).__name__, who]

    @app.post("/")
    async def enter(who: Annotated[Person | Company, Form()]) -> list[Any]:
        return [type(who).__name__, who]

    @app.post("/files")
    async def send(what: Annotated[Person | Report, Form()]) -> str:
        return type(what).__name__

    return app


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("name=a&age=3", ["Person", {"name": "a", "age": 3}]),
        ("company=c&tags=x&tags=y&age=3", ["Company", {"company": "c", "tags": ["x", "y"], "age": "3"}]),
        ("company=c&tags=x", ["Company", {"company": "c", "tags": ["x"], "age": "old"}]),
    ],
)
def test_models_of_a_union(query: str, expected: Any) -> None:
    pytest.importorskip("python_multipart")
    app = union_app()
    assert request(app, "GET", f"/?{query}").json() == expected
    assert request(app, "POST", "/", content=query.encode(), headers=FORM).json() == expected


def test_a_union_of_models_that_none_fits() -> None:
    pytest.importorskip("python_multipart")
    app = union_app()
    assert request(app, "GET", "/").json() == ["NoneType", None]
    missing = ("body", "Object missing required field `name`", "value_error.missing")
    assert request(app, "POST", "/", content=b"age=3", headers=FORM).errors == [missing]
    wrong = ("body", "Expected `int`, got `str` - at `$.age`", "value_error.msgspec")
    assert request(app, "POST", "/", content=b"name=a&age=x", headers=FORM).errors == [wrong]


def test_a_union_of_models_with_a_file() -> None:
    pytest.importorskip("python_multipart")
    app = union_app()
    assert request(app, "POST", "/files", **multipart(("title", "t"), ("file", "1", "a.txt"))).json() == "Report"
    assert request(app, "POST", "/files", **multipart(("name", "n"))).json() == "Person"
