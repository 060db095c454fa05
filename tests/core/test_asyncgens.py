"""Generators that the loop need not know of."""

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated, Any

import pytest

from faster_core import App, Depends
from faster_core.asyncgens import beginning, spare_loop
from tests.core.client import run_request, running


async def count() -> AsyncGenerator[int, None]:
    yield 1


async def exhaust(*generators: AsyncGenerator[int, None]) -> None:
    for generator in generators:
        assert [item async for item in generator] == [1]


@pytest.fixture
def begun() -> list[str]:
    return []


def record(begun: list[str]) -> None:
    """Note what begins from now on in this loop; it puts its own hooks back when it ends."""

    def firstiter(generator: Any) -> None:
        begun.append(generator.__name__)

    sys.set_asyncgen_hooks(firstiter=firstiter)


def test_only_what_an_endpoint_begins_is_not_taken_down() -> None:
    """A generator that an endpoint had begun before, or that another thread begins, is one like any other."""
    taken: list[Any] = []

    async def run() -> None:
        sys.set_asyncgen_hooks(firstiter=taken.append)
        with spare_loop():
            beginning[0] = count()
            await exhaust(foreign := count(), beginning[0])
            beginning[0] = count()
            await exhaust(interrupted := count())
        await exhaust(after := count())
        assert taken == [foreign, interrupted, after]

    asyncio.run(run())


class Compiled:
    """A generator as Cython makes them: of no Python code."""

    __name__ = "compiled"


def test_compiled_generators_are_taken_down(begun: list[str]) -> None:
    async def run() -> None:
        record(begun)
        with spare_loop():
            begin: Any = sys.get_asyncgen_hooks().firstiter
            begin(Compiled())

    asyncio.run(run())
    assert begun == ["compiled"]


def test_no_generator_is_kept_when_the_application_has_ended() -> None:
    async def run() -> None:
        with spare_loop():
            beginning[0] = count()
        assert beginning == [None]

    asyncio.run(run())


def test_the_finalizer_stays() -> None:
    async def run() -> None:
        before = sys.get_asyncgen_hooks()
        with spare_loop():
            assert sys.get_asyncgen_hooks().finalizer == before.finalizer
            assert before.finalizer is not None
            assert sys.get_asyncgen_hooks().firstiter != before.firstiter
        assert sys.get_asyncgen_hooks() == before

    asyncio.run(run())


def test_a_hook_of_somebody_else_is_left_alone(begun: list[str]) -> None:
    async def run() -> None:
        with spare_loop():
            record(begun)
        await exhaust(count())

    asyncio.run(run())
    assert begun == ["count"]


def test_without_a_loop_nothing_is_changed() -> None:
    with spare_loop():
        assert sys.get_asyncgen_hooks().firstiter is None


def test_applications_that_have_started_spare_the_loop(begun: list[str]) -> None:
    app = App()
    ends = []

    async def session() -> AsyncIterator[str]:
        yield "open"
        ends.append("closed")

    @app.get("/")
    async def read(session: Annotated[str, Depends(session)]) -> str:
        return session

    async def run() -> None:
        record(begun)
        async with running(app):
            assert (await run_request(app, "GET", "/")).json() == "open"

    asyncio.run(run())
    assert ends == ["closed"]
    assert "session" not in begun
