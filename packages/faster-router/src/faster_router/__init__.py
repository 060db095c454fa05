"""The router of FasterAPI: path templates, a tree of routes, an ASGI application over them. Standard library only."""

from faster_router._version import __version__
from faster_router.convertors import Convertor, register_convertor
from faster_router.exceptions import (
    AdjacentParameters,
    BadName,
    ConvertorError,
    DuplicateName,
    HostError,
    MethodError,
    MisplacedPath,
    MissingSlash,
    NoMatchFound,
    ParameterError,
    RouteConflict,
    RouterError,
    StrayBrace,
    TemplateError,
    UnclosedBrace,
    UnknownConvertor,
)
from faster_router.host import Host
from faster_router.match import Match, Miss
from faster_router.mount import Mount
from faster_router.path import PathTemplate
from faster_router.route import Entry, Route, WebSocketRoute
from faster_router.router import Router
from faster_router.tree import RadixRouter
from faster_router.types import ASGIApp, Message, Receive, Scope, Send

__all__ = [
    "ASGIApp",
    "AdjacentParameters",
    "BadName",
    "Convertor",
    "ConvertorError",
    "DuplicateName",
    "Entry",
    "Host",
    "HostError",
    "Match",
    "Message",
    "MethodError",
    "MisplacedPath",
    "Miss",
    "MissingSlash",
    "Mount",
    "NoMatchFound",
    "ParameterError",
    "PathTemplate",
    "RadixRouter",
    "Receive",
    "Route",
    "RouteConflict",
    "Router",
    "RouterError",
    "Scope",
    "Send",
    "StrayBrace",
    "TemplateError",
    "UnclosedBrace",
    "UnknownConvertor",
    "WebSocketRoute",
    "__version__",
    "register_convertor",
]
