"""Models of every kind, for the tests of the codec."""

import dataclasses
import datetime
import decimal
import enum
import uuid
from typing import Annotated, Any, Generic, Literal, NamedTuple, NotRequired, TypedDict, TypeVar

import msgspec
from msgspec import Meta

T = TypeVar("T")


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Item(msgspec.Struct):
    name: Annotated[str, Meta(min_length=1)]
    price: Annotated[float, Meta(gt=0)]
    tags: list[str] = []
    colour: Colour | None = None


class Camel(msgspec.Struct, rename="camel", forbid_unknown_fields=True, kw_only=True):
    first_name: str
    born_on: datetime.date | None = None
    many_items: dict[str, Item] = {}


class Node(msgspec.Struct):
    value: int
    children: list["Node"] = []


class Cat(msgspec.Struct, tag=True):
    lives: int


class Dog(msgspec.Struct, tag=True):
    tricks: list[str]


class One(msgspec.Struct, tag_field="kind", tag=1):
    a: int


class Two(msgspec.Struct, tag_field="kind", tag=2):
    b: str


class Point(msgspec.Struct, array_like=True):
    x: int
    y: int = 0


class StrictPoint(msgspec.Struct, array_like=True, forbid_unknown_fields=True, tag="p"):
    x: int
    y: int = 0


class StrictPair(msgspec.Struct, array_like=True, tag="q"):
    x: int
    y: str


class Page(msgspec.Struct, Generic[T]):
    items: list[T]
    total: int = 0


class Range(msgspec.Struct):
    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low is above high")


@dataclasses.dataclass
class Person:
    name: str
    age: Annotated[int, Meta(ge=0)] = 0
    friends: list["Person"] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class Box(Generic[T]):
    content: T
    label: str = "box"


class Movie(TypedDict):
    title: str
    year: NotRequired[int]


class Pair(NamedTuple):
    left: int
    right: str = "r"


class Plane(msgspec.Struct):
    wings: int
    name: str = ""


class Car(msgspec.Struct):
    wheels: int
    name: str = ""


class Garage(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    best_one: Plane | Car
    all_of_them: list[Plane | Car] = []
    count: Annotated[int | None, Meta(ge=0)] = None
    worth: Annotated[decimal.Decimal, "euros"] = decimal.Decimal(0)


class Left(msgspec.Struct):
    left: int
    next: "Either | None" = None


class Right(msgspec.Struct):
    right: int
    next: "Either | None" = None


Either = Left | Right

NATIVE: list[Any] = [
    int,
    float,
    bool,
    str,
    bytes,
    None,
    decimal.Decimal,
    datetime.datetime,
    datetime.date,
    datetime.time,
    uuid.UUID,
    Any,
    Colour,
    Level,
    Literal["a", "b"],
    Literal["a", 1, None],
    int | None,
    int | str | None,
    int | float,
    list[int] | dict[str, int] | None,
    Annotated[int, Meta(ge=1, le=5)],
    Annotated[int, Meta(multiple_of=3)],
    Annotated[str, Meta(min_length=2, max_length=4, pattern="^a")],
    Annotated[list[int], Meta(min_length=2, max_length=3)],
    Annotated[dict[str, int], Meta(min_length=1)],
    Annotated[set[int], Meta(min_length=2)],
    list[Annotated[int, Meta(ge=0)] | None],
    list[int],
    set[str],
    frozenset[int],
    tuple[int, ...],
    tuple[int, str],
    dict[str, list[int]],
    dict[int, str],
    dict[datetime.date, int],
    dict[str, Any],
    Item,
    Item | None,
    list[Item],
    dict[str, Item],
    Camel,
    Node,
    Cat,
    Cat | Dog,
    Cat | Dog | int | None,
    One | Two,
    Point,
    StrictPoint,
    StrictPoint | StrictPair,
    Page[int],
    Page[Item],
    Range,
    list[Range],
    Person,
    Box[int],
    Box[Item],
    Movie,
    Pair,
    list[Pair],
]
"""Types that msgspec reads by itself."""

REFUSED: list[Any] = [
    Plane | Car,
    Plane | Car | None,
    list[Plane | Car],
    dict[str, Plane | Car],
    Garage,
    list[Garage],
    Either,
    Annotated[int | None, Meta(ge=1)],
    Annotated[int | str, Meta(ge=1)],
    list[Annotated[str | None, Meta(min_length=2)]],
    Person | Item,
    list[int] | set[str],
    datetime.datetime | str,
    uuid.UUID | datetime.date,
    Item | dict[str, int],
    set[Any],
    tuple[Plane | Car, int],
]
"""Types that msgspec cannot build."""

JSON_SEEDS: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    2,
    3,
    -1,
    7,
    1.5,
    1e300,
    10**30,
    "",
    "a",
    "ab",
    "abcdefgh",
    "red",
    "1",
    "2020-01-01",
    "2020-01-01T00:00:00Z",
    "P1D",
    "12:00:00",
    "6f1c1d4e-0b0a-4b3f-9d9f-6d0a2f1f8f10",
    "aGk=",
    "p",
    "q",
    "Cat",
    "Dog",
]
"""Values that mean something to one type or another."""

KEYS = (
    "name price tags colour firstName bornOn manyItems value children type kind lives tricks a b x y items total "
    "low high age friends content label title year left right next wings wheels bestOne allOfThem count worth 1 zz "
    "2020-01-01"
).split()
"""Names of fields."""
