"""From an annotation to the tree that reads it."""

import datetime
import decimal
import enum
import types
from collections import abc
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from faster_core.codec.annotation import (
    SCALARS,
    check_alias,
    constrained_inside,
    is_model,
    is_none,
    is_sequence,
    is_union,
    members,
    name_of,
    outer_alias,
    unwrap,
)
from faster_core.codec.bounds import bounds_of
from faster_core.codec.choice import Choice
from faster_core.codec.constraint import bind, flat, spread
from faster_core.codec.container import FixedTuple, Mapping, Sequence
from faster_core.codec.field import fields_of
from faster_core.codec.foreign import Foreign, is_foreign_metadata, validator_of
from faster_core.codec.hook import decode_hook, is_foreign, maker_of
from faster_core.codec.leaf import Anything, Checked, Leaf, Received, Unparsed
from faster_core.codec.make import shape_of
from faster_core.codec.model import Entry, Model
from faster_core.codec.node import Node
from faster_core.codec.problem import UnsupportedTypeError
from faster_core.upload import UploadFile

__all__ = ["build_tree"]

_SEQUENCES: dict[Any, type] = {
    list: list,
    set: set,
    frozenset: frozenset,
    tuple: tuple,
    abc.Sequence: list,
    abc.MutableSequence: list,
    abc.Collection: list,
    abc.Set: set,
    abc.MutableSet: set,
}
_MAPPINGS = frozenset({dict, abc.Mapping, abc.MutableMapping})
_SCALARS = frozenset({*SCALARS, type(None), memoryview}) - {enum.Enum}
_WIDE = (decimal.Decimal, datetime.timedelta)
_NO_DECODER = (TypeError, ValueError, NotImplementedError, NameError, RecursionError)


def build_tree(annotation: Any) -> Node:
    """Return the tree of a type, with what msgspec can read by itself marked.

    Args:
        annotation: Any annotation.

    Raises:
        UnsupportedTypeError: For a type that nothing can be decoded to.
    """
    root = _Builder().build(annotation)
    _spread_refusals(root)
    _try_decoders(root)
    return root


def _spread_refusals(root: Node) -> None:
    nodes = list(root.all())
    changed = True
    while changed:
        changed = False
        for node in nodes:
            if node.native and any(_refuses(node, child) for child in node.children):
                node.native = False
                changed = True


def _refuses(node: Node, child: Node) -> bool:
    return not child.native or (child.rewritten and isinstance(node, Model))


def _try_decoders(root: Node) -> None:
    """Ask msgspec, from the top: what it builds it builds with all that is below."""
    seen: set[int] = set()
    open_nodes = [root]
    while open_nodes:
        node = open_nodes.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.native:
            try:
                msgspec.json.Decoder(node.annotation, dec_hook=decode_hook)
                continue
            except _NO_DECODER as error:
                if isinstance(node, Leaf):
                    raise UnsupportedTypeError(f"`{name_of(node.annotation)}` cannot be decoded: {error}") from error
                node.native = False
        open_nodes += node.children


class _Late(Node):
    """A `type` alias inside itself."""

    target: Node

    @property
    def shallow(self) -> Any:
        return Any

    def fits(self, value: Any) -> bool:
        return self.target.fits(value)

    def read(self, value: Any, at: Any, report: Any) -> Any:
        return self.target.enter(value, at, report)


