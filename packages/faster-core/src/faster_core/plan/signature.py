"""A callable's signature, with its annotations resolved: the only module that inspects functions."""

import contextlib
import inspect
import re
import sys
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import partial
from types import FunctionType
from typing import Annotated, Any, get_args, get_origin

import msgspec
from msgspec import Struct

from faster_core.codec.annotation import is_dataclass
from faster_core.diagnostic import Diagnostic, Place, describe_callable, place_of
from faster_core.exceptions import ConfigurationError
from faster_core.plan.model import Run

__all__ = ["EMPTY", "Signature", "SignatureArgument", "how_it_runs", "key_of", "read_signature", "split_annotation"]

EMPTY = inspect.Parameter.empty
"""No default, or no annotation."""

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
_VARIADIC_FLAGS = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS


class SignatureArgument(Struct, frozen=True):
    """One argument as it is written: annotation and default are `EMPTY` where there is none."""

    name: str
    annotation: Any
    default: Any
    positional: bool


class Signature(Struct, frozen=True):
    """What a callable takes and gives."""

    arguments: tuple[SignatureArgument, ...]
    result: Any
    place: Place | None


def read_signature(function: Callable[..., Any], *, with_result: bool = True) -> Signature:
    """Return the arguments of a function, class, bound method, partial or callable object.

    Args:
        function: The callable.
        with_result: Whether the result's annotation is read. A dependency's may name what only type checkers know.

    Raises:
        ConfigurationError: FA122 for an annotation that names something unknown; FA123 for a wrapper that hides the
            signature of what it wraps.
    """
    if type(function) is FunctionType and not function.__dict__ and not function.__code__.co_flags & _VARIADIC_FLAGS:
        return _read_plain(function, with_result=with_result)
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError) as error:
        raise _unreadable(function) from error
    parameters = signature.parameters.values()
    variadic = [parameter for parameter in parameters if parameter.kind in _VARIADIC]
    if len(variadic) == 2 and len(parameters) == 2 and not isinstance(function, type):
        raise _hidden(function)
    arguments = tuple(
        SignatureArgument(
            parameter.name,
            _resolve(parameter.annotation, function, parameter.name),
            parameter.default,
            parameter.kind in _POSITIONAL,
        )
        for parameter in parameters
        if parameter.kind not in _VARIADIC and not _is_bound(parameter, function)
    )
    unread = isinstance(function, type) or not with_result
    result = EMPTY if unread else _resolve(signature.return_annotation, function, "return")
    return Signature(arguments, result, place_of(function))


def _read_plain(function: FunctionType, *, with_result: bool) -> Signature:
    """Return the signature of a function that nothing wraps; `inspect.signature` takes three times as long."""
    code, annotations = function.__code__, function.__annotations__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    defaults = dict(function.__kwdefaults__ or {})
    given = function.__defaults__ or ()
    defaults.update(zip(names[code.co_argcount - len(given) : code.co_argcount], given, strict=True))
    arguments = tuple(
        SignatureArgument(
            name,
            _resolve(annotations.get(name, EMPTY), function, name),
            defaults.get(name, EMPTY),
            position < code.co_argcount,
        )
        for position, name in enumerate(names)
    )
    result = _resolve(annotations.get("return", EMPTY), function, "return") if with_result else EMPTY
    return Signature(arguments, result, place_of(function))


class _Same:
    """Stands for a callable that has no hash, such as an instance of a dataclass: equal to itself only."""

    __slots__ = ("_function",)

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other._function is self._function

    def __hash__(self) -> int:
        return id(self._function)


def key_of(function: Callable[..., Any]) -> Hashable:
    """Return a key for a callable in a dictionary: the callable itself, or what stands for one without a hash."""
    try:
        hash(function)
    except TypeError:
        return _Same(function)
    return function


