"""Header fields as a mapping: case-insensitive, with repeated names, over the pairs that ASGI carries."""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any, Self

from faster_core.header import RawHeaders, encode_header, encode_headers, split_list

__all__ = ["Headers", "MutableHeaders"]

Pairs = Mapping[str, str] | Iterable[tuple[str | bytes, str | bytes]]


def _search_key(name: object) -> bytes:
    """Return the bytes to look for; a name that no header can have finds nothing."""
    return name.lower().encode("latin-1", "replace") if isinstance(name, str) else b""


class Headers(Mapping[str, str]):
    """Header fields, which cannot be changed.

    Iteration gives one name for each field, so a repeated name comes repeatedly; `headers[name]` is the first.

    Args:
        headers: A mapping, or pairs of names and values. They are checked as every header that is sent.
        raw: The fields as ASGI carries them, taken as they are.
        scope: An ASGI scope, or a message with `headers`.

    Raises:
        ValueError: For a name or value that cannot stand in a header.
        TypeError: For more than one source.

    Example:
        >>> Headers({"Content-Type": "text/plain"})["content-type"]
        'text/plain'
    """

    __slots__ = ("_list",)

    def __init__(
        self,
        headers: Pairs | None = None,
        raw: Iterable[tuple[bytes, bytes]] | None = None,
        scope: MutableMapping[str, Any] | None = None,
    ) -> None:
        if (headers is not None) + (raw is not None) + (scope is not None) > 1:
            raise TypeError(f"{type(self).__name__} takes one of headers, raw and scope.")
        if raw is not None:
            self._list: RawHeaders = raw if isinstance(raw, list) else list(raw)
        elif scope is not None:
            found = scope["headers"]
            if not isinstance(found, list):
                # Kept in the scope, so that changes of mutable headers show there.
                found = scope["headers"] = list(found)
            self._list = found
        else:
            self._list = encode_headers(headers)

    @property
    def raw(self) -> RawHeaders:
        """A copy of the fields as ASGI carries them."""
        return list(self._list)

    def getlist(self, key: str) -> list[str]:
        """Return every value of a name, in the order received."""
        wanted = _search_key(key)
        size = len(wanted)
        return [v.decode("latin-1") for k, v in self._list if len(k) == size and k.lower() == wanted]

    def keys(self) -> list[str]:  # type: ignore[override]
        """Return the name of each field, in lower case."""
        return [k.decode("latin-1").lower() for k, _ in self._list]

    def values(self) -> list[str]:  # type: ignore[override]
        """Return the value of each field."""
        return [v.decode("latin-1") for _, v in self._list]

    def items(self) -> list[tuple[str, str]]:  # type: ignore[override]
        """Return name and value of each field."""
        return [(k.decode("latin-1").lower(), v.decode("latin-1")) for k, v in self._list]

    def multi_items(self) -> list[tuple[str, str]]:
        """Return name and value of each field, as the other multidicts do."""
        return self.items()

    def mutablecopy(self) -> "MutableHeaders":
        """Return a copy that can be changed."""
        return MutableHeaders(raw=list(self._list))

    def __getitem__(self, key: str) -> str:
        wanted = _search_key(key)
        size = len(wanted)
        for name, value in self._list:
            # Servers send lower case, other programs need not; the length decides nearly always.
            if len(name) == size and (name == wanted or name.lower() == wanted):
                return value.decode("latin-1")
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        wanted = _search_key(key)
        size = len(wanted)
        return any(len(name) == size and name.lower() == wanted for name, _ in self._list)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self._list)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Headers):
            return NotImplemented
        return sorted(self.items()) == sorted(other.items())

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.items()!r})"


class MutableHeaders(Headers, MutableMapping[str, str]):
    """Header fields that can be changed; with `raw` or `scope` the list given is changed itself.

    Example:
        >>> headers = MutableHeaders({"Vary": "Accept"})
        >>> headers.add_vary_header("Origin")
        >>> headers["vary"]
        'Accept, Origin'
    """

    __slots__ = ()

    @property
    def raw(self) -> RawHeaders:
        """The fields as ASGI carries them: the list itself."""
        return self._list

    def __setitem__(self, key: str, value: str) -> None:
        """Replace every field of a name by one, in the place of the first."""
        field = encode_header(key, value)
        name = field[0]
        places = [place for place, (k, _) in enumerate(self._list) if k.lower() == name]
        if not places:
            self._list.append(field)
            return
        self._list[places[0]] = field
        for place in reversed(places[1:]):
            del self._list[place]

    def __delitem__(self, key: str) -> None:
        """Remove every field of a name, if there is one."""
        wanted = _search_key(key)
        self._list[:] = [field for field in self._list if field[0].lower() != wanted]

    def append(self, key: str, value: str) -> None:
        """Add a field beside those of the same name."""
        self._list.append(encode_header(key, value))

    def setdefault(self, key: str, value: str) -> str:
        """Return the value of a name; add it with `value` if it is absent."""
        try:
            return self[key]
        except KeyError:
            self.append(key, value)
            return value

    def update(self, other: Pairs | None = None, /, **named: str) -> None:  # type: ignore[override]
        """Replace the fields of every name given; repeated names in `other` stay repeated."""
        given = encode_headers(other) + encode_headers(named)
        names = {name for name, _ in given}
        self._list[:] = [field for field in self._list if field[0].lower() not in names] + given

    def add_vary_header(self, vary: str) -> None:
        """Name a request header that the response depends on, once.

        Spec: RFC 9110, 12.5.5
        """
        members = split_list(", ".join(self.getlist("vary")))
        known = {member.lower() for member in members}
        added = [member for member in split_list(vary) if member.lower() not in known]
        if added and "*" not in known:
            self["vary"] = ", ".join(members + added)

    def __or__(self, other: Mapping[str, str]) -> Self:
        if not isinstance(other, Mapping):
            return NotImplemented
        copy = type(self)(raw=list(self._list))
        copy.update(other)
        return copy

    def __ior__(self, other: Mapping[str, str]) -> Self:
        if not isinstance(other, Mapping):
            return NotImplemented
        self.update(other)
        return self
