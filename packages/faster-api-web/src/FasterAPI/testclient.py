"""The test clients: those of `faster_testclient`, which need httpx when one of them is used."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from FasterAPI._lazy import LAZY, find

if TYPE_CHECKING:
    from FasterAPI._testclient import AsyncTestClient, TestClient, WebSocketDenialResponse

__all__ = ["AsyncTestClient", "TestClient", "WebSocketDenialResponse"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name in LAZY:
        return find(name)
    find("TestClient")  # Without httpx, the error that says what to install.
    return getattr(import_module("FasterAPI._testclient"), name)
