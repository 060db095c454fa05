"""pytest fixtures: `client` and `override`. Loading them imports no httpx; using them does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from faster_testclient.client import TestClient
    from faster_testclient.types import ASGIApp

__all__ = ["ClientFactory", "Override", "client", "override"]


class ClientFactory(Protocol):
    """The `client` fixture."""

    def __call__(self, app: ASGIApp, **options: Any) -> TestClient:
        """An entered `TestClient(app, **options)`, left and closed after the test."""
        ...


class Override(Protocol):
    """The `override` fixture."""

    def __call__(self, app: Any, replacements: Mapping[Callable[..., Any], Callable[..., Any]]) -> None:
        """Replace dependencies of `app` until the end of the test."""
        ...


@pytest.fixture
def client() -> Iterator[ClientFactory]:
    """`client(app, **options)`: a test client whose lifespan has started and ends after the test."""
    from faster_testclient.client import TestClient

    with ExitStack() as stack:

        def make(app: ASGIApp, **options: Any) -> TestClient:
            made = TestClient(app, **options)
            stack.callback(made.close)
            return stack.enter_context(made)

        yield make


@pytest.fixture
def override() -> Iterator[Override]:
    """`override(app, {dependency: other})`: entries in `app.dependency_overrides`, taken back after the test."""
    with ExitStack() as stack:

        def replace(app: Any, replacements: Mapping[Callable[..., Any], Callable[..., Any]]) -> None:
            overrides = app.dependency_overrides
            before = dict(overrides)
            stack.callback(_restore, overrides, before, tuple(replacements))
            overrides.update(replacements)

        yield replace


def _restore(overrides: Any, before: dict[Any, Any], replaced: tuple[Any, ...]) -> None:
    """Put the replaced entries back as they were, and leave those that others made alone."""
    for dependency in replaced:
        if dependency in before:
            overrides[dependency] = before[dependency]
        else:
            overrides.pop(dependency, None)
