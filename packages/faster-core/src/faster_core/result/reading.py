"""The annotation of a result, read into nodes once."""

import datetime
import sys
from collections import abc, deque
from decimal import Decimal
from enum import Enum
from functools import lru_cache, reduce
from operator import or_
from types import SimpleNamespace
from typing import (
    Annotated,
    Any,
    ForwardRef,
    Literal,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)
from uuid import UUID

import msgspec

from faster_core.codec.annotation import (
    bottomless,
    check_alias,
    constrained_inside,
    is_union,
    members,
    outer_alias,
    unwrap,
)
from faster_core.codec.bounds import bounds_of
from faster_core.result.choice import Choice
from faster_core.result.collection import Items, Mapped, Slots
from faster_core.result.declaration import Declared, declarations, declares_fields, named_slots
from faster_core.result.foreign import Foreign, is_foreign
from faster_core.result.node import Leaf, Node, Open, Whole
from faster_core.result.record import Dictionary, Field, Record
from faster_core.result.recurrence import Recurrence

__all__ = ["Reading", "reading_of"]

_CERTAIN = (
    str,
    int,
    float,
    bool,
    bytes,
    type(None),
    UUID,
    Decimal,
    datetime.datetime,
    datetime.date,
    datetime.time,
    datetime.timedelta,
)
"""Types that are known by the class of a value alone."""

_ARRAYS: dict[Any, tuple[type, ...]] = {
    list: (list,),
    set: (set,),
    frozenset: (frozenset,),
    tuple: (tuple,),
    deque: (),
    abc.Set: (set, frozenset),
    abc.MutableSet: (set,),
    abc.Sequence: (list, tuple),
    abc.MutableSequence: (list,),
    abc.Collection: (list, tuple, set, frozenset),
    abc.Iterable: (list, tuple, set, frozenset),
    abc.Iterator: (),
    abc.Generator: (),
}
"""Collections, with the classes of values that msgspec writes as an array."""

_MAPPINGS = (dict, abc.Mapping, abc.MutableMapping)


class Reading:
    """A response model as nodes.

    Args:
        annotation: The response model.

    Attributes:
        root: The node of the whole.
        records: Every record class within.
        foreign: Whether there is a pydantic model within.

    Raises:
        TypeError: Neither msgspec nor a codec can read a type within.
    """

    def __init__(self, annotation: Any) -> None:
        self._annotation = annotation
        self._known: dict[Any, Record | Dictionary] = {}
        self._open: dict[Any, list[Recurrence]] = {}
        self.foreign: bool = False
        self.root: Node = self._node(annotation)
        self.records: list[Record] = [node for node in self._known.values() if isinstance(node, Record)]

    def _node(self, annotation: Any) -> Node:
        alias, metadata = outer_alias(annotation)
        if alias is None:
            return self._unaliased(annotation)
        if alias in self._open:
            if any(bounds_of([item]) for item in metadata):
                raise constrained_inside(alias)
            self._open[alias].append(Recurrence(annotation))
            return self._open[alias][-1]
        check_alias(alias)
        self._open[alias] = []
        node = self._unaliased(annotation)
        recurrences = self._open.pop(alias)
        # A constraint outside does not hold inside.
        target = self._node(alias) if recurrences and metadata else node
        for recurrence in recurrences:
            recurrence.target = target
        return node

    def _unaliased(self, annotation: Any) -> Node:
        bare, metadata = unwrap(annotation)
        node = self._bare(bare)
        limits = tuple(extra for extra in metadata if isinstance(extra, msgspec.Meta))
        if not limits or isinstance(node, Open):
            return node
        if isinstance(node, Items | Mapped):
            # A collection of records: msgspec does not see the whole.
            node.limit(_leaf(Annotated[(list if isinstance(node, Items) else dict, *limits)]))
            return node
        return Leaf(Annotated[(bare, *limits)], node.kinds, certain=False) if node.plain else node

    def _bare(self, bare: Any) -> Node:
        cls = get_origin(bare) or bare
        if bare is Any or bare is object:
            return Open(bare, node_of)
        if isinstance(bare, TypeVar):
            return self._node(_bound(bare))
        if is_union(bare):
            return self._union(bare)
        if is_foreign(cls):
            self.foreign = True
            return Foreign(bare)
        if declares_fields(cls):
            return self._record(bare, cls)
        if cls in _ARRAYS or cls in _MAPPINGS:
            return self._collection(bare, cls, get_args(bare))
        if isinstance(cls, type) and issubclass(cls, tuple) and hasattr(cls, "_fields"):
            names = named_slots(bare)
            slots = tuple(self._node(hint) for _, hint in names)
            required = len(slots) - len(cls._field_defaults)  # type: ignore[attr-defined]
            return _settled(Slots(bare, cls, slots, tuple(name for name, _ in names), required), slots)
        return _leaf(bare)

    def _union(self, bare: Any) -> Node:
        parts = tuple(self._node(member) for member in members(bare) if member is not msgspec.UnsetType)
        return parts[0] if len(parts) == 1 else _settled(Choice(bare, parts), parts)

    def _collection(self, bare: Any, cls: Any, arguments: tuple[Any, ...]) -> Node:
        if cls in _MAPPINGS:
            key, value = (self._node(argument) for argument in arguments or (Any, Any))
            return _settled(Mapped(bare, key, value), (key, value))
        if cls is tuple and arguments and arguments[-1] is not ...:
            slots = tuple(self._node(argument) for argument in arguments)
            return _settled(Slots(bare, tuple, slots), slots)
        item = self._node(arguments[0] if arguments else Any)
        return _settled(Items(bare, _ARRAYS[cls], item), (item,))

    def _record(self, bare: Any, cls: type) -> Record | Dictionary:
        known = self._known.get(bare)
        if known is not None:
            return known
        if not self._known and bare is not self._annotation:
            # Many routes return one record, and lists of it.
            shared: Record | Dictionary = self._take_over(bare)
            return shared
        node = self._known[bare] = Dictionary(bare) if is_typeddict(cls) else Record(bare, cls)
        # A record is known from here on, so that an alias around it comes to an end inside.
        around, self._open = self._open, {}
        node.declare(tuple(map(self._field, declarations(bare))))
        self._open = around
        return node

    def _take_over(self, bare: Any) -> Any:
        """Return the node of a record as it was read by itself."""
        reading = reading_of(bare)
        self._known |= reading._known
        self.foreign |= reading.foreign
        return reading.root

    def _field(self, item: Declared) -> Field:
        node = self._node(item.annotation)
        return Field(item.name, item.encode_name, item.parameter, node, item.default, item.written)


