"""Instances are made the way msgspec makes them."""

import dataclasses
from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta

from faster_core.codec import codec
from tests.core.codec.models import Car, Plane

Fussy = Annotated[int | None, Meta(ge=1)]
"""What msgspec refuses, so that the tree makes the instances."""


@dataclasses.dataclass(frozen=True, slots=True)
class Frozen:
    a: Fussy
    b: list[int] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Own:
    a: Fussy
    b: int = dataclasses.field(default=3, init=False)
    seen: int = 0

    def __post_init__(self) -> None:
        self.seen += 1
        if self.a == 13:
            raise ValueError("13 brings bad luck")


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    a: Fussy
    b: dict[str, Plane | Car] = {}
    c: int | msgspec.UnsetType = msgspec.UNSET


def test_dataclasses() -> None:
    assert codec(Frozen).decode_json(b'{"a":1}') == Frozen(1, [])
    made = codec(Own)
    own = made.decode_json(b'{"a":1,"b":7}')
    assert (own.a, own.b, own.seen) == (1, 7, 1)
    assert [problem.message for problem in made.explain_json(b'{"a":13}')] == ["13 brings bad luck"]


def test_structs() -> None:
    assert codec(Kept).decode_json(b'{"a":null,"b":{"x":{"wings":1}}}') == Kept(a=None, b={"x": Plane(1)})
    assert codec(Kept).decode_json(b'{"a":2,"c":5}').c == 5
    assert [problem.path for problem in codec(Kept).explain_json(b'{"a":0,"c":null}')] == ["$.a", "$.c"]


def test_attrs() -> None:
    attrs = pytest.importorskip("attrs")
    calls: list[str] = []

    def above(instance: Any, attribute: Any, value: int) -> None:
        del instance
        if value is not None and value > 9:
            raise ValueError(f"{attribute.name} is above 9")

    @attrs.define  # type: ignore[misc, unused-ignore]
    class Thing:
        a: Fussy = attrs.field(validator=above)
        b: list[int] = attrs.Factory(list)

        def __attrs_pre_init__(self) -> None:
            calls.append("before")

        def __attrs_post_init__(self) -> None:
            calls.append("after")

    made = codec(Thing)
    assert made.decode_json(b'{"a":5}') == Thing(5)  # type: ignore[call-arg, unused-ignore]
    assert calls[:2] == ["before", "after"]
    assert [problem.message for problem in made.explain_json(b'{"a":10}')] == ["a is above 9"]
    assert [problem.message for problem in made.explain_json(b'{"a":0}')] == ["Expected `int` >= 1 - at `$.a`"]
