"""Packages that import their names when they are first used."""

import importlib
import json
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
