"""Overrides: everything a dictionary can do, at any depth, and only where they matter."""

import asyncio
import threading
from typing import Annotated, Any

import pytest

from faster_core import App, Depends, FasterRouter, Header, WebSocket
from faster_core.overrides import Overrides
from tests.core.client import converse, request, run_request


async def settings() -> str:
    return "real"


async def service(value: Annotated[str, Depends(settings)]) -> str:
    return f"service with {value}"


def fake() -> str:
    return "fake"


def app_with_service() -> App:
    app = App()
    router = FasterRouter(dependencies=[Depends(settings)])

    @router.get("/")
    async def read(value: Annotated[str, Depends(service)]) -> str:
        return value

    @app.get("/untouched")
    async def untouched() -> str:
        return "untouched"

    app.include_router(router)
    return app


def answer(app: App) -> str:
    value: str = request(app, "GET", "/").json()
    return value


def test_an_override_at_any_depth() -> None:
    app = app_with_service()
    assert answer(app) == "service with real"
    app.dependency_overrides[settings] = fake
    assert answer(app) == "service with fake"
    app.dependency_overrides[service] = fake
    assert answer(app) == "fake"
    app.dependency_overrides = {}
    assert answer(app) == "service with real"
    app.dependency_overrides = {settings: fake}
    assert answer(app) == "service with fake"


def test_an_override_has_arguments_of_its_own() -> None:
    app = app_with_service()

    async def other(x_name: Annotated[str, Header()], q: int = 1) -> str:
        return f"{x_name} {q}"

    app.dependency_overrides[settings] = other
    assert request(app, "GET", "/?q=2", headers={"x-name": "n"}).json() == "service with n 2"
    assert request(app, "GET", "/").errors == [("header.x-name", "Field required", "value_error.missing")]


def test_an_override_of_what_an_override_needs() -> None:
    app = app_with_service()

    async def deeper() -> str:
        return "deeper"

    async def other(value: Annotated[str, Depends(deeper)]) -> str:
        return f"other {value}"

    app.dependency_overrides[service] = other
    assert answer(app) == "other deeper"
    app.dependency_overrides[deeper] = fake
    assert answer(app) == "other fake"
    del app.dependency_overrides[deeper]
    assert answer(app) == "other deeper"


def test_in_a_websocket() -> None:
    app = App()

    @app.websocket("/")
    async def talk(websocket: WebSocket, value: Annotated[str, Depends(settings)]) -> None:
        await websocket.accept()
        await websocket.send_text(value)

    app.dependency_overrides[settings] = fake
    assert converse(app, "/")[1] == {"type": "websocket.send", "text": "fake"}


def test_what_is_not_touched_is_not_built_anew() -> None:
    app = app_with_service()
    answer(app)
    request(app, "GET", "/untouched")
    touched, untouched = (next(route for route in app.routes if route.path == path) for path in ("/", "/untouched"))
    before = touched.app, untouched.app
    app.dependency_overrides[settings] = fake
    answer(app)
    assert touched.app is not before[0]
    assert untouched.app is before[1]


def test_the_plan_as_declared_stays() -> None:
    app = app_with_service()
    route = next(route for route in app.routes if route.path == "/")
    plan = route.plan
    app.dependency_overrides[settings] = fake
    answer(app)
    assert route.plan is plan


def test_an_override_in_one_context() -> None:
    app = app_with_service()
    assert answer(app) == "service with real"
    with app.override({settings: fake}):
        assert answer(app) == "service with fake"
        with app.override({settings: lambda: "inner"}):
            assert answer(app) == "service with inner"
        assert answer(app) == "service with fake"
        seen: list[str] = []
        thread = threading.Thread(target=lambda: seen.append(answer(app)))
        thread.start()
        thread.join()
        assert seen == ["service with real"]
    assert answer(app) == "service with real"
    assert answer(app) == "service with real"


def test_two_tasks_with_overrides_of_their_own() -> None:
    app = app_with_service()

    async def asking(word: str) -> Any:
        with app.override({settings: lambda: word}):
            await asyncio.sleep(0)
            return (await run_request(app, "GET", "/")).json()

    async def run() -> list[Any]:
        return await asyncio.gather(*(asking(str(index)) for index in range(10)))

    assert asyncio.run(run()) == [f"service with {index}" for index in range(10)]


def test_an_override_in_one_context_comes_before_the_application_s() -> None:
    app = app_with_service()
    app.dependency_overrides[settings] = fake
    with app.override({settings: lambda: "local"}):
        assert answer(app) == "service with local"
    assert answer(app) == "service with fake"


@pytest.mark.parametrize(
    ("change", "left", "told"),
    [
        (lambda o: o.__setitem__(fake, settings), {settings: fake, fake: settings}, [fake]),
        (lambda o: o.__delitem__(settings), {}, [settings]),
        (lambda o: o.pop(settings), {}, [settings]),
        (lambda o: o.pop(fake, None), {settings: fake}, [fake]),
        (lambda o: o.popitem(), {}, [settings]),
        (lambda o: o.clear(), {}, [settings]),
        (lambda o: o.setdefault(service, fake), {settings: fake, service: fake}, [service]),
        (lambda o: o.update({service: fake}), {settings: fake, service: fake}, [service]),
        (lambda o: o.__ior__({service: fake}), {settings: fake, service: fake}, [service]),
    ],
    ids=["set", "delete", "pop", "pop none", "popitem", "clear", "setdefault", "update", "ior"],
)
def test_every_change_is_told(change: Any, left: dict[Any, Any], told: list[Any]) -> None:
    seen: list[Any] = []
    overrides = Overrides(seen.extend)
    overrides[settings] = fake
    seen.clear()
    change(overrides)
    assert overrides == left
    assert seen == told
