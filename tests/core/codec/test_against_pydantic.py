"""Where we see errors, pydantic sees them, and nowhere else: generated payloads against equivalent models."""

import random
import re
from typing import Annotated, Any, Literal, Optional, get_args, get_origin

import msgspec
import pytest
from msgspec import Meta

from faster_core.codec import codec

pytest.importorskip("pydantic")
import pydantic


class Address(msgspec.Struct, forbid_unknown_fields=True):
    street: Annotated[str, Meta(min_length=2)]
    zip: Annotated[int, Meta(ge=100, le=999)]


class Line(msgspec.Struct):
    price: Annotated[float, Meta(gt=0)]
    count: int = 1
    note: str | None = None
    kind: Literal["a", "b"] = "a"


class Order(msgspec.Struct):
    id: int
    to: Address
    lines: list[Line]
    paid: bool = False
    tags: dict[str, int] = {}
    billing: Address | None = None
    place: tuple[int, str] = (0, "")
    matrix: list[list[int]] = []
    more: Optional["Order"] = None


class PydanticAddress(pydantic.BaseModel, strict=True, extra="forbid"):
    street: Annotated[str, pydantic.Field(min_length=2)]
    zip: Annotated[int, pydantic.Field(ge=100, le=999)]


class PydanticLine(pydantic.BaseModel, strict=True):
    price: Annotated[float, pydantic.Field(gt=0)]
    count: int = 1
    note: str | None = None
    kind: Literal["a", "b"] = "a"


class PydanticOrder(pydantic.BaseModel, strict=True):
    id: int
    to: PydanticAddress
    lines: list[PydanticLine]
    paid: bool = False
    tags: dict[str, int] = {}
    billing: PydanticAddress | None = None
    place: tuple[int, str] = (0, "")
    matrix: list[list[int]] = []
    more: Optional["PydanticOrder"] = None


PAYLOADS = 3000
JUNK: list[Any] = [None, True, 3, -7, 2.5, "", "x", [], {}, [1], {"a": 1}, {"street": "xy"}]


def payload(random_: random.Random, annotation: Any, depth: int = 0) -> Any:
    """Return a value of a type, spoilt here and there."""
    if random_.random() < 0.015:
        return random_.choice(JUNK)
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return _object(random_, annotation, depth)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return payload(random_, arguments[0], depth)
    if origin is Literal:
        return random_.choice([*arguments, "a"] * 5 + ["c"])
    if origin is list:
        return [payload(random_, arguments[0], depth + 1) for _ in range(random_.randrange(4))]
    if origin is tuple:
        return [payload(random_, item, depth + 1) for item in arguments]
    if origin is dict:
        return {key: payload(random_, int, depth + 1) for key in random_.sample(["k", "l", "a b", "x.y"], 2)}
    if len(arguments) == 2:  # an Optional
        return None if depth > 2 or random_.random() < 0.5 else payload(random_, arguments[0], depth + 1)
    if annotation is float:
        return random_.choice([1, 2.5, 100.0, 7, 0.5, -1])
    if annotation is int:
        return random_.choice([100, 500, 999, 998, 101, 5])
    return random_.choice([True, False]) if annotation is bool else random_.choice(["xy", "long enough", "é"])


def _object(random_: random.Random, annotation: type[msgspec.Struct], depth: int) -> dict[str, Any]:
    found = {}
    for field in msgspec.structs.fields(annotation):
        if random_.random() > (0.02 if field.required else 0.6):
            found[field.encode_name] = payload(random_, field.type, depth + 1)
    if random_.random() < 0.02:
        found["unknown"] = 1
    return found


def path(loc: tuple[str | int, ...]) -> str:
    """Return a location of pydantic's as we write it."""
    parts = (
        f"[{item}]" if isinstance(item, int) else f".{item}" if item.isidentifier() else f'["{item}"]' for item in loc
    )
    return "$" + "".join(parts)


def test_errors_are_in_the_same_places() -> None:
    random_ = random.Random(20240229)
    made = codec(Order)
    wrong = 0
    for _ in range(PAYLOADS):
        body = msgspec.json.encode(payload(random_, Order))
        ours = {problem.path for problem in made.explain_json(body)}
        try:
            PydanticOrder.model_validate_json(body)
            theirs = set()
        except pydantic.ValidationError as error:
            theirs = {path(item["loc"]) for item in error.errors(include_url=False)}
        assert tuples_as_one(ours) == tuples_as_one(theirs), body
        wrong += bool(ours)
    assert PAYLOADS * 0.3 < wrong < PAYLOADS * 0.95


def tuples_as_one(places: set[str]) -> set[str]:
    """Return places without those inside tuples: of a wrong length pydantic names the item missing or too much."""
    return {re.sub(r"(\.place)\[\d\]\Z", r"\1", place) for place in places}


def test_pydantic_models_are_told_apart_from_nothing() -> None:
    """A model of pydantic's under our codec reports what pydantic reports, place by place."""
    random_ = random.Random(7)
    made = codec(PydanticOrder)
    nested = codec(list[PydanticOrder])
    for _ in range(300):
        value = payload(random_, Order)
        body = msgspec.json.encode(value)
        try:
            PydanticOrder.model_validate_json(body)
            theirs = []
        except pydantic.ValidationError as error:
            theirs = [(path(item["loc"]), item["msg"]) for item in error.errors(include_url=False)]
        assert [(item.path, item.message.partition(" - at `$")[0]) for item in made.explain_json(body)] == theirs
        inside = nested.explain_json(b"[" + body + b"]")
        assert [item.path for item in inside] == ["$[0]" + place[1:] for place, _ in theirs]
