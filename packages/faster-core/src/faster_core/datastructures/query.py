"""The query string of a URL, as a multidict of text."""

from typing import Any
from urllib.parse import unquote, urlencode

from faster_core.datastructures.multidict import ImmutableMultiDict

__all__ = ["QueryParams", "parse_query"]


def parse_query(query: str | bytes) -> list[tuple[str, str]]:
    """Return names and values of a query string or urlencoded form; names without a value have an empty one.

    Bytes that are not UTF-8, escaped or not, become U+FFFD, so that every query can be read.

    Args:
        query: What follows `?`.

    Example:
        >>> parse_query(b"q=a+b&all&q=%C3%A9")
        [('q', 'a b'), ('all', ''), ('q', 'é')]

    Spec: WHATWG URL, 5.1
    """
    text = query.decode("utf-8", "replace") if isinstance(query, bytes) else query
    pairs = []
    for piece in text.replace("+", " ").split("&"):
        if piece:
            name, _, value = piece.partition("=")
            pairs.append((unquote(name) if "%" in name else name, unquote(value) if "%" in value else value))
    return pairs


class QueryParams(ImmutableMultiDict[str, str]):
    """The parameters of a query string, which cannot be changed. `str()` writes it back.

    Args:
        source: A query string as text or bytes, a multidict, a mapping or pairs. Values become text.
        **named: More parameters.

    Example:
        >>> params = QueryParams("tag=a&tag=b")
        >>> params["tag"], params.getlist("tag")
        ('b', ['a', 'b'])
    """

    __slots__ = ()

    def __init__(self, source: Any = (), /, **named: Any) -> None:
        if isinstance(source, str | bytes):
            super().__init__(parse_query(source))
        else:
            super().__init__(source)
        self._list = [(str(key), str(value)) for key, value in (*self._list, *named.items())]
        self._dict = dict(self._list)

    def __str__(self) -> str:
        return urlencode(self._list, errors="replace")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"
