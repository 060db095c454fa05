"""What `fasterapi routes --explain` says about one route."""

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest

from FasterAPI.cli.explanation import Explanation, explain, type_name, write
from FasterAPI.cli.target import load_app
from tests.api_web.cli.project import SHOP
from tests.api_web.cli.project import write as write_files


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Explanation]:
    folder = write_files(tmp_path_factory.mktemp("explained"), explained_shop=SHOP)
    app = load_app("explained_shop", folder)
    sys.path.remove(str(folder))
    return {route.name: explain(app, route) for route in app.routes if hasattr(route, "plan")}


def test_what_is_around_it(explained: dict[str, Explanation]) -> None:
    assert explained["create"].middleware == ["Middleware(CORSMiddleware, allow_origins=['https://a.example'])"]


def test_functions(explained: dict[str, Explanation]) -> None:
    create = explained["create"]
    assert (create.handler.name, create.handler.runs) == ("create (explained_shop.py:34)", "thread")
    (session,) = create.handler.needs
    facts = (session.argument, session.name, session.runs, session.scope, session.cached)
    assert facts == ("session", "open_session (explained_shop.py:25)", "thread generator", "request", True)
    (pool,) = session.needs
    assert (pool.argument, pool.runs, pool.scope, pool.needs) == ("pool", "loop generator", "app", [])
    (key,) = create.called_first
    assert (key.argument, key.security) == (None, "APIKeyHeader")


def test_inputs(explained: dict[str, Explanation]) -> None:
    found = [(one.source, one.name, one.type, one.required, one.default) for one in explained["list_items"].inputs]
    assert found == [
        ("query", "limit", "int", False, "10"),
        ("query", "tag", "list[str]", False, None),
        ("query", "q", "str | None", False, "None"),
    ]
    assert [(one.source, one.name, one.required) for one in explained["create"].inputs] == [("path", "item_id", True)]


def test_body_and_result(explained: dict[str, Explanation]) -> None:
    create = explained["create"]
    assert create.body == "application/json for item: Item, decoded by msgspec.json.Decoder"
    assert create.result == "201 JSONResponse of Item, encoded as it is when it is a Item, otherwise filtered first"
    assert create.responses == {"404": "No such item."}
    assert explained["rename"].body == "application/x-www-form-urlencoded with name: str"
    assert explained["list_items"].body is None
    assert (explained["live"].methods, explained["live"].result) == (["WEBSOCKET"], None)


def test_limits_and_source(explained: dict[str, Explanation]) -> None:
    create = explained["create"]
    assert create.limits["max_body_size"] == 10 * 1024 * 1024
    assert "async def endpoint(scope, receive, send):" in create.source


def test_text(explained: dict[str, Explanation]) -> None:
    lines = write(explained["create"]).splitlines()
    assert lines[0] == "POST /items/{item_id}  (create)"
    wanted = [
        "  session = open_session (explained_shop.py:25): runs in thread generator, scope request, once a request",
        "      pool = open_pool (explained_shop.py:21): runs in loop generator, scope app, once a request",
        "  path item_id: int, required",
        "  404  No such item.",
        "  max_body_size = 10,485,760",
        "  async def endpoint(scope, receive, send):",
    ]
    assert [line for line in wanted if line not in lines and f"  {line}" not in lines] == []
    assert "  query q: str | None, default None" in write(explained["list_items"]).splitlines()
    assert "body" not in write(explained["live"]).splitlines()


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        (int, "int"),
        (int | None, "int | None"),
        (Annotated[int, "x"], "int"),
        (list[Annotated[int, "x"]], "list[int]"),
        (dict[str, list[int]], "dict[str, list[int]]"),
        (tuple[int, ...], "tuple[int, …]"),
        (Literal["a", 1], "Literal['a', 1]"),
        (Path, "Path"),
        (Any, "Any"),
        (None, "None"),
    ],
)
def test_types_as_programmers_write_them(annotation: Any, name: str) -> None:
    assert type_name(annotation) == name
