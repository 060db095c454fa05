"""The plan: what a handler's signature says, as plain frozen data.

A plan is written once, by the reader, and read by three: the endpoint that serves it, the document that describes it
and the explanations that quote it. Nothing here computes, and after the plan nobody inspects a function again.

    Plan
    ├── dependencies   those of app, router and route, whose results nobody reads ─┐
    ├── handler        a Call ── arguments ──► Node                                ├─► Dependency, a Call, too
    └── body           what the whole request's body is, joined from all BodyParts ┘

    Node = Parameter | Group | BodyPart | Special | Dependency

Nodes are shared: two arguments that mean the same value hold the same node, so the node's identity says "one value".
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from faster_core.codec import Codec
from faster_core.diagnostic import Place
from faster_core.params import Declaration, DependencyScope, Injection, Source, Style

__all__ = [
    "Argument",
    "Body",
    "BodyPart",
    "Call",
    "Dependency",
    "Group",
    "Node",
    "Parameter",
    "Plan",
    "Run",
    "Special",
    "SpecialKind",
]

SpecialKind = Literal["request", "websocket", "connection", "response", "background", "scopes"]


class Run(StrEnum):
    """How a function runs."""

    LOOP = "loop"
    """A coroutine function, awaited on the event loop."""
    THREAD = "thread"
    """A plain function, called in a thread."""
    INLINE = "inline"
    """A class that only stores its arguments: called on the loop, since it cannot block."""
    LOOP_GENERATOR = "loop generator"
    """An asynchronous generator function."""
    THREAD_GENERATOR = "thread generator"
    """A generator function, each step of which runs in a thread."""


class Parameter(Struct, frozen=True, eq=False, kw_only=True):
    """One value read from text: path, query, header, cookie, form field or file.

    Attributes:
        source: Where it is read.
        name: The argument's name in Python.
        wire_name: The name in the request; headers in lower case.
        annotation: The type, with the constraints in it.
        codec: Converts the text. For files it converts nothing.
        required: Whether a request without it is refused.
        default: What it is otherwise; `...` when it is required or has a factory.
        default_factory: Makes the default of each request.
        collects: Whether repeated values make one collection.
        style: How a query writes several values.
        declaration: What the programmer wrote, for the document.
        place: The function that wants it.
    """

    source: Source
    name: str
    wire_name: str
    annotation: Any
    codec: Codec
    required: bool
    default: Any
    default_factory: Callable[[], Any] | None
    collects: bool
    style: Style | None
    declaration: Declaration
    place: Place | None


class Group(Struct, frozen=True, eq=False, kw_only=True):
    """A model whose fields are spread over one source of text.

    Attributes:
        source: Where its fields are read.
        name: The argument's name in Python.
        annotation: The model.
        codec: Converts the mapping of texts.
        fields: What is read, for the document and for the reading; the model itself makes defaults.
        forbids_extra: Whether names that are no field are an error.
        keeps_extra: Whether the model keeps names that are no field.
        required: False when the argument has a default, which it is when none of the names was sent.
        default: That default.
        declaration: What the programmer wrote, for the document.
        place: The function that wants it.
    """

    source: Source
    name: str
    annotation: Any
    codec: Codec
    fields: tuple[Parameter, ...]
    forbids_extra: bool
    keeps_extra: bool
    required: bool
    default: Any
    declaration: Declaration
    place: Place | None


class BodyPart(Struct, frozen=True, eq=False, kw_only=True):
    """One argument read from a body that is not a form.

    Attributes:
        name: The argument's name in Python.
        wire_name: The member of the JSON object, when the body is embedded.
        annotation: The type, with the constraints in it.
        codec: Decodes it.
        required: Whether a request without it is refused.
        default: What it is otherwise; `...` when it is required or has a factory.
        default_factory: Makes the default of each request.
        declaration: What the programmer wrote, for the document.
        place: The function that wants it.
    """

    name: str
    wire_name: str
    annotation: Any
    codec: Codec
    required: bool
    default: Any
    default_factory: Callable[[], Any] | None
    declaration: Declaration
    place: Place | None


class Special(Struct, frozen=True, eq=False, kw_only=True):
    """Something of the request itself, chosen by its annotation.

    Attributes:
        kind: What it is.
        type: The class that is made.
        scopes: For `SecurityScopes`: the scopes of the chain.
    """

    kind: SpecialKind
    type: type[Any]
    scopes: tuple[str, ...] = ()


class Argument(Struct, frozen=True, eq=False, kw_only=True):
    """One argument of a call, and the node that provides it.

    Attributes:
        name: Its name.
        node: Where its value comes from.
        positional: Whether it is given by its position.
        raises: The exceptions that it says its dependency raises, for the document.
    """

    name: str
    node: "Node"
    positional: bool = False
    raises: tuple[type[Exception], ...] = ()


class Call(Struct, frozen=True, eq=False, kw_only=True):
    """A function to be called: the handler.

    Attributes:
        function: What is called.
        run: How it runs.
        arguments: What it is given.
        place: Where it is written.
    """

    function: Callable[..., Any]
    run: Run
    arguments: tuple[Argument, ...]
    place: Place | None


class Dependency(Call, frozen=True, eq=False, kw_only=True):
    """A function whose result is an argument of others.

    Attributes:
        original: What was declared; differs from `function` where an override stands in.
        scope: When the code after its `yield` runs.
        cached: Whether one request calls it once only.
        declaration: What the programmer wrote first.
        scopes: The OAuth2 scopes of the chain that leads to it.
        raises: The exceptions that it says it raises, for the document.
    """

    original: Callable[..., Any]
    scope: DependencyScope
    cached: bool
    declaration: Injection
    scopes: tuple[str, ...]
    raises: tuple[type[Exception], ...] = ()


Node: TypeAlias = Parameter | Group | BodyPart | Special | Dependency


class Body(Struct, frozen=True, eq=False, kw_only=True):
    """The body of the request, joined from what all arguments want of it.

    Attributes:
        kind: `json` (also MessagePack, by content type), `form` (urlencoded or multipart), `raw` bytes, or `text`.
        media_type: The media type for the document.
        parts: The arguments, for `json`, `raw` and `text`.
        fields: The fields, for `form`.
        embedded: Whether the JSON body is an object with a member for each part.
        annotation: What the JSON body as a whole is decoded to.
        codec: Decodes the JSON body as a whole.
        required: Whether a request without a body is refused.
    """

    kind: Literal["json", "form", "raw", "text"]
    media_type: str
    parts: tuple[BodyPart, ...] = ()
    fields: tuple[Parameter | Group, ...] = ()
    embedded: bool = False
    annotation: Any = None
    codec: Codec | None = None
    required: bool = True


class Plan(Struct, frozen=True, eq=False, kw_only=True):
    """What one route does with a request.

    Attributes:
        handler: The function that answers.
        dependencies: Those of app, router and route, called first, in this order.
        order: Every dependency, each before those that need it: the order of calling.
        parameters: Every value read from text that is not of a form, once each.
        body: The body, or None.
        specials: Everything of the request itself that somebody wants, once each.
        result: The type that the handler's result is filtered by; `Any` for none.
        returns: The handler's return annotation as it is written, for the document.
    """

    handler: Call
    dependencies: tuple[Dependency, ...]
    order: tuple[Dependency, ...]
    parameters: tuple[Parameter | Group, ...]
    body: Body | None
    specials: tuple[Special, ...]
    result: Any
    returns: Any = None
