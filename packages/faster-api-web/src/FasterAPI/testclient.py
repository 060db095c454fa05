"""The test clients: those of `faster_testclient`, which need httpx when one of them is used."""

from typing import TYPE_CHECKING, Any

from FasterAPI._lazy import find

if TYPE_CHECKING:
    from FasterAPI._testclient import AsyncTestClient, TestClient

__all__ = ["AsyncTestClient", "TestClient"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return find(name)