def split_annotation(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return a type without its outermost metadata, and that metadata, innermost first.

    Nested `Annotated` and aliases (`type X = Annotated[…]`, PEP 695) are joined.
    """
    metadata: tuple[Any, ...] = ()
    aliases: list[Any] = []
    while not isinstance(annotation, type):
        if get_origin(annotation) is Annotated:
            metadata = annotation.__metadata__ + metadata
            annotation = get_args(annotation)[0]
        elif type(annotation).__name__ == "TypeAliasType" and annotation not in aliases:
            aliases.append(annotation)
            annotation = annotation.__value__
        else:
            break
    return annotation, metadata


def how_it_runs(function: Callable[..., Any]) -> Run:
    """Return how a callable runs: on the loop, in a thread, step by step as a generator, or inline."""
    target = _innermost(function)
    if isinstance(target, type):
        return Run.INLINE if _only_stores(target) else Run.THREAD
    for candidate in (target, _innermost(inspect.unwrap(target))):
        if inspect.isasyncgenfunction(candidate):
            return Run.LOOP_GENERATOR
        if inspect.iscoroutinefunction(candidate):
            return Run.LOOP
        if inspect.isgeneratorfunction(candidate):
            return Run.THREAD_GENERATOR
    return Run.THREAD


def _innermost(function: Any) -> Any:
    """Return the function below partials and callable objects."""
    while isinstance(function, partial):
        function = function.func
    if inspect.isroutine(function) or isinstance(function, type):
        return function
    return _innermost(type(function).__call__)


def _only_stores(cls: type[Any]) -> bool:
    """Tell whether making an instance runs none of the user's code: a Struct or a dataclass without post-init."""
    if hasattr(cls, "__post_init__"):
        return False
    if issubclass(cls, msgspec.Struct):
        return True
    return is_dataclass(cls) and "__init__" in vars(cls) and cls.__dataclass_params__.init


def _is_bound(parameter: inspect.Parameter, function: Any) -> bool:
    """Tell whether a partial fills the parameter already."""
    return isinstance(function, partial) and parameter.name in function.keywords


def _resolve(annotation: Any, function: Callable[..., Any], name: str) -> Any:
    """Return an annotation with what is written as text evaluated where the function was defined."""
    if not _has_text(annotation):
        return annotation
    last: NameError | None = None
    for namespace in _namespaces(function):
        try:
            return _evaluate(annotation, namespace)
        except NameError as error:
            last = error
    raise _unresolved(annotation, function, name, last)


def _has_text(annotation: Any) -> bool:
    if isinstance(annotation, type):
        return False
    if isinstance(annotation, str) or type(annotation).__name__ == "ForwardRef":
        return True
    arguments = get_args(annotation)
    if get_origin(annotation) is Annotated:
        arguments = arguments[:1]
    elif type(annotation).__name__ == "_LiteralGenericAlias":
        return False
    return any(_has_text(argument) for argument in arguments if not isinstance(argument, list))


def _evaluate(annotation: Any, namespace: Mapping[str, Any]) -> Any:
    import typing

    holder: Any = type("holder", (), {"__annotations__": {"value": annotation}})
    return typing.get_type_hints(holder, dict(namespace), {}, include_extras=True)["value"]


def _namespaces(function: Any) -> Iterator[dict[str, Any]]:
    """Give the names that annotations may mean: the module's, the closure's, and those of the calls going on."""
    target = _innermost(function)
    target = inspect.unwrap(getattr(target, "__init__", target) if isinstance(target, type) else target)
    module = sys.modules.get(getattr(target, "__module__", "") or getattr(type(function), "__module__", ""))
    names = dict(getattr(target, "__globals__", None) or vars(module or object))
    if isinstance(function, type):
        names = {**vars(sys.modules[function.__module__]), **names}
    with contextlib.suppress(ValueError, TypeError):
        names.update(inspect.getclosurevars(target).nonlocals)
    names.update({parameter.__name__: parameter for parameter in getattr(target, "__type_params__", ())})
    yield names
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_globals is getattr(target, "__globals__", None):
            yield {**names, **frame.f_locals}
        frame = frame.f_back  # type: ignore[assignment]


def _unresolved(
    annotation: Any, function: Callable[..., Any], name: str, error: NameError | None
) -> ConfigurationError:
    missing = re.search(r"name '([^']*)'", str(error))
    unknown = missing.group(1) if missing else str(annotation)
    what = "The result" if name == "return" else f"Argument {name!r}"
    return ConfigurationError(
        Diagnostic(
            "FA122",
            f"{what} of {describe_callable(function)} is annotated {annotation!r}, but nothing is named {unknown!r} "
            "there when the program runs.",
            f"Import {unknown!r} outside `if TYPE_CHECKING:`, or define it before the handler.",
            _places(function),
        )
    )


def _hidden(function: Callable[..., Any]) -> ConfigurationError:
    return ConfigurationError(
        Diagnostic(
            "FA123",
            f"{describe_callable(function)} takes only *args and **kwargs, so no argument can be read from a request.",
            "If it is made by a decorator, use functools.wraps in the decorator.",
            _places(function),
        )
    )


def _unreadable(function: Callable[..., Any]) -> ConfigurationError:
    return ConfigurationError(
        Diagnostic(
            "FA123",
            f"{describe_callable(function)} has no signature that Python can tell.",
            "Wrap it in a function with annotated arguments.",
            _places(function),
        )
    )


def _places(function: Callable[..., Any]) -> tuple[Place, ...]:
    place = place_of(function)
    return (place,) if place else ()
