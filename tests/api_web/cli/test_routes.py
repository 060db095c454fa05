"""`fasterapi routes`."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.api_web.cli.project import SHOP, run, write


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("routes")
    return write(folder, main=SHOP, empty="from FasterAPI import Faster\napp = Faster(openapi_url=None)\n")


def test_table(folder: Path) -> None:
    code, text, _ = run(folder, "routes")
    rows = [line.split() for line in text.splitlines()]
    assert code == 0
    assert [row[:3] for row in rows] == [
        ["METHOD", "PATH", "NAME"],
        ["GET", "/items", "list_items"],
        ["POST", "/items/{item_id}", "create"],
        ["PUT", "/items/{item_id}", "rename"],
        ["WEBSOCKET", "/live", "live"],
        ["MOUNT", "/other", "other"],
        ["HOST", "{tenant}.example.org", "tenant"],
    ]
    assert rows[1][3:] == ["list_items", "(main.py:29)"]


def test_table_as_json(folder: Path) -> None:
    rows = json.loads(run(folder, "routes", "--json")[1])
    assert rows[1] == {
        "methods": ["POST"],
        "path": "/items/{item_id}",
        "name": "create",
        "place": "create (main.py:34)",
    }


def test_nothing_to_show(folder: Path) -> None:
    assert run(folder, "routes", "empty")[1] == "There are no routes.\n"


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("/items", ["list_items"]),
        ("/items/{item_id}", ["create", "rename"]),
        ("/items/7", ["create", "rename"]),
        ("PUT /items/7", ["rename"]),
        ("put /items/{item_id}", ["rename"]),
        ("WEBSOCKET /live", ["live"]),
    ],
)
def test_which_routes_are_explained(folder: Path, wanted: str, names: list[str]) -> None:
    found: list[dict[str, Any]] = json.loads(run(folder, "routes", "--json", "--explain", wanted)[1])
    assert [one["name"] for one in found] == names


@pytest.mark.parametrize("wanted", ["/nothing", "DELETE /items"])
def test_no_route_to_explain(folder: Path, wanted: str) -> None:
    code, _, error = run(folder, "routes", "--explain", wanted)
    assert code == 2
    assert f"Error: No route answers {wanted}. See them all with: fasterapi routes" in error