class _Builder:
    """Builds the nodes of one tree; a model that contains itself is one node."""

    def __init__(self) -> None:
        self._models: dict[Any, Node] = {}
        self._open: dict[Any, list[_Late]] = {}

    def build(self, annotation: Any) -> Node:
        """Return the node of an annotation."""
        alias, metadata = outer_alias(annotation)
        if alias is None:
            return self._build(annotation)
        if alias in self._open:
            if any(bounds_of([item]) or is_foreign_metadata(item) for item in metadata):
                raise constrained_inside(alias)
            late = _Late(annotation)
            late.native = False
            self._open[alias].append(late)
            return late
        check_alias(alias)
        self._open[alias] = []
        node = self._build(annotation)
        lates = self._open.pop(alias)
        # A constraint outside does not hold inside.
        target = self.build(alias) if lates and metadata else node
        for late in lates:
            late.target = target
            late.children = (target,)
        return node

    def _build(self, annotation: Any) -> Node:
        bare, metadata = unwrap(annotation)
        if any(is_foreign_metadata(item) and not bounds_of([item]) for item in metadata):
            return self._foreign(annotation)
        if is_union(bare):
            return self._union(annotation, bare, metadata)
        if not bounds_of(metadata):
            return self._plain(annotation, bare, None)
        meta, _, checks = bind(bare, metadata)
        written = all(isinstance(item, msgspec.Meta) for item in metadata if bounds_of([item]))
        if written and not checks and _decodes(annotation):
            told = annotation
        else:
            told = Annotated[bare, meta] if meta is not None else bare
        strict = any(item.strict for item in bounds_of(metadata))
        node = self._plain(told, bare, meta, strict=strict)
        node.rewritten = node.rewritten or told is not annotation
        if not checks:
            return node
        checked = Checked(node, checks)
        checked.rewritten = True
        return checked

    def _plain(self, annotation: Any, bare: Any, meta: msgspec.Meta | None, *, strict: bool = False) -> Node:
        origin = get_origin(bare) or bare
        if bare is msgspec.Raw:
            return Unparsed(annotation)
        if bare is Any or bare is object or isinstance(bare, TypeVar):
            return self._anything(annotation, bare)
        if is_none(bare) or origin is Literal or maker_of(origin) is not None or bare in _SCALARS or _is_enum(bare):
            return Leaf(types.NoneType if bare is None else bare, annotation, strict=strict)
        if is_foreign(origin):
            return self._foreign(annotation)
        if isinstance(origin, type) and issubclass(origin, UploadFile):
            return Received(annotation, origin)
        if is_model(bare):
            return self._model(annotation, bare)
        if origin in _MAPPINGS:
            return self._mapping(annotation, bare, meta)
        if origin in _SEQUENCES:
            return self._sequence(annotation, bare, _SEQUENCES[origin], meta)
        if hasattr(origin, "__get_pydantic_core_schema__"):
            return self._foreign(annotation)
        raise UnsupportedTypeError(_advice(bare))

    def _anything(self, annotation: Any, bare: Any) -> Node:
        if isinstance(bare, TypeVar) and bare.__bound__ is not None:
            return self.build(bare.__bound__)
        if isinstance(bare, TypeVar) and bare.__constraints__:
            return self.build(Union[bare.__constraints__])  # noqa: UP007
        return Anything(Any if bare is object else annotation)

    def _union(self, annotation: Any, bare: Any, metadata: tuple[Any, ...]) -> Node:
        pushed = spread(bare, metadata) if bounds_of(metadata) else bare
        # An alias stays whole: it may contain itself.
        every = [part for item in get_args(pushed) for part in ([item] if hasattr(item, "__value__") else flat(item))]
        found = [item for item in every if unwrap(item)[0] is not msgspec.UnsetType]
        rest = [item for item in found if not is_none(unwrap(item)[0])]
        if not rest:
            return Leaf(types.NoneType, type(None))
        nodes = [self.build(item) for item in rest]
        # These take every number: the narrower types have their turn first.
        nodes.sort(key=lambda node: node.bare in _WIDE)
        nested = any(is_union(unwrap(item)[0]) for item in members(pushed))
        rewritten = pushed is not bare or nested or any(node.rewritten for node in nodes)
        told = annotation
        if rewritten:
            unset = [item for item in every if unwrap(item)[0] is msgspec.UnsetType]
            none = [None] if len(rest) < len(found) else []
            told = Union[tuple([node.annotation for node in nodes] + none + unset)]  # noqa: UP007
        node = Choice(told, nodes, nullable=len(rest) < len(found))
        node.rewritten = rewritten
        return node

    def _sequence(self, annotation: Any, bare: Any, kind: type, meta: msgspec.Meta | None) -> Node:
        arguments = get_args(bare)
        if kind is tuple and bare is not tuple and (len(arguments) != 2 or arguments[1] is not Ellipsis):
            items = tuple(self.build(item) for item in arguments)
            node: Node = FixedTuple(annotation, items)
            if any(item.rewritten for item in items):
                node.annotation = tuple[tuple(item.annotation for item in items)]  # type: ignore[misc]
                node.rewritten = True
            return node
        item = self.build(arguments[0] if arguments else Any)
        node = Sequence(annotation, kind, item, meta)
        if item.rewritten:
            generic: Any = kind
            told = generic[item.annotation, ...] if kind is tuple else generic[item.annotation]
            node.annotation = Annotated[told, meta] if meta is not None else told
            node.rewritten = True
        if kind in {set, frozenset}:
            _check_hashable(bare, item)
            node.native = isinstance(item, Leaf)
        return node

    def _mapping(self, annotation: Any, bare: Any, meta: msgspec.Meta | None) -> Node:
        arguments = get_args(bare) or (Any, Any)
        key, value = self.build(arguments[0]), self.build(arguments[1])
        node = Mapping(annotation, key, value, meta)
        if key.rewritten or value.rewritten:
            told: Any = dict[key.annotation, value.annotation]  # type: ignore[name-defined]
            node.annotation = Annotated[told, meta] if meta is not None else told
            node.rewritten = True
        return node

    def _model(self, annotation: Any, bare: Any) -> Node:
        known = self._models.get(bare)
        if known is not None:
            return known
        fields = fields_of(bare) or []
        model = self._models[bare] = Model(annotation, shape_of(get_origin(bare) or bare, fields))
        model.fill(
            [Entry(field, self.build(field.annotation), is_sequence(field.annotation) is not None) for field in fields]
        )
        return model

    def _foreign(self, annotation: Any) -> Node:
        bare, _ = unwrap(annotation)
        whole = bare if is_foreign(bare) else annotation
        validator = validator_of(whole)
        if validator is None:
            raise UnsupportedTypeError(_advice(bare))
        fields = (fields_of(bare) if is_foreign(bare) else None) or []
        many = frozenset(item.wire_name for item in fields if is_sequence(item.annotation) is not None)
        known = frozenset(item.wire_name for item in fields)
        return Foreign(whole, validator, known, many)


