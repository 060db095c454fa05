"""`type` aliases that contain themselves, as results: what works, and what is refused at registration."""

import json
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Annotated, Any

import msgspec
import pytest

from faster_core import App
from faster_core.exceptions import ConfigurationError, ResponseValidationError
from faster_core.result import renderer

pytestmark = pytest.mark.skipif(sys.version_info < (3, 12), reason="`type` statements came with Python 3.12")

STATEMENTS = """
type Tree = dict[str, Tree] | int
type Nest = list[Nest]
type Mixed = list[Mixed | int | None]
type Many[T] = list[Many[T]] | T
type Told = dict[str, Annotated[Told, Meta(description="more")]] | int
type Users = dict[str, Users] | list[User]
type Twigs = tuple[Twigs | None, int]
type Loop = Loop
type First = Second
type Second = First
type Own = Own | int
type Deep = list[Deep] | Deep | None
type Around = Annotated[Around, Meta(description="more")] | int
type Grown[T] = list[Grown[list[T]]]
type Held = dict[str, Annotated[Held, Meta(min_length=1)]] | int
"""


class User(msgspec.Struct):
    name: str


class Admin(User):
    token: str = "secret"


def aliases() -> dict[str, Any]:
    scope: dict[str, Any] = {"Annotated": Annotated, "Meta": msgspec.Meta, "User": User}
    exec(STATEMENTS if sys.version_info >= (3, 12) else "", scope)
    return scope


NAMES = aliases()


@pytest.fixture(autouse=True)
def deadline() -> Iterator[None]:
    """An alias that is followed for ever fails, and does not stop the tests."""

    def late(number: int, frame: FrameType | None) -> None:
        raise TimeoutError("an alias is followed for ever")

    if not hasattr(signal, "SIGALRM"):
        yield
        return
    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    ("written", "value", "shown"),
    [
        ("Tree", {"a": {"b": 1}, "c": 2}, {"a": {"b": 1}, "c": 2}),
        ("Tree", {"a": {"b": "1"}}, {"a": {"b": 1}}),
        ("dict[str, Tree]", {"a": 1}, {"a": 1}),
        ("Tree | None", None, None),
        ("Nest", [[], [[]]], [[], [[]]]),
        ("Mixed", [1, [2, None], []], [1, [2, None], []]),
        ("Many[int]", [[1], 2], [[1], 2]),
        ("Many[User]", [[Admin("Ada")], Admin("Bo")], [[{"name": "Ada"}], {"name": "Bo"}]),
        ("Told", {"a": {"b": 1}}, {"a": {"b": 1}}),
        ("Annotated[Told, Meta(description='all')]", {"a": {"b": 1}}, {"a": {"b": 1}}),
        ("Annotated[Nest, Meta(max_length=1)]", [[[], []]], [[[], []]]),
        ("Users", {"a": {"b": [Admin("Ada")]}}, {"a": {"b": [{"name": "Ada"}]}}),
        ("Users", [{"name": "Ada", "password": "x"}], [{"name": "Ada"}]),
        ("Twigs", ((None, 1), 2), [[None, 1], 2]),
    ],
)
def test_an_alias_that_contains_itself(written: str, value: Any, shown: Any) -> None:
    annotation = eval(written, NAMES)
    assert json.loads(renderer(annotation).render(value)) == shown
    assert json.loads(renderer(annotation, exclude_none=True).render(value)) == shown


@pytest.mark.parametrize(
    ("written", "value", "message"),
    [
        ("Tree", {"a": {"b": "x"}}, "Expected `object`, got `str` - at `$[...][...]`"),
        ("Nest", [[1]], "Expected `array`, got `int` - at `$[0][0]`"),
        ("Annotated[Nest, Meta(max_length=1)]", [[], []], "Expected `array` of length <= 1"),
        ("Users", {"a": [{}]}, "Expected `object`, got `array` - at `$[...]`"),
    ],
)
def test_what_does_not_fit(written: str, value: Any, message: str) -> None:
    with pytest.raises(ResponseValidationError) as caught:
        renderer(eval(written, NAMES)).render(value)
    assert [error["msg"] for error in caught.value.errors] == [message]


def test_a_value_without_end_is_an_error_of_its_own() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(ResponseValidationError, match="nested too deeply, or contains itself"):
        renderer(NAMES["Nest"]).render(endless)


ITSELF = (
    "`{0}` stands for itself, so that no value can be one. "
    "Put what holds the values between the two, as in `type {0} = list[{0}]`. [FA124]"
)


@pytest.mark.parametrize("method", ["result", "argument"])
@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("Loop", ITSELF.format("Loop")),
        ("list[Loop]", ITSELF.format("Loop")),
        ("First", ITSELF.format("First")),
        ("Own", ITSELF.format("Own")),
        ("Deep", ITSELF.format("Deep")),
        ("Around", ITSELF.format("Around")),
        (
            "Grown[int]",
            "`Grown[int]` has no end: it contains itself with ever other arguments. Make a model of it. [FA124]",
        ),
        (
            "Held",
            (
                "`Held` has a constraint inside itself, which cannot be held. "
                "Make a model of it, and put the constraint on a field. [FA124]"
            ),
        ),
    ],
)
def test_an_alias_without_meaning(written: str, message: str, method: str) -> None:
    annotation = eval(written, NAMES)

    async def handler(**_: Any) -> None: ...
    async def taking(body: Any) -> None: ...

    taking.__annotations__["body"] = annotation
    handler.__annotations__ = {"return": annotation}
    app = App()
    with pytest.raises(ConfigurationError) as caught:
        app.post("/")(taking if method == "argument" else handler)
    assert str(caught.value).endswith(message)
