"""Where an argument comes from, declared in a handler's signature.

    async def search(q: Annotated[str, Query(min_length=3)], limit: int = Query(20, le=100)): ...

These functions make records and do nothing else; the plan reads the records. They are typed as `Any`, so that they can
stand as the default value of an argument of any type.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum
from re import Pattern
from typing import Any, Literal, Self, TypedDict, Unpack

from msgspec import Struct

from faster_core.diagnostic import Diagnostic, place_of_caller
from faster_core.exceptions import ConfigurationError

__all__ = [
    "Body",
    "Cookie",
    "Declaration",
    "DependencyScope",
    "Depends",
    "File",
    "Form",
    "Header",
    "Injection",
    "Options",
    "Path",
    "Query",
    "Security",
    "Source",
    "Style",
    "UnknownArgumentError",
]

DependencyScope = Literal["function", "request", "app"]
Style = Literal["form", "csv", "pipe", "space", "deepObject"]


class Source(StrEnum):
    """The part of a request that a value is read from; its text stands first in the `loc` of an error."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"
    BODY = "body"
    FORM = "form"
    FILE = "file"


class UnknownArgumentError(ConfigurationError, TypeError):
    """A keyword that a declaration does not have."""

    @classmethod
    def naming(cls, function: str, name: str, known: Collection[str]) -> Self:
        """Return the error for one keyword, with the caller's line and the nearest keyword that there is.

        Args:
            function: The function's name.
            name: The keyword that it does not have.
            known: Those that it has.
        """
        import difflib

        near = difflib.get_close_matches(name, known, n=1)
        fix = f"Did you mean {near[0]!r}?" if near else f"It takes {', '.join(sorted(known))}."
        place = place_of_caller()
        where = f"{place}: " if place else ""
        return cls(
            Diagnostic("FA140", f"{where}{function}() has no argument {name!r}.", fix, (place,) if place else ())
        )


class Options(TypedDict, total=False):
    """What every declaration takes, beside its default.

    Attributes:
        default_factory: Makes the default of each request.
        alias: The name on the wire, when it is not the argument's.
        validation_alias: The name on the wire, too; what is read by this name is not read by `alias`.
        serialization_alias: Taken for FastAPI's sake: an argument is never written.
        title: A short name for the document.
        description: A text for the document.
        gt: Greater than.
        ge: Greater than or equal.
        lt: Less than.
        le: Less than or equal.
        multiple_of: A number of which the value is a multiple.
        min_length: Characters, bytes or items at least.
        max_length: Characters, bytes or items at most.
        pattern: A regular expression that is found in the text.
        strict: True refuses text that is not written as the type's own JSON text.
        allow_inf_nan: False refuses infinities and NaN.
        max_digits: Digits of a decimal at most.
        decimal_places: Digits after the point at most.
        examples: Values for the document.
        openapi_examples: Named OpenAPI example objects.
        deprecated: Shown in the document.
        include_in_schema: False leaves the parameter out of the document.
        json_schema_extra: Merged into the schema in the document.
        validate_default: True holds the default to the constraints, once, at start-up.
        convert_underscores: For headers: `x_token` reads `x-token`. True unless given.
        style: For queries: how several values are written.
        embed: For bodies: True wants one body under its name, too.
        media_type: For bodies and forms: the media type in the document, and of a part that is JSON.
    """

    default_factory: Callable[[], Any] | None
    alias: str | None
    validation_alias: str | None
    serialization_alias: str | None
    title: str | None
    description: str | None
    gt: Any
    ge: Any
    lt: Any
    le: Any
    multiple_of: float | None
    min_length: int | None
    max_length: int | None
    pattern: str | Pattern[str] | None
    strict: bool | None
    allow_inf_nan: bool | None
    max_digits: int | None
    decimal_places: int | None
    examples: Sequence[Any] | None
    openapi_examples: Mapping[str, Any] | None
    deprecated: bool | str | None
    include_in_schema: bool
    json_schema_extra: Mapping[str, Any] | None
    validate_default: bool | None
    convert_underscores: bool
    style: Style | None
    embed: bool | None
    media_type: str | None


class Declaration(Struct, frozen=True, kw_only=True, eq=False):
    """What one `Path()`, `Query()`, `Header()`, `Cookie()`, `Body()`, `Form()` or `File()` says. See `Options`."""

    source: Source
    default: Any = ...
    default_factory: Callable[[], Any] | None = None
    alias: str | None = None
    validation_alias: str | None = None
    serialization_alias: str | None = None
    title: str | None = None
    description: str | None = None
    gt: Any = None
    ge: Any = None
    lt: Any = None
    le: Any = None
    multiple_of: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | Pattern[str] | None = None
    strict: bool | None = None
    allow_inf_nan: bool | None = None
    max_digits: int | None = None
    decimal_places: int | None = None
    examples: Sequence[Any] | None = None
    openapi_examples: Mapping[str, Any] | None = None
    deprecated: bool | str | None = None
    include_in_schema: bool = True
    json_schema_extra: Mapping[str, Any] | None = None
    validate_default: bool | None = None
    convert_underscores: bool = True
    style: Style | None = None
    embed: bool | None = None
    media_type: str | None = None

    @property
    def wire_name(self) -> str | None:
        """The name on the wire, where one was written."""
        return self.validation_alias or self.alias

    def constraints(self) -> dict[str, Any]:
        """Return the constraints that are set, by name."""
        return {name: value for name in _CONSTRAINTS if (value := getattr(self, name)) is not None}


