"""PATCH: what was sent, what was not, and what is null."""

import dataclasses
from typing import Annotated, Any, Generic, TypeVar

import msgspec
import pytest
from msgspec import UNSET, Meta

from faster_core.codec import Problem, UnsupportedTypeError, codec
from faster_core.exceptions import RequestValidationError
from faster_core.partial import Partial, apply, changes

T = TypeVar("T")


class Item(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    full_name: Annotated[str, Meta(min_length=2)]
    note: str | None = None
    count: Annotated[int | None, Meta(ge=1)] = None

    def __post_init__(self) -> None:
        if self.full_name == "none" and self.note is not None:
            raise ValueError("nobody has no note")


@dataclasses.dataclass
class Person:
    name: str
    age: int = 0
    seen: int = dataclasses.field(default=0, init=False)


class Page(msgspec.Struct, Generic[T]):
    items: list[T]


def partial(model: Any) -> Any:
    """Return the class that a type checker takes for the model."""
    made: Any = Partial
    return made[model]


def test_one_class_for_one_model() -> None:
    made = partial(Item)
    assert made is partial(Item)
    assert (made.__name__, made.__struct_fields__) == ("PartialItem", ("full_name", "note", "count"))
    assert made.__struct_encode_fields__ == ("fullName", "note", "count")


@pytest.mark.parametrize(
    "body, expected",
    [
        (b"{}", {}),
        (b'{"note":null}', {"note": None}),
        (b'{"fullName":"ab","count":null}', {"full_name": "ab", "count": None}),
    ],
)
def test_changes(body: bytes, expected: dict[str, Any]) -> None:
    patch = codec(partial(Item)).decode_json(body)
    assert changes(patch) == expected
    assert all(getattr(patch, name) is UNSET for name in patch.__struct_fields__ if name not in expected)


def test_the_rules_of_the_model_hold() -> None:
    assert codec(partial(Item)).explain_json(b'{"fullName":null,"count":0,"zz":1}') == [
        Problem("$.fullName", "Expected `str`, got `null` - at `$.fullName`"),
        Problem("$.count", "Expected `int` >= 1 - at `$.count`"),
        Problem("$.zz", "Object contains unknown field `zz`"),
    ]
    assert [item.message for item in codec(partial(Item)).explain_json(b'{"fullName":"a"}')] == [
        "Expected `str` of length >= 2 - at `$.fullName`"
    ]


def test_apply_to_a_struct() -> None:
    item = Item("ab", "note")
    assert apply(codec(partial(Item)).decode_json(b'{"note":null,"count":2}'), item) == Item("ab", None, 2)
    assert item == Item("ab", "note")


def test_apply_to_a_dataclass() -> None:
    person = apply(codec(partial(Person)).decode_json(b'{"age":5,"seen":2}'), Person("a", 1))
    assert (person.name, person.age, person.seen) == ("a", 5, 2)


def test_apply_asks_the_model_again() -> None:
    with pytest.raises(RequestValidationError) as caught:
        apply(codec(partial(Item)).decode_json(b'{"fullName":"none"}'), Item("ab", "note"))
    assert caught.value.errors == [{"loc": ["body"], "msg": "nobody has no note", "type": "value_error.msgspec"}]


def test_generic_models() -> None:
    patch = codec(partial(Page[int])).decode_json(b'{"items":[1]}')
    assert apply(patch, Page[int]([])) == Page([1])
    assert codec(partial(Page[int])).explain_json(b'{"items":["x"]}')


def test_what_does_not_belong_together() -> None:
    patch = codec(partial(Item)).decode_json(b"{}")
    with pytest.raises(TypeError, match=r"A Partial\[Item\] applies to Item, not to Person\."):
        apply(patch, Person("a"))
    with pytest.raises(TypeError, match=r"changes\(\) takes an instance of Partial\[Model\], not of Item\."):
        changes(Item("ab"))


def test_other_models() -> None:
    with pytest.raises(
        UnsupportedTypeError, match=r"Partial\[int\] cannot be made: it needs a msgspec\.Struct or a dataclass\."
    ):
        partial(int)
    pydantic = pytest.importorskip("pydantic")
    with pytest.raises(
        UnsupportedTypeError, match="Of a pydantic model, write a second model whose fields have defaults"
    ):
        partial(pydantic.create_model("Model", a=(int, 1)))
