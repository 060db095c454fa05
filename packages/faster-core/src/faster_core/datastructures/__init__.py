"""What a request and a response are made of: headers, query parameters, form data, URLs, state."""

from faster_core.datastructures.headers import Headers, MutableHeaders
from faster_core.datastructures.multidict import FormData, ImmutableMultiDict, MultiDict
from faster_core.datastructures.query import QueryParams, parse_query
from faster_core.datastructures.state import State
from faster_core.datastructures.url import URL, Address, URLPath

__all__ = [
    "URL",
    "Address",
    "FormData",
    "Headers",
    "ImmutableMultiDict",
    "MultiDict",
    "MutableHeaders",
    "QueryParams",
    "State",
    "URLPath",
    "parse_query",
]
