"""Packages that import their names when they are first used."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from faster_core.deferred import deferred

INIT = """
from faster_core.deferred import deferred
__getattr__, __dir__ = deferred(__name__, {{"{name}.cart": ("Cart", "add"), "{name}.stock": ("Stock",)}})
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A package with two modules, neither of which is imported yet."""
    name = "a_shop_for_deferred_names"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text(INIT.format(name=name))
    (folder / "cart.py").write_text("class Cart: ...\ndef add(): return Cart()\n")
    (folder / "stock.py").write_text("class Stock: ...\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module(name)
    for module in [module for module in sys.modules if module.partition(".")[0] == name]:
        del sys.modules[module]


def loaded(package: ModuleType) -> set[str]:
    return {name.rpartition(".")[2] for name in sys.modules if name.startswith(f"{package.__name__}.")}


def test_a_module_is_imported_when_one_of_its_names_is_used(shop: Any) -> None:
    assert loaded(shop) == set()
    assert isinstance(shop.add(), shop.Cart)
    assert loaded(shop) == {"cart"}


def test_a_name_is_found_once(shop: Any) -> None:
    assert "Stock" not in vars(shop)
    found = shop.Stock
    assert vars(shop)["Stock"] is found


def test_every_name_is_listed_before_it_is_used(shop: Any) -> None:
    assert {"Cart", "Stock", "add"} <= set(dir(shop))
    assert loaded(shop) == set()


def test_unknown_name(shop: Any) -> None:
    with pytest.raises(AttributeError, match=f"^module '{shop.__name__}' has no attribute 'Card'$"):
        shop.Card  # noqa: B018


def test_a_submodule_is_found_as_ever(shop: Any) -> None:
    assert importlib.import_module(f"{shop.__name__}.stock").Stock is shop.Stock


def test_nothing_is_listed_twice() -> None:
    find, names = deferred(__name__, {"json": ("dumps", "loads")})
    assert names().count("dumps") == 1
    assert find("dumps") is json.dumps


UNUSED = {
    "dataclasses",
    "difflib",
    "faster_core.endpoint",
    "faster_core.security.scopes",
    "faster_core.sse",
    "faster_core.files",
    "faster_core.middleware.base",
    "faster_core.middleware.cors",
    "faster_core.multipart",
    "faster_core.security.http",
    "faster_core.staticfiles",
    "faster_openapi.describe",
    "faster_openapi.diff.document",
    "faster_openapi.pages.page",
    "FasterAPI.server",
    "FasterAPI.status",
    "hashlib",
    "hmac",
    "html",
    "importlib.resources",
    "mimetypes",
    "uvicorn",
    "zoneinfo",
}


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("from faster_core.middleware import CORSMiddleware", {"faster_core.middleware.compression"}),
        ("from faster_core.security import HTTPBearer", {"faster_core.security.form"}),
        ("from faster_openapi import OpenAPI", {"faster_openapi.describe"}),
        ("from FasterAPI import Faster", UNUSED),
        ("from FasterAPI import Depends, Faster; Faster().get('/')(lambda q: {})", UNUSED),
    ],
)
def test_what_is_not_used_is_not_imported(statement: str, absent: set[str]) -> None:
    code = f"import sys\nbefore = set(sys.modules)\n{statement}\nprint(sorted({absent!r} & set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@pytest.mark.parametrize(
    "line",
    [
        "from FasterAPI import status; status.HTTP_200_OK",
        "import FasterAPI; FasterAPI.status.HTTP_200_OK",
        "import faster_openapi; import faster_openapi.diff.document; faster_openapi.diff({}, {}).changes",
        "from faster_openapi import diff; diff({}, {}).changes",
        "from faster_openapi.diff import Change, Comparison, Severity, diff; Comparison",
        "import FasterAPI.middleware; FasterAPI.middleware.CORSMiddleware",
        "import FasterAPI.middleware.cors; import FasterAPI; FasterAPI.CORSMiddleware",
    ],
)
def test_a_name_is_the_same_whatever_was_imported_before(line: str) -> None:
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize("package", ["faster_core.middleware", "faster_core.security", "faster_openapi", "FasterAPI"])
def test_every_public_name_is_there(package: str) -> None:
    module = importlib.import_module(package)
    core = [name for name in module.__all__ if name in dir(module)]
    assert core == list(module.__all__)
