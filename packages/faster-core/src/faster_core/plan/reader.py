"""The reader: a handler's signature, and those of everything it depends on, become a `Plan`.

Rules that hold:

- A function is inspected once, whatever the number of routes that depend on it.
- One value is one node: a dependency that two routes need is the same node in both plans, and so is a parameter that
  two functions read the same way.
- Every mistake is raised here, with the lines of those who made it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from msgspec import Struct, field
from msgspec.structs import astuple

from faster_core.diagnostic import Diagnostic, Place, describe_callable, place_of
from faster_core.exceptions import ConfigurationError, DependencyCycleError
from faster_core.params import Declaration, Injection, Source
from faster_core.plan.body import join_body
from faster_core.plan.model import (
    Argument,
    BodyPart,
    Call,
    Dependency,
    Group,
    Node,
    Parameter,
    Plan,
    Run,
    Special,
)
from faster_core.plan.result import UNSET_MODEL, result_model
from faster_core.plan.signature import (
    EMPTY,
    Signature,
    SignatureArgument,
    how_it_runs,
    key_of,
    read_signature,
    split_annotation,
)
from faster_core.plan.source import injection_of, node_of

__all__ = ["PlanReader"]

T = TypeVar("T", bound=Parameter | Group | BodyPart | Special)

Overrides = Mapping[Callable[..., Any], Callable[..., Any]]
_GENERATORS = (Run.LOOP_GENERATOR, Run.THREAD_GENERATOR)


class _Way(Struct, frozen=True):
    """The way from the handler to the function that is being read.

    Attributes:
        chain: The functions on it, the handler first.
        scopes: The OAuth2 scopes asked for on it.
        path_names: The variables of the path template.
        within_app: Whether a dependency of scope `app` is on it.
    """

    chain: tuple[Callable[..., Any], ...]
    scopes: tuple[str, ...]
    path_names: Collection[str]
    within_app: bool = False


class _Gathered(Struct):
    """What a traversal of the finished nodes finds, each node once, in the order of need."""

    order: list[Dependency] = field(default_factory=list)
    parameters: list[Parameter | Group] = field(default_factory=list)
    parts: list[BodyPart] = field(default_factory=list)
    fields: list[Parameter | Group] = field(default_factory=list)
    specials: list[Special] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def add(self, node: Node) -> None:
        if id(node) in self.seen:
            return
        self.seen.add(id(node))
        if isinstance(node, Dependency):
            for argument in node.arguments:
                if node.scope != "app" or isinstance(argument.node, Dependency):
                    self.add(argument.node)
            self.order.append(node)
        elif isinstance(node, Special):
            self.specials.append(node)
        elif isinstance(node, BodyPart):
            self.parts.append(node)
        elif node.source in (Source.FORM, Source.FILE):
            self.fields.append(node)
        else:
            self.parameters.append(node)


class PlanReader:
    """Reads the handlers of one application.

    Args:
        overrides: Functions that stand in for declared dependencies.
    """

    def __init__(self, overrides: Overrides | None = None) -> None:
        self._overrides: dict[Any, Callable[..., Any]] = dict(overrides or {})
        self._signatures: dict[Any, Signature] = {}
        self._dependencies: dict[Any, Dependency] = {}
        self._names: dict[Any, frozenset[str]] = {}
        self._nodes: dict[Any, Any] = {}

    def read(
        self,
        handler: Callable[..., Any],
        *,
        path_names: Collection[str] = (),
        dependencies: Sequence[Injection] = (),
        result: Any = UNSET_MODEL,
    ) -> Plan:
        """Return the plan of a handler.

        Args:
            handler: The function that answers.
            path_names: The variables of the path template.
            dependencies: What app, router and route depend on, outermost first.
            result: `response_model`: the type that the result is filtered by, None for none; unless given, the return
                annotation.

        Raises:
            ConfigurationError: For whatever cannot be right, with code and places.
        """
        signature = self._signature(handler, with_result=True)
        run = how_it_runs(handler)
        way = _Way((handler,), (), path_names)
        first = tuple(self._dependency(injection, way, signature.place) for injection in dependencies)
        call = Call(
            function=handler,
            run=run,
            arguments=self._arguments(signature, way),
            place=signature.place,
        )
        gathered = _Gathered()
        for node in (*first, *(argument.node for argument in call.arguments)):
            gathered.add(node)
        return Plan(
            handler=call,
            dependencies=first,
            order=tuple(gathered.order),
            parameters=tuple(gathered.parameters),
            body=join_body(gathered.parts, gathered.fields, getattr(handler, "__name__", "handler")),
            specials=tuple(gathered.specials),
            result=result_model(signature.result, result, run),
            returns=signature.result,
        )

    def read_dependency(self, function: Callable[..., Any]) -> Dependency:
        """Return the node of a dependency that is wanted outside a request.

        Raises:
            ConfigurationError: As `read` does.
        """
        return self._dependency(Injection(dependency=function), _Way((), (), ()), None)

    def _signature(self, function: Callable[..., Any], *, with_result: bool = False) -> Signature:
        key = key_of(function), with_result
        known = self._signatures.get(key)
        if known is None:
            known = self._signatures[key] = read_signature(function, with_result=with_result)
        return known

    def _arguments(self, signature: Signature, way: _Way) -> tuple[Argument, ...]:
        found = []
        for argument in signature.arguments:
            injection = injection_of(argument, signature.place)
            node: Node
            if injection is not None:
                node = self._dependency(injection, way, signature.place)
            else:
                node = self._shared(node_of(argument, way.path_names, signature.place, way.scopes))
                if way.within_app and not _stands_alone(argument, node):
                    raise _request_in_app(f"argument {argument.name!r}", signature.place)
            raises = injection.raises if injection is not None else ()
            found.append(Argument(name=argument.name, node=node, positional=argument.positional, raises=raises))
        return tuple(found)

    def _dependency(self, injection: Injection, way: _Way, place: Place | None) -> Dependency:
        original = injection.dependency
        assert original is not None, "injection_of() fills the dependency in"
        if original in way.chain:
            raise _cycle((*way.chain[way.chain.index(original) :], original))
        if way.within_app and injection.scope in ("request", "function"):
            raise _request_in_app(describe_callable(original), place)
        scopes = (*way.scopes, *injection.scopes)
        inner = _Way((*way.chain, original), scopes, way.path_names, way.within_app or injection.scope == "app")
        key = self._key(original, injection, inner)
        known = self._dependencies.get(key) if key is not None else None
        if known is not None:
            return known
        node = self._read_dependency(original, injection, inner)
        self._names[key_of(original)] = _names_below(node)
        if injection.use_cache:
            self._dependencies[self._key(original, injection, inner)] = node
        return node

    def _key(self, original: Callable[..., Any], injection: Injection, way: _Way) -> Any:
        """Return what two uses of a function have in common when they are one value; None while that is not known."""
        names = self._names.get(key_of(original))
        if names is None or not injection.use_cache:
            return None
        scopes = tuple(sorted(set(way.scopes))) if injection.scopes or _SCOPES in names else ()
        limit = id(injection) if injection.max_concurrency else None
        used = frozenset(name for name in way.path_names if name in names)
        return key_of(original), injection.scope or "request", limit, scopes, used, way.within_app

    def _read_dependency(self, original: Callable[..., Any], injection: Injection, way: _Way) -> Dependency:
        function = self._overrides.get(key_of(original), original)
        signature = self._signature(function)
        run = how_it_runs(function)
        node = Dependency(
            function=function,
            run=run,
            arguments=self._arguments(signature, way),
            place=signature.place,
            original=original,
            scope="app" if way.within_app else injection.scope or "request",
            cached=injection.use_cache,
            declaration=injection,
            scopes=way.scopes,
            raises=tuple(getattr(function, "__raises__", ())),
        )
        _check_lifetimes(node)
        return node

    def _shared(self, node: T) -> T:
        """Return the node that means the same value, if there is one already."""
        key: Any
        if isinstance(node, Special):
            key = (node.kind, node.type, node.scopes)
        elif isinstance(node, Parameter):
            key = (node.source, node.wire_name, *_written(node))
        else:
            key = (type(node), *_written(node))
        try:
            found: T = self._nodes.setdefault(key, node)
        except TypeError:
            return node
        return found


_SCOPES = "\0scopes"
"""Stands among the names of a dependency that depends on the scopes of its chain: `SecurityScopes` is read below it, or
a security scheme, whose scopes are for the document. No argument can have this name."""


def _names_below(node: Node) -> frozenset[str]:
    """Return the names of every argument at and below a node: those that a path template could claim."""
    if isinstance(node, Dependency):
        own = {argument.name for argument in node.arguments} | ({_SCOPES} if _is_scheme(node.function) else set())
        return frozenset(own).union(*(_names_below(argument.node) for argument in node.arguments))
    if isinstance(node, Special):
        return frozenset((_SCOPES,)) if node.kind == "scopes" else frozenset()
    if isinstance(node, Parameter):
        return frozenset((node.wire_name, node.name))
    return frozenset()


def _is_scheme(function: Any) -> bool:
    return hasattr(function, "scheme_name")


def _stands_alone(argument: SignatureArgument, node: Node) -> bool:
    """Tell whether an argument needs nothing of a request: nobody said where it comes from, and it has a default."""
    written = (argument.default, *split_annotation(argument.annotation)[1])
    declared = any(isinstance(item, Declaration) for item in written)
    return isinstance(node, (Parameter, BodyPart)) and argument.default is not EMPTY and not declared


def _written(node: Parameter | Group | BodyPart) -> tuple[Any, ...]:
    """Return what a programmer wrote for an argument, as a key: equal words are one value, other words another one.

    Equal unions may have their members in different orders, and those are tried in turn, so their text counts, too.
    """
    source, _, *words = astuple(node.declaration)
    said = () if words == _NOTHING_SAID else tuple(map(_typed, words))
    return node.name, node.annotation, repr(node.annotation), _typed(node.default), source, said


_NOTHING_SAID = list(Declaration.__struct_defaults__[1:])
"""What stands in a declaration after its source and its default when nobody has written anything."""


def _typed(default: Any) -> Any:
    """Return a key that tells 1, 1.0 and True apart."""
    return type(default), default


def _check_lifetimes(node: Dependency) -> None:
    """Refuse a value that would be left before the one that uses it."""
    if node.scope != "request" or node.run not in _GENERATORS:
        return
    for argument in node.arguments:
        inner = argument.node
        if isinstance(inner, Dependency) and inner.scope == "function" and inner.run in _GENERATORS:
            raise ConfigurationError(
                Diagnostic(
                    "FA113",
                    f"{describe_callable(node.function)} lives until the response has been sent (scope='request'), but "
                    f"uses {describe_callable(inner.function)}, which is left before that (scope='function').",
                    "Give both the same scope.",
                    tuple(place for place in (node.place, inner.place) if place),
                )
            )


def _request_in_app(what: str, place: Place | None) -> ConfigurationError:
    where = f"{place}: " if place else ""
    return ConfigurationError(
        Diagnostic(
            "FA111",
            f"{where}{what} belongs to one request, but the dependency that wants it lives as long as the application.",
            "Give that dependency scope='request', or take the value from settings.",
            (place,) if place else (),
        )
    )


def _cycle(chain: tuple[Callable[..., Any], ...]) -> DependencyCycleError:
    shown = " → ".join(describe_callable(function) for function in chain)
    return DependencyCycleError(
        Diagnostic(
            "FA110",
            f"These dependencies need each other in a circle: {shown}.",
            "Take one of the Depends() out, or move what both need into a third function.",
            tuple(place for place in map(place_of, chain[:-1]) if place),
        )
    )
