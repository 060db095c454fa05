"""Forms, models of forms, and files."""

from typing import Annotated

import msgspec
import pytest

from FasterAPI import Faster, File, Form, HTMLResponse, TestClient, UploadFile
from tests.docs.fastapi.case import Case

app = Faster()


class Login(msgspec.Struct):
    username: str
    password: Annotated[str, msgspec.Meta(min_length=3)]
    tags: list[str] = []


class StrictLogin(msgspec.Struct, forbid_unknown_fields=True):
    username: str


@app.post("/login")
async def login(username: Annotated[str, Form()], password: str = Form()) -> dict[str, str]:
    return {"username": username, "password": password}


@app.post("/typed")
async def typed(
    age: Annotated[int, Form(ge=0)],
    colours: Annotated[list[str] | None, Form()] = None,
    nick: Annotated[str, Form()] = "-",
) -> list[object]:
    return [age, colours, nick]


@app.post("/model")
async def model(data: Annotated[Login, Form()]) -> Login:
    return data


@app.post("/strict")
async def strict(data: Annotated[StrictLogin, Form()]) -> StrictLogin:
    return data


@app.post("/bytes")
async def size_of(file: Annotated[bytes | None, File()] = None) -> int | None:
    return None if file is None else len(file)


@app.post("/upload")
async def upload(file: Annotated[UploadFile, File(description="Read as UploadFile")]) -> list[object]:
    first = await file.read(2)
    await file.seek(0)
    return [file.filename, file.content_type, file.size, first.decode(), (await file.read()).decode()]


@app.post("/plain")
async def plain(file: UploadFile | None = None) -> str | None:
    return file.filename if file else None


@app.post("/several")
async def several(files: list[UploadFile], extra: Annotated[list[bytes] | None, File()] = None) -> list[object]:
    return [[file.filename for file in files], [len(item) for item in extra or ()]]


@app.post("/mixed")
async def mixed(
    file: Annotated[bytes, File()], fileb: Annotated[UploadFile, File()], token: Annotated[str, Form()]
) -> object:
    return [len(file), fileb.filename, token]


@app.get("/", response_class=HTMLResponse)
async def page() -> str:
    return "<form action='/several' method='post'></form>"


def form(**fields: object) -> dict[str, object]:
    return {"data": fields}


def files(*items: tuple[str, tuple[str, bytes]], **fields: object) -> dict[str, object]:
    return {"files": list(items), "data": fields}


CASES = [
    Case("POST /login", {"username": "ada", "password": "secret"}, how=form(username="ada", password="secret")),
    Case("POST /login", ["body.password"], 422, form(username="ada")),
    Case("POST /login", ["body.username"], 422, form(username="", password="secret")),
    Case("POST /login", ["body.username", "body.password"], 422),
    Case("POST /login", ["body.username", "body.password"], 422, {"json": {"username": "ada", "password": "secret"}}),
    Case("POST /typed", [5, ["a", "b"], "-"], how=form(age="5", colours=["a", "b"])),
    Case("POST /typed", [5, None, "-"], how=form(age="5", nick="")),
    Case("POST /typed", ["body.age"], 422, form(age="-5")),
    Case(
        "POST /model",
        {"username": "ada", "password": "secret", "tags": ["x", "y"]},
        how=form(username="ada", password="secret", tags=["x", "y"], other="o"),
    ),
    Case("POST /model", ["body.username", "body.password"], 422, form(password="s")),
    Case("POST /strict", {"username": "ada"}, how=form(username="ada")),
    Case("POST /strict", ["body.extra"], 422, form(username="ada", extra="e")),
    Case("POST /bytes", 3, how=files(("file", ("a.txt", b"abc")))),
    Case("POST /bytes", None),
    Case("POST /upload", ["a.txt", "text/plain", 5, "he", "hello"], how=files(("file", ("a.txt", b"hello")))),
    Case("POST /upload", ["body.file"], 422),
    Case("POST /upload", ["body.file"], 422, form(file="text")),
    Case("POST /plain", "b.bin", how=files(("file", ("b.bin", b"")))),
    Case("POST /plain", None),
    Case("POST /several", [["a", "b"], []], how=files(("files", ("a", b"1")), ("files", ("b", b"2")))),
    Case("POST /several", [["a"], [2]], how=files(("files", ("a", b"1")), ("extra", ("b", b"22")))),
    Case("POST /several", ["body.files"], 422),
    Case("POST /mixed", [1, "b", "t"], how=files(("file", ("a", b"1")), ("fileb", ("b", b"2")), token="t")),
    Case("POST /mixed", ["body.fileb", "body.token"], 422, files(("file", ("a", b"1")))),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_forms_and_files(case: Case) -> None:
    case.check(app)


def test_a_page_with_a_form() -> None:
    response = TestClient(app).get("/")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.text.startswith("<form")


def test_a_form_beyond_its_limits() -> None:
    bounded = Faster(form_limits={"max_fields": 2}, max_body_size=1000)

    @bounded.post("/")
    async def count(data: Annotated[list[str], Form()]) -> int:
        return len(data)

    client = TestClient(bounded)
    assert client.post("/", data={"data": ["a", "b"]}).json() == 2
    assert client.post("/", data={"data": ["a", "b", "c"]}).status_code == 400
    assert client.post("/", data={"data": "a" * 2000}).status_code == 413
