"""What a call of an application comes to."""

import asyncio
from typing import Any

import pytest

from faster_core import App
from faster_core.direct import direct


class Plain:
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        scope["seen"] = self


class Inherited(Plain):
    pass


class Answers(Plain):
    def __init__(self) -> None:
        # Not what a call of the object comes to: Python looks at the class.
        self.__call__ = None  # type: ignore[assignment, method-assign]


@pytest.mark.parametrize("kind", [Plain, Inherited, Answers])
def test_objects_are_called_by_their_method(kind: type[Plain]) -> None:
    app = kind()
    scope: dict[str, Any] = {}
    called: Any = direct(app)
    assert called.__self__ is app
    asyncio.run(called(scope, None, None))
    assert scope["seen"] is app


def test_whole_applications_too() -> None:
    app = App()
    called: Any = direct(app)
    assert called.__self__ is app


async def function(scope: Any, receive: Any, send: Any) -> None:
    raise NotImplementedError


def method() -> Any:
    return Plain().__call__


@pytest.mark.parametrize("app", [function, method(), print], ids=["function", "method", "builtin"])
def test_what_is_no_object_stays_what_it_is(app: Any) -> None:
    assert direct(app) is app
