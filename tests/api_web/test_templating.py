"""`Jinja2Templates`."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("httpx")
pytest.importorskip("jinja2")

import jinja2

from FasterAPI import BackgroundTask, CORSMiddleware, Faster, GZipMiddleware, Request, Response, TestClient
from FasterAPI.templating import Jinja2Templates, TemplateResponse


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "item.html").write_text("<p>{{ name }} at {{ request.url.path }}</p>")
    (tmp_path / "link.html").write_text("{{ url_for('show', name=name) }}")
    (tmp_path / "shop.txt").write_text("{{ shop }}, {{ name }}")
    return tmp_path


def in_between(app: Faster) -> None:
    @app.middleware("http")
    async def pass_on(request: Request, call_next: Any) -> Any:
        return await call_next(request)


def cors(app: Faster) -> None:
    app.add_middleware(CORSMiddleware, allow_origins=["*"])


def serve(templates: Jinja2Templates, template: str, **options: Any) -> Any:
    app = Faster(openapi_url=None)

    @app.get("/items/{name}")
    async def show(request: Request, name: str) -> Response:
        return templates.TemplateResponse(request, template, {"name": name}, **options)

    return TestClient(app)


def test_response(folder: Path) -> None:
    answer = serve(Jinja2Templates(folder), "item.html").get("/items/tea")
    assert (answer.status_code, answer.text) == (200, "<p>tea at /items/tea</p>")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_a_test_sees_the_template_and_its_context(folder: Path) -> None:
    templates = Jinja2Templates(folder, context_processors=[lambda request: {"shop": "Leaf"}])
    answer = serve(templates, "item.html").get("/items/tea")
    assert answer.template.name == "item.html"
    request = answer.context.pop("request")
    assert (request.url.path, answer.context) == ("/items/tea", {"shop": "Leaf", "name": "tea"})


@pytest.mark.parametrize("extensions", [{}, {"extensions": None}, {"extensions": {"http.response.trailers": {}}}])
def test_a_server_gets_the_response_alone(folder: Path, extensions: dict[str, Any]) -> None:
    response = TemplateResponse(Jinja2Templates(folder).get_template("shop.txt"), {"shop": "Leaf", "name": "tea"})
    sent: list[str] = []

    async def receive() -> dict[str, Any]:
        raise AssertionError("nothing is received")

    async def send(message: Any) -> None:
        sent.append(message["type"])

    asyncio.run(response({"type": "http", "method": "GET", **extensions}, receive, send))
    assert sent == ["http.response.start", "http.response.body"]


@pytest.mark.parametrize("add", [lambda app: app.add_middleware(GZipMiddleware, minimum_size=1), in_between, cors])
def test_middleware_lets_the_template_through(folder: Path, add: Any) -> None:
    app = Faster(openapi_url=None)
    add(app)

    @app.get("/")
    async def show(request: Request) -> Response:
        return Jinja2Templates(folder).TemplateResponse(request, "item.html", {"name": "tea"})

    answer: Any = TestClient(app).get("/", headers={"origin": "http://a.example"})
    assert (answer.status_code, answer.template.name) == (200, "item.html")


def test_options(folder: Path) -> None:
    seen: list[str] = []
    task = BackgroundTask(seen.append, "ran")
    options = {"status_code": 404, "headers": {"x-shop": "1"}, "media_type": "text/plain", "background": task}
    answer = serve(Jinja2Templates(str(folder)), "item.html", **options).get("/items/tea")
    assert (answer.status_code, answer.headers["x-shop"], seen) == (404, "1", ["ran"])
    assert answer.headers["content-type"].startswith("text/plain")


def test_what_is_printed_is_escaped(folder: Path) -> None:
    answer = serve(Jinja2Templates(folder), "item.html").get("/items/%3Cb%3E")
    assert answer.text.startswith("<p>&lt;b&gt; at")


def test_url_for(folder: Path) -> None:
    answer = serve(Jinja2Templates(folder), "link.html").get("/items/green tea")
    assert answer.text == "http://testserver/items/green%20tea"


def test_context_processors_stand_behind_the_context(folder: Path) -> None:
    def shop(request: Request) -> dict[str, str]:
        return {"shop": "Corner", "name": "overridden"}

    answer = serve(Jinja2Templates(folder, context_processors=[shop]), "shop.txt").get("/items/tea")
    assert answer.text == "Corner, tea"


def test_several_directories_are_searched_in_order(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    first = tmp_path_factory.mktemp("first")
    (first / "item.html").write_text("first")
    templates = Jinja2Templates([first, folder])
    assert templates.get_template("item.html").render() == "first"
    assert templates.get_template("link.html").name == "link.html"


def test_an_environment_of_ones_own() -> None:
    env = jinja2.Environment(loader=jinja2.DictLoader({"a": "{{ name }}"}), autoescape=False)
    answer = serve(Jinja2Templates(env=env), "a").get("/items/%3Cb%3E")
    assert answer.text == "<b>"


def test_tests_see_template_and_context(folder: Path) -> None:
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": []})
    answer = Jinja2Templates(folder).TemplateResponse(request, "item.html", {"name": "x"})
    assert isinstance(answer, TemplateResponse)
    assert (answer.template.name, answer.context) == ("item.html", {"request": request, "name": "x"})


@pytest.mark.parametrize("options", [{}, {"directory": ".", "env": jinja2.Environment()}])
def test_directory_or_environment(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^Jinja2Templates takes a directory or an env: exactly one of them\.$"):
        Jinja2Templates(**options)


def test_arguments_in_the_old_order(folder: Path) -> None:
    templates: Any = Jinja2Templates(folder)
    with pytest.raises(TypeError, match=r"got a str as the request\. Write TemplateResponse\(request, name, context\)"):
        templates.TemplateResponse("item.html", {"request": None})


def test_no_such_template(folder: Path) -> None:
    with pytest.raises(jinja2.TemplateNotFound):
        Jinja2Templates(folder).get_template("none.html")
