"""Struct, dataclass, attrs and TypedDict as response models."""

import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, NotRequired, TypedDict, TypeVar

import msgspec
import pytest

from faster_core.exceptions import ResponseValidationError
from faster_core.result import renderer
from tests.names import name_of

T = TypeVar("T")


class Owner(msgspec.Struct):
    name: str


class Secret(Owner):
    token: str = "secret"


class Tagged(msgspec.Struct, tag="tagged", tag_field="kind"):
    owner: Owner


class Pair(msgspec.Struct, array_like=True):
    left: Owner
    right: int = 2


class TaggedPair(msgspec.Struct, array_like=True, tag="pair"):
    left: Owner


class Brief(msgspec.Struct, omit_defaults=True):
    owner: Owner | None = None
    note: str = ""


class Renamed(msgspec.Struct, rename="camel"):
    first_name: str = "?"
    owned_by: Owner | None = None


class Closed(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    a: int
    b: int = 1


class Positive(msgspec.Struct):
    count: int

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("count is negative")


class Open(msgspec.Struct):
    data: Any
    more: dict[str, Any] = {}


class Box(msgspec.Struct, Generic[T]):
    item: T
    rest: list[T] = []


@dataclass
class Plain:
    owner: Owner
    note: str = "x"
    size: int = field(default=0, init=False)
    tags: list[str] = field(default_factory=list)


@dataclass
class PlainBox(Generic[T]):
    item: T


@dataclass(slots=True)
class Slotted:
    owner: Owner


class Entry(TypedDict):
    owner: Owner
    note: NotRequired[str]


class Listing(msgspec.Struct):
    entries: list[Entry]


class Mine(Mapping[str, Any]):
    def __getitem__(self, key: str) -> Any:
        return {"name": "a", "token": "secret"}[key]

    def __iter__(self) -> Any:
        return iter(("name", "token"))

    def __len__(self) -> int:
        return 2


A = Secret("a")
ROW = types.SimpleNamespace

CASES: list[tuple[Any, Any, Any]] = [
    (Tagged, Tagged(A), {"kind": "tagged", "owner": {"name": "a"}}),
    (Tagged, {"owner": A, "x": 1}, {"kind": "tagged", "owner": {"name": "a"}}),
    (Tagged, {"kind": "tagged", "owner": A}, {"kind": "tagged", "owner": {"name": "a"}}),
    (Pair, Pair(A), [{"name": "a"}, 2]),
    (Pair, [{"name": "a", "x": 1}], [{"name": "a"}, 2]),
    (Pair, {"left": A, "right": 3}, [{"name": "a"}, 3]),
    (TaggedPair, ["pair", A], ["pair", {"name": "a"}]),
    (TaggedPair, TaggedPair(A), ["pair", {"name": "a"}]),
    (Brief, Brief(A), {"owner": {"name": "a"}}),
    (Brief, {"note": ""}, {}),
    (Renamed, {"firstName": "a", "ownedBy": A}, {"firstName": "a", "ownedBy": {"name": "a"}}),
    (Renamed, {"first_name": "a"}, {"firstName": "a", "ownedBy": None}),
    (Renamed, ROW(first_name="a", firstName="b"), {"firstName": "a", "ownedBy": None}),
    (Closed, {"a": 1, "unknown": 2}, {"a": 1, "b": 1}),
    (Closed, {"a": msgspec.UNSET, "b": 2} | {"a": 3}, {"a": 3, "b": 2}),
    (Owner, Mine(), {"name": "a"}),
    (Open, Open(A), {"data": {"name": "a", "token": "secret"}, "more": {}}),
    (Open, {"data": ROW(x=1), "more": {"y": A}}, {"data": {"x": 1}, "more": {"y": {"name": "a", "token": "secret"}}}),
    (Box[Owner], Box(A, [A]), {"item": {"name": "a"}, "rest": [{"name": "a"}]}),
    (Box[Owner], {"item": A, "rest": [{"name": "b", "x": 1}]}, {"item": {"name": "a"}, "rest": [{"name": "b"}]}),
    (Box[int], {"item": "1"}, {"item": 1, "rest": []}),
    (Box[Box[Owner]], {"item": {"item": A}}, {"item": {"item": {"name": "a"}, "rest": []}, "rest": []}),
    (Box, Box(A), {"item": {"name": "a", "token": "secret"}, "rest": []}),
    (Plain, Plain(A), {"owner": {"name": "a"}, "note": "x", "size": 0, "tags": []}),
    (Plain, {"owner": {"name": "a"}, "x": 1}, {"owner": {"name": "a"}, "note": "x", "size": 0, "tags": []}),
    (PlainBox[Owner], PlainBox(A), {"item": {"name": "a"}}),
    (PlainBox[int], {"item": "3"}, {"item": 3}),
    (Slotted, Slotted(A), {"owner": {"name": "a"}}),
    (Slotted, Plain(A), {"owner": {"name": "a"}}),
    (Entry, {"owner": A, "note": "x", "more": 1}, {"owner": {"name": "a"}, "note": "x"}),
    (Entry, {"owner": Owner("a"), "more": 1}, {"owner": {"name": "a"}}),
    (Entry, ROW(owner=A, token="secret"), {"owner": {"name": "a"}}),
    (Listing, Listing([{"owner": A, "token": 1}]), {"entries": [{"owner": {"name": "a"}}]}),  # type: ignore[typeddict-unknown-key]
    (Listing, Listing([{"owner": Owner("a")}]), {"entries": [{"owner": {"name": "a"}}]}),
    (list[Entry], [{"owner": A, "more": 1}, {"owner": A}], [{"owner": {"name": "a"}}, {"owner": {"name": "a"}}]),
]


@pytest.mark.parametrize("model,value,expected", CASES, ids=name_of)
def test_records(model: Any, value: Any, expected: Any) -> None:
    assert msgspec.json.decode(renderer(model).render(value)) == expected


@pytest.mark.parametrize("model,value,expected", CASES, ids=name_of)
def test_records_in_a_list_and_under_an_option_that_changes_nothing(model: Any, value: Any, expected: Any) -> None:
    assert msgspec.json.decode(renderer(list[model]).render([value, value])) == [expected, expected]
    assert msgspec.json.decode(renderer(model, exclude={"nothing"}).render(value)) == expected


@pytest.mark.parametrize(
    "model,value,message",
    [
        (Positive, {"count": -1}, "count is negative"),
        (Tagged, {"kind": "other", "owner": A}, "Invalid value 'other' - at `$.kind`"),
        (Pair, [], "Object missing required field `left`"),
        (Entry, {}, "Object missing required field `owner`"),
        (Entry, 3, "Expected `object`, got `int`"),
        (Box[int], {"item": "x"}, "Expected `int`, got `str` - at `$.item`"),
        (Box[Owner], {"item": A, "rest": [{"name": 1}]}, "Expected `str`, got `int` - at `$.rest[0].name`"),
        (Listing, Listing([Owner("a")]), "Object missing required field `owner` - at `$.entries[0]`"),  # type: ignore[list-item]
        (Slotted, {}, "Object missing required field `owner`"),
        (Owner, msgspec.UNSET, "Object missing required field `name`"),
        (Owner, (1,), "Expected `object`, got `array`"),
    ],
    ids=name_of,
)
def test_misfits(model: Any, value: Any, message: str) -> None:
    with pytest.raises(ResponseValidationError) as caught:
        renderer(model).render(value)
    assert [error["msg"] for error in caught.value.errors] == [message]


@pytest.mark.parametrize(
    "model,value,options,expected",
    [
        (Tagged, Tagged(A), {"include": {"owner"}}, {"kind": "tagged", "owner": {"name": "a"}}),
        (Pair, Pair(A), {"exclude_defaults": True}, [{"name": "a"}, 2]),
        (TaggedPair, TaggedPair(A), {"by_alias": False}, ["pair", {"name": "a"}]),
        (Brief, Brief(None, "n"), {"by_alias": False}, {"note": "n"}),
        (Entry, {"owner": A, "note": None}, {"exclude": {"note"}}, None),
        (Entry, {"owner": A, "note": "n"}, {"exclude": {"note"}}, {"owner": {"name": "a"}}),
        (Plain, Plain(A), {"exclude_unset": True}, {"owner": {"name": "a"}}),
        (Plain, Plain(A), {"exclude_defaults": True}, {"owner": {"name": "a"}}),
        (Plain, {"owner": A, "note": "x"}, {"exclude_unset": True}, {"owner": {"name": "a"}, "note": "x"}),
    ],
    ids=name_of,
)
def test_options(model: Any, value: Any, options: dict[str, Any], expected: Any) -> None:
    if expected is None:
        with pytest.raises(ResponseValidationError, match=r"Expected `str`, got `null` - at `\$.note`"):
            renderer(model, **options).render(value)
    else:
        assert msgspec.json.decode(renderer(model, **options).render(value)) == expected


def test_a_default_is_compared_by_type_too() -> None:
    class Switch(msgspec.Struct):
        on: Any = False

    assert renderer(Switch, exclude_defaults=True).render(Switch(0)) == b'{"on":0}'
    assert renderer(Switch, exclude_defaults=True).render(Switch(False)) == b"{}"


def test_an_error_in_a_property_is_the_program_s_own() -> None:
    class Row:
        @property
        def name(self) -> str:
            raise LookupError("detached")

    with pytest.raises(LookupError, match="detached"):
        renderer(Owner).render(Row())


def test_attrs() -> None:
    attrs: Any = pytest.importorskip("attrs")

    @attrs.define
    class Base:  # private attributes stay inside, as with msgspec
        owner: Owner
        _hidden: int = 1
        tags: list[str] = attrs.Factory(list)
        copy: Any = attrs.Factory(lambda self: self.tags, takes_self=True)

    @attrs.define(slots=False)
    class Loose:
        owner: Owner

    @attrs.define(slots=False)
    class Busy:
        owner: Owner

        def __attrs_post_init__(self) -> None:
            self.token = "secret"

    assert renderer(Busy).render({"owner": A}) == b'{"owner":{"name":"a"}}'
    loose: Any = Loose(A)  # type: ignore[call-arg, unused-ignore]
    loose.token = "secret"
    assert renderer(Loose).render(loose) == b'{"owner":{"name":"a"}}'
    assert renderer(list[Loose]).render([loose]) == b'[{"owner":{"name":"a"}}]'
    made: Any = Base(A)  # type: ignore[call-arg, unused-ignore]
    whole = {"owner": {"name": "a"}, "tags": [], "copy": []}
    assert msgspec.json.decode(renderer(Base).render(made)) == whole
    assert renderer(Base, exclude_defaults=True).render({"owner": A}) == b'{"owner":{"name":"a"},"copy":[]}'
    with pytest.raises(ResponseValidationError, match="Object missing required field `owner`"):
        renderer(Loose).render({})


def test_sqlalchemy_rows_and_objects() -> None:
    sqlalchemy: Any = pytest.importorskip("sqlalchemy")
    orm: Any = pytest.importorskip("sqlalchemy.orm")

    class Base(orm.DeclarativeBase):  # type: ignore[misc]
        pass

    class Team(Base):
        __tablename__ = "team"
        id = orm.mapped_column(sqlalchemy.Integer, primary_key=True)
        price = orm.mapped_column(sqlalchemy.Numeric)
        heroes = orm.relationship("Hero")

    class Hero(Base):
        __tablename__ = "hero"
        id = orm.mapped_column(sqlalchemy.Integer, primary_key=True)
        name = orm.mapped_column(sqlalchemy.String)
        secret = orm.mapped_column(sqlalchemy.String)
        team_id = orm.mapped_column(sqlalchemy.ForeignKey("team.id"))

    class HeroOut(msgspec.Struct):
        id: int
        name: str

    class TeamOut(msgspec.Struct):
        id: int
        price: float
        heroes: list[HeroOut]

    engine = sqlalchemy.create_engine("sqlite://", poolclass=sqlalchemy.pool.StaticPool)
    Base.metadata.create_all(engine)
    with orm.Session(engine) as session:
        session.add(Team(id=1, price=2.5, heroes=[Hero(id=1, name="Ada", secret="s")]))
        session.commit()
        team = session.get(Team, 1)
        rows = session.execute(sqlalchemy.select(Hero.id, Hero.name, Hero.secret)).all()
        assert renderer(TeamOut).render(team) == b'{"id":1,"price":2.5,"heroes":[{"id":1,"name":"Ada"}]}'
        assert renderer(list[HeroOut]).render(rows) == b'[{"id":1,"name":"Ada"}]'
        assert renderer(list[HeroOut]).render(session.scalars(sqlalchemy.select(Hero))) == b'[{"id":1,"name":"Ada"}]'
    engine.dispose()
