"""The components of a document: every named type once, wherever it is used.

While the routes are described, a reference holds the number of a use: a type, and how its values appear. What becomes
of it can only be told at the end, when it is known which types want the same name, and which of them differ between
going in and coming out. `finish` gives the names, `resolve` writes them into the references.
"""

import enum
from collections import abc
from collections.abc import Iterable
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec
from msgspec.structs import replace

from faster_core.codec import is_model
from faster_core.codec.annotation import is_union, unwrap
from faster_core.codec.constraint import flat, spread
from faster_core.diagnostic import Diagnostic, place_of
from faster_openapi.model import Object, Use
from faster_openapi.schema.alias import alias_value, recursive_alias
from faster_openapi.schema.constraint import add_constraints, add_documentation
from faster_openapi.schema.foreign import describe_foreign, is_described_by_pydantic
from faster_openapi.schema.name import Named, name_all
from faster_openapi.schema.record import record_schema
from faster_openapi.schema.scalar import enum_schema, literal_schema, scalar_schema
from faster_openapi.schema.union import union_schema
from faster_openapi.schema.variant import group_variants

__all__ = ["Components"]

PREFIX = "#/components/schemas/"
_OWN = PREFIX + "\0"
_FOREIGN = PREFIX + "\1"
_ARRAYS = (list, tuple, set, frozenset, abc.Sequence, abc.MutableSequence, abc.Collection, abc.Iterable)
_SETS = (set, frozenset, abc.Set, abc.MutableSet)
_MAPPINGS = (dict, abc.Mapping, abc.MutableMapping)


