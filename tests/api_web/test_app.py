"""`Faster`."""

import inspect
from typing import Any

import pytest

from faster_core import App
from FasterAPI import Faster, TestClient


def test_an_unknown_argument_is_refused() -> None:
    arguments: dict[str, Any] = {"titel": "Shop"}
    with pytest.raises(TypeError, match="unexpected keyword argument 'titel'"):
        Faster(**arguments)


def test_takes_what_the_kernel_takes() -> None:
    ours, theirs = (inspect.signature(cls).parameters for cls in (Faster, App))
    assert [name for name in theirs if name not in ours] == []
    assert [name for name in theirs if theirs[name].default != ours[name].default] == []


def test_takes_what_fastapi_takes() -> None:
    fastapi = pytest.importorskip("fastapi")
    names = set(inspect.signature(fastapi.FastAPI).parameters) - {"routes", "telemetry"}
    assert sorted(names - set(inspect.signature(Faster).parameters)) == []


def test_keeps_what_it_is_called() -> None:
    app = Faster(title="Shop", version="1.2")
    assert (app.title, app.version) == ("Shop", "1.2")


def test_a_subclass_can_change_the_document() -> None:
    class Shop(Faster):
        def openapi(self) -> dict[str, Any]:
            schema = super().openapi()
            schema["info"]["x-logo"] = {"url": "/logo.png"}
            return schema

    shop = Shop(title="Shop")
    assert shop.openapi()["info"]["x-logo"] == {"url": "/logo.png"}
    assert TestClient(shop).get("/openapi.json").json() == shop.openapi() == Faster.openapi(shop)