def reading_of(annotation: Any) -> Reading:
    """Return a response model as nodes, those of an earlier call where there was one.

    Args:
        annotation: The response model.

    Raises:
        TypeError: Neither msgspec nor a codec can read a type within.
    """
    try:
        hash(annotation)
    except TypeError:
        return _read(annotation)
    # The text tells apart what is equal and yet read differently: `int | str` and `str | int`.
    return _cached(annotation, "" if isinstance(annotation, type) else repr(annotation))


@lru_cache(maxsize=1024)
def _cached(annotation: Any, text: str) -> Reading:
    return _read(annotation)


def _read(annotation: Any) -> Reading:
    try:
        return Reading(annotation)
    except RecursionError as error:
        raise bottomless(annotation) from error


@lru_cache(maxsize=256)
def node_of(cls: type) -> Node:
    """Return the node for the class of a value whose declared type is `Any`."""
    return reading_of(cls).root


def _bound(variable: TypeVar) -> Any:
    """Return what may stand for a type variable that nobody has filled in."""
    if variable.__constraints__:
        return reduce(or_, variable.__constraints__)
    bound = variable.__bound__ or Any
    if isinstance(bound, ForwardRef):
        holder = SimpleNamespace(__annotations__={"bound": bound})
        bound = get_type_hints(holder, vars(sys.modules[variable.__module__]))["bound"]
    return bound


def _settled(node: Node, parts: tuple[Node, ...]) -> Node:
    """Return a leaf in place of a composed node when msgspec can convert the whole of it."""
    if not node.kinds or not all(part.plain for part in parts):
        # Iterators and deques have no kinds; msgspec takes them for foreign classes, and does not look inside.
        return node
    return Whole(node)


def _leaf(annotation: Any) -> Node:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        # msgspec takes an enum's value for it, and refuses the member.
        return Leaf(annotation, (annotation,), certain=True, plain=False)
    if get_origin(annotation) is Literal:
        return Leaf(annotation, {type(value) for value in get_args(annotation)}, certain=False)
    if annotation is None or annotation in _CERTAIN:
        return Leaf(annotation, (annotation or type(None),), certain=True)
    return Leaf(annotation, (annotation,) if isinstance(annotation, type) else (), certain=False)