class Components:
    """Collects the types that a document names.

    Args:
        separate: Whether a type that differs going in and coming out is named twice.
    """

    def __init__(self, *, separate: bool = True) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._separate = separate
        self._numbers: dict[tuple[Any, Use], int] = {}
        self._uses: list[tuple[Any, Use]] = []
        self._schemas: list[Object] = []
        self._foreign: list[tuple[Any, Use]] = []
        self._foreign_numbers: dict[Any, int] = {}
        self._added: dict[str, Object] = {}
        self._names: list[str] = []
        self._foreign_schemas: list[Object] = []

    def schema(self, annotation: Any, use: Use) -> Object:
        """Return the schema of a type; a reference for one that has a name.

        Args:
            annotation: Any annotation that a codec can read or a renderer can write.
            use: How its values appear.
        """
        if not self._separate:
            use = replace(use, direction="input", sparse=False)
        alias, metadata = recursive_alias(annotation)
        if alias is not None:
            reference = self._reference(alias, use)
            add_documentation(reference, metadata)
            return reference
        bare, metadata = unwrap(annotation)
        if is_described_by_pydantic(bare, metadata):
            return self._foreign_reference(annotation if metadata else bare, use)
        if is_union(bare):
            schema = self._union(bare, metadata, use)
        else:
            schema = self._schema_of(bare, use)
            add_constraints(schema, metadata)
        add_documentation(schema, metadata)
        return schema

    def add(self, name: str, schema: Object) -> Object:
        """Name a schema that is no type's, and return the reference to it."""
        self._added[name] = schema
        return {"$ref": PREFIX + name}

    def finish(self) -> dict[str, Object]:
        """Return the components, by name, in alphabetical order."""
        found, shared = describe_foreign(self._foreign, PREFIX + "{model}")
        self._foreign_schemas = found
        groups = group_variants(self._uses, self._schemas, _OWN)
        types = list(dict.fromkeys(annotation for annotation, _ in self._uses))
        named = name_all(types, {**self._added, **self._not_ours(shared)})
        self._report(named)
        self._names = [
            named[annotation].name + (use.suffix if several else "")
            for (annotation, use), several in zip(groups.representatives, groups.several, strict=True)
        ]
        components = {**self._added, **shared}
        for name, schema in zip(self._names, self._schemas, strict=True):
            components.setdefault(name, schema)
        return {name: self.resolve(components[name]) for name in sorted(components)}

    def resolve(self, value: Any) -> Any:
        """Return a part of the document with names in its references."""
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if isinstance(value, str) and value.startswith(_OWN):
            return PREFIX + self._names[int(value[len(_OWN) :])]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith(_FOREIGN):
            found = self._foreign_schemas[int(reference[len(_FOREIGN) :])]
            return {**found, **{name: self.resolve(item) for name, item in value.items() if name != "$ref"}}
        return {name: self.resolve(item) for name, item in value.items()}

    def look_up(self, schema: Object) -> Object:
        """Return what a reference stands for, before there are names; a schema that is none as it is."""
        reference = schema.get("$ref", "")
        return self._schemas[int(reference[len(_OWN) :])] if reference.startswith(_OWN) else schema

    def _schema_of(self, bare: Any, use: Use) -> Object:
        scalar = scalar_schema(bare, use)
        if scalar is not None:
            return scalar
        origin = get_origin(bare) or bare
        if origin is Literal:
            return literal_schema(bare)
        if isinstance(bare, TypeVar):
            return self.schema(bare.__bound__, use) if bare.__bound__ else {}
        if is_model(bare) or (isinstance(origin, type) and issubclass(origin, enum.Enum)):
            return self._reference(bare, use)
        if origin in _MAPPINGS:
            return self._mapping(get_args(bare), use)
        if origin in _ARRAYS or origin in _SETS:
            return self._array(bare, get_args(bare), use)
        return {}

    def _union(self, bare: Any, metadata: tuple[Any, ...], use: Use) -> Object:
        found = flat(spread(bare, metadata))
        schemas = [self.schema(item, use) for item in found]
        return union_schema(found, schemas, self.look_up)

    def _array(self, bare: Any, arguments: tuple[Any, ...], use: Use) -> Object:
        origin = get_origin(bare) or bare
        if get_origin(bare) is tuple and arguments[-1:] != (Ellipsis,):
            items = [self.schema(item, use) for item in arguments]
            fixed: Object = {"type": "array", "minItems": len(items), "maxItems": len(items)}
            return {**fixed, "prefixItems": items} if items else fixed
        inner = self.schema(arguments[0], use) if arguments else {}
        schema: Object = {"type": "array", "items": inner}
        if origin in _SETS and use.direction == "output":
            # What comes in may repeat items; the set that it becomes does not.
            schema["uniqueItems"] = True
        return schema

    def _mapping(self, arguments: tuple[Any, ...], use: Use) -> Object:
        schema: Object = {"type": "object"}
        if not arguments:
            return {**schema, "additionalProperties": True}
        names, values = self.schema(arguments[0], use), self.schema(arguments[1], use)
        schema["additionalProperties"] = values or True
        if "$ref" in names or names.keys() & {"pattern", "minLength", "maxLength", "format", "enum"}:
            schema["propertyNames"] = names
        return schema

    def _reference(self, bare: Any, use: Use) -> Object:
        key = (bare, use)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._uses)
            self._uses.append(key)
            self._schemas.append({})
            self._schemas[number] = self._named_schema(bare, use)
        return {"$ref": f"{_OWN}{number}"}

    def _named_schema(self, bare: Any, use: Use) -> Object:
        if isinstance(bare, type) and issubclass(bare, enum.Enum):
            return enum_schema(bare)
        value = alias_value(bare)
        if value is not None:
            return self.schema(value, use)
        return record_schema(bare, use, self.schema)

    def _foreign_reference(self, annotation: Any, use: Use) -> Object:
        # An Annotated may have no hash; while it is kept here, its id stays its own.
        key = (id(annotation), use)
        number = self._foreign_numbers.setdefault(key, len(self._foreign))
        if number == len(self._foreign):
            self._foreign.append((annotation, use))
        return {"$ref": f"{_FOREIGN}{number}"}

    def _not_ours(self, shared: dict[str, Object]) -> dict[str, Object]:
        """Return the components of pydantic without those of types that we describe the same way, such as an Enum."""
        return {name: schema for name, schema in shared.items() if schema not in self._schemas}

    def _report(self, named: dict[Any, Named]) -> None:
        """Report the types that had to be qualified, each name once."""
        reported: set[frozenset[int]] = set()
        for item, given in named.items():
            key = frozenset(map(id, given.clashes))
            if not given.clashes or key in reported or not _differ(given.clashes):
                continue
            reported.add(key)
            self.diagnostics.append(_clash(item, given.clashes, named))


def _differ(clashes: Iterable[Any]) -> bool:
    """Tell whether there are several types; a component of pydantic may be a dataclass of ours in other words."""
    types = [clash for clash in clashes if not isinstance(clash, dict)]
    return len(types) > 1 or any(_is_struct(clash) for clash in types)


def _is_struct(annotation: Any) -> bool:
    cls = get_origin(annotation) or annotation
    return isinstance(cls, type) and issubclass(cls, msgspec.Struct)


def _clash(item: Any, clashes: Iterable[Any], named: dict[Any, Named]) -> Diagnostic:
    types = [clash for clash in clashes if not isinstance(clash, dict)]
    places = [place_of(get_origin(clash) or clash) for clash in types]
    shown = ", ".join(f"{_full_name(clash)} as {named[clash].name}" for clash in types if clash in named)
    name = getattr(get_origin(item) or item, "__name__", str(item))
    return Diagnostic(
        "FA131",
        f"{len(list(clashes))} different types of the document are named {name!r}; it has {shown}.",
        "Give them different names, so that clients get readable ones.",
        tuple(place for place in places if place),
        "warning",
    )


def _full_name(annotation: Any) -> str:
    origin = get_origin(annotation) or annotation
    return f"{origin.__module__}.{getattr(origin, '__qualname__', origin.__name__)}"