def _is_enum(bare: Any) -> bool:
    return isinstance(bare, type) and issubclass(bare, enum.Enum)


def _decodes(annotation: Any) -> bool:
    """Return whether msgspec takes constraints as they are written."""
    try:
        msgspec.json.Decoder(annotation, dec_hook=decode_hook)
    except _NO_DECODER:
        return False
    return True


def _check_hashable(bare: Any, item: Node) -> None:
    cls = item.bare if isinstance(item, Model) else None
    frozen = cls is None or not issubclass(cls, msgspec.Struct) or cls.__struct_config__.frozen
    if isinstance(item, Mapping) or (isinstance(item, Sequence) and item.bare in {list, set}):
        raise UnsupportedTypeError(
            f"`{name_of(bare)}` cannot hold its items, which are not hashable. Use a list, or tuples inside the set."
        )
    if cls is not None and (getattr(cls, "__hash__", None) is None or not frozen):
        raise UnsupportedTypeError(
            f"`{name_of(bare)}` cannot hold its items, which are not hashable. "
            f"Use a list, or make `{name_of(cls)}` frozen."
        )


def _advice(bare: Any) -> str:
    return (
        f"`{name_of(bare)}` cannot be decoded: it is no type that JSON or text is converted to. "
        "Use a msgspec.Struct, a dataclass, a TypedDict, a pydantic model, a scalar (str, int, datetime …), "
        "or a list, set, tuple or dict of these."
    )