_CONSTRAINTS = (
    "gt",
    "ge",
    "lt",
    "le",
    "multiple_of",
    "min_length",
    "max_length",
    "pattern",
    "strict",
    "allow_inf_nan",
    "max_digits",
    "decimal_places",
)
_NAMES = frozenset(Options.__annotations__)


def _declare(source: Source, default: Any, options: Options) -> Declaration:
    unknown = options.keys() - _NAMES
    if unknown:
        raise UnknownArgumentError.naming(source.title(), min(unknown), _NAMES)
    return Declaration(source=source, default=default, **options)


def Path(default: Any = ..., **options: Unpack[Options]) -> Any:
    """Declare a value from the path. It is always required.

    Args:
        default: Not allowed other than `...`; it is here so that calls written for FastAPI work.
        **options: See `Options`.
    """
    return _declare(Source.PATH, default, options)


def Query(default: Any = ..., **options: Unpack[Options]) -> Any:
    """Declare a value, a list of values or a model from the query string.

    Args:
        default: What the argument is without one; `...` means that it is required.
        **options: See `Options`.

    Raises:
        UnknownArgumentError: A TypeError, for an option that does not exist.
    """
    return _declare(Source.QUERY, default, options)


def Header(default: Any = ..., **options: Unpack[Options]) -> Any:
    """Declare a value, a list of values or a model from the header fields. See `Query`."""
    return _declare(Source.HEADER, default, options)


def Cookie(default: Any = ..., **options: Unpack[Options]) -> Any:
    """Declare a value or a model from the cookies. See `Query`."""
    return _declare(Source.COOKIE, default, options)


def Body(default: Any = ..., **options: Unpack[Options]) -> Any:
    """Declare the body, or one member of a JSON body. See `Query`."""
    return _declare(Source.BODY, default, options)


def Form(default: Any = ..., **options: Unpack[Options]) -> Any:
    """Declare a form field, a list of them or a model of them; `media_type="application/json"` reads a JSON part."""
    return _declare(Source.FORM, default, options)


def File(default: Any = ..., **options: Unpack[Options]) -> Any:
    """Declare an uploaded file, as `UploadFile` or as bytes. See `Query`."""
    return _declare(Source.FILE, default, options)


class Injection(Struct, frozen=True, kw_only=True, eq=False, weakref=True):
    """What one `Depends()` or `Security()` says.

    Attributes:
        dependency: What is called; None takes the annotation of the argument.
        use_cache: Whether one request calls it once only.
        scope: When the code after its `yield` runs: before the response is sent (`function`), after it (`request`), or
            at shut-down (`app`).
        scopes: The OAuth2 scopes that `Security()` adds.
        max_concurrency: How many requests may be inside it at once; None for any number.
        security: Whether `Security()` made it.
        raises: The exceptions that it says the dependency raises, for the document.
    """

    dependency: Callable[..., Any] | None = None
    use_cache: bool = True
    scope: DependencyScope | None = None
    scopes: tuple[str, ...] = ()
    max_concurrency: int | None = None
    security: bool = False
    raises: tuple[type[Exception], ...] = ()


def Depends(
    dependency: Callable[..., Any] | None = None,
    *,
    use_cache: bool = True,
    scope: DependencyScope | None = None,
    max_concurrency: int | None = None,
    raises: Sequence[type[Exception]] | None = None,
) -> Any:
    """Declare a value that another function provides.

    Args:
        dependency: A function, class or callable object; its own arguments are read from the request, too. None means
            the annotation of the argument.
        use_cache: False calls it again for each argument that wants it.
        scope: When the code after its `yield` runs: `request` (the default: when the response has been sent and
            the background tasks have run), `function` (before the response is sent), `app` (at shut-down).
        max_concurrency: How many requests may be inside it at once; the others wait, without a thread.
        raises: The exceptions that it raises: their answers are documented with every operation that depends on it.

    Raises:
        ConfigurationError: FA112, when the dependency is not callable.
        ValueError: When `max_concurrency` is below 1.
    """
    _check_dependency("Depends", dependency, max_concurrency)
    return Injection(
        dependency=dependency,
        use_cache=use_cache,
        scope=scope,
        max_concurrency=max_concurrency,
        raises=tuple(raises or ()),
    )


def Security(
    dependency: Callable[..., Any] | None = None,
    *,
    scopes: Sequence[str] | None = None,
    use_cache: bool = True,
    scope: DependencyScope | None = None,
    raises: Sequence[type[Exception]] | None = None,
) -> Any:
    """Declare a value that a security scheme provides. Like `Depends`, with OAuth2 scopes.

    Args:
        dependency: See `Depends`.
        scopes: The scopes that are asked for here; `SecurityScopes` holds those of the whole chain.
        use_cache: See `Depends`.
        scope: See `Depends`.
        raises: See `Depends`.
    """
    _check_dependency("Security", dependency, None)
    return Injection(
        dependency=dependency,
        use_cache=use_cache,
        scope=scope,
        scopes=tuple(scopes or ()),
        security=True,
        raises=tuple(raises or ()),
    )


def _check_dependency(function: str, dependency: Any, max_concurrency: int | None) -> None:
    if dependency is not None and not callable(dependency):
        kind, place = type(dependency).__name__, place_of_caller()
        where = f"{place}: " if place else ""
        raise ConfigurationError(
            Diagnostic(
                "FA112",
                f"{where}{function}() got a value of type {kind}, which cannot be called: a result instead of a "
                "function.",
                f"Write {function}(f), not {function}(f()).",
                (place,) if place else (),
            )
        )
    if max_concurrency is not None and max_concurrency < 1:
        raise ValueError(f"max_concurrency must be 1 or more, not {max_concurrency!r}.")
