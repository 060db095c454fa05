"""The shop answers what its document says: schemathesis finds nothing, and generated clients work."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("aiosqlite")

from tests.docs.server import EXAMPLES

KEY = {"X-API-Key": "open-sesame"}

# What no schema can say: relations between fields, and what is in the database.
TOLD = "min_price_cents is greater|There is no (customer|product) [0-9]+ - at|It has been changed meanwhile"


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """The shop in this process, on an empty database."""
    monkeypatch.setenv("SHOP_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'shop.sqlite3'}")
    monkeypatch.setenv("SHOP_API_KEY", KEY["X-API-Key"])
    monkeypatch.syspath_prepend(str(EXAMPLES))
    known = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "shop"}
    for name in known:
        monkeypatch.delitem(sys.modules, name)
    from shop.main import app

    yield app
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
        del sys.modules[name]


def test_schemathesis_finds_nothing(shop: Any) -> None:
    pytest.importorskip("schemathesis", reason="schemathesis is not installed")
    from tests.openapi.acceptance.probe import findings

    assert findings(shop, told=TOLD, headers=KEY) == []
