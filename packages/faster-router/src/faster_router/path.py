"""Path templates: read once, matched, and written back as the path of a URL.

    template  = 1*( "/" segment )
    segment   = *( text / parameter )          two parameters never touch
    parameter = "{" name [ ":" convertor ] "}"

Paths are compared decoded, as `scope["path"]` has them, and written percent-encoded. `{x}` takes one segment, never an
empty one and never a slash; `{x:path}` takes all that is left, slashes and nothing included, and may have text beside
and after it (`/files/{name:path}.txt`, `/repos/{name:path}/tags`), but no other parameter.
"""

from typing import Any, NamedTuple

from faster_router.convertors import PathConvertor, convertor_names, convertor_of
from faster_router.encoding import encode_path
from faster_router.exceptions import (
    AdjacentParameters,
    BadName,
    DuplicateName,
    MisplacedPath,
    MissingSlash,
    ParameterError,
    StrayBrace,
    UnclosedBrace,
    UnknownConvertor,
)
from faster_router.segment import Parameter, Segment

__all__ = ["PathTemplate", "Tail", "read_pieces"]


class Tail(NamedTuple):
    """The end of a template from the segment with the `path` parameter on."""

    prefix: str
    parameter: Parameter
    suffix: str


class PathTemplate:
    """A path template, read.

    Args:
        text: The template, for example `/users/{id:int}/files/{name:path}`.

    Raises:
        TemplateError: The text is not a template; the subclasses say why, and the message says where.

    Attributes:
        text: The template as it was written.
        names: The names of the parameters from left to right.
        segments: What stands between the slashes, up to the tail.
        tail: The end from a `path` parameter on, or None.

    Example:
        >>> template = PathTemplate("/users/{id:int}")
        >>> template.match("/users/42")
        {'id': 42}
        >>> template.format(id=7)
        '/users/7'
    """

    __slots__ = ("names", "segments", "tail", "text")

    def __init__(self, text: str) -> None:
        if not text.startswith("/"):
            raise MissingSlash(text)
        pieces = read_pieces(text)
        segments = _split(pieces)
        self.text: str = text
        self.names: tuple[str, ...] = tuple([piece.name for piece in pieces if isinstance(piece, Parameter)])
        self.segments: tuple[Segment, ...]
        self.tail: Tail | None
        self.segments, self.tail = _detach_tail(text, segments)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters from left to right."""
        found = [parameter for segment in self.segments for parameter in segment.parameters]
        return (*found, self.tail.parameter) if self.tail is not None else tuple(found)

    @property
    def static(self) -> bool:
        """Whether the template has no parameter, so that it is the only path it matches."""
        return not self.names

    def match(self, path: str) -> dict[str, Any] | None:
        """The values in a path, or None when the path does not fit.

        Args:
            path: A decoded path, as in `scope["path"]`.
        """
        depth = len(self.segments)
        texts = path.split("/", depth + 1)
        if texts[0] or len(texts) != depth + (1 if self.tail is None else 2):
            return None
        values: list[Any] = []
        for segment, text in zip(self.segments, texts[1:], strict=False):
            found = segment.match(text)
            if found is None:
                return None
            values += found
        if self.tail is not None:
            prefix, _, suffix = self.tail
            rest = texts[-1]
            if len(rest) < len(prefix) + len(suffix) or not (rest.startswith(prefix) and rest.endswith(suffix)):
                return None
            values.append(rest[len(prefix) : len(rest) - len(suffix)])
        return dict(zip(self.names, values, strict=True))

    def format(self, /, **values: Any) -> str:
        """The path of a URL, percent-encoded, which this template matches with these values.

        Raises:
            ParameterError: A value is missing, is not one of the template's, or cannot be written so that it is read
                back.
        """
        for name in values:
            if name not in self.names:
                raise ParameterError(self.text, name, "there is no such parameter", _known(self.names), "Leave it out.")
        written = ["", *[self._fill(segment, values) for segment in self.segments]]
        if self.tail is not None:
            prefix, parameter, suffix = self.tail
            rest = prefix + self._write(parameter, values) + suffix
            self._refuse_dots(parameter, rest)
            written.append(rest)
        try:
            return encode_path("/".join(written))
        except UnicodeEncodeError:
            what, expected = "its text holds a lone surrogate", "A path is valid Unicode."
            raise ParameterError(self.text, self.names[-1], what, expected, "Give text without surrogates.") from None

    def _fill(self, segment: Segment, values: dict[str, Any]) -> str:
        """The text of one segment."""
        if segment.text is not None:
            return segment.text
        texts = [self._write(parameter, values) for parameter in segment.parameters]
        whole = segment.prefix + texts[0]
        for separator, text in zip(segment.separators, texts[1:], strict=True):
            whole += separator + text
        whole += segment.suffix
        last = segment.parameters[-1]
        if "/" in whole or segment.cut(whole) != texts:
            what = f"the segment would be {whole!r}, which is read back differently"
            expected = "A value is not empty, has no slash, and does not repeat the text that separates it."
            raise ParameterError(
                self.text, last.name, what, expected, "Give another value, or separate the parameters by '/'."
            )
        self._refuse_dots(last, whole)
        return whole

    def _write(self, parameter: Parameter, values: dict[str, Any]) -> str:
        """The text of one parameter."""
        name = parameter.name
        if name not in values:
            raise ParameterError(self.text, name, "no value was given", _known(self.names), f"Add {name}=….")
        try:
            return parameter.convertor.to_string(values[name])
        except ValueError as error:
            what = f"{values[name]!r:.200} cannot be written"
            expected = f"The convertor {parameter.convertor_name!r} says: {error}."
            raise ParameterError(self.text, name, what, expected, "Give a value that fits.") from error

    def _refuse_dots(self, parameter: Parameter, text: str) -> None:
        """Clients take `.` and `..` out of a path before they send it, encoded or not, and arrive elsewhere.

        Spec: RFC 3986, 5.2.4
        """
        if "." in text and not {".", ".."}.isdisjoint(text.split("/")):
            what, expected = f"{text!r:.200} has a dot segment", "Clients remove '.' and '..' from a path."
            raise ParameterError(self.text, parameter.name, what, expected, "Give a value that is not only dots.")

    def __eq__(self, other: object) -> bool:
        return self.text == other.text if isinstance(other, PathTemplate) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.text)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"PathTemplate({self.text!r})"


def read_pieces(text: str) -> list[str | Parameter]:
    """The texts and parameters of a template in order; empty texts are left out. One pass, linear in the text."""
    pieces: list[str | Parameter] = []
    names: set[str] = set()
    start = 0
    while True:
        brace = text.find("{", start)
        literal = text[start:] if brace < 0 else text[start:brace]
        if "}" in literal:
            raise StrayBrace(text, start + literal.index("}"))
        if literal:
            pieces.append(literal)
        if brace < 0:
            return pieces
        if not literal and pieces:
            raise AdjacentParameters(text, brace)
        parameter, start = _read_parameter(text, brace)
        if parameter.name in names:
            raise DuplicateName(text, brace, parameter.name)
        names.add(parameter.name)
        pieces.append(parameter)


def _read_parameter(text: str, brace: int) -> tuple[Parameter, int]:
    """The parameter that begins at a brace, and where the text goes on."""
    close = text.find("}", brace)
    inner = text[brace + 1 : close]
    if close < 0 or "{" in inner or "/" in inner:
        raise UnclosedBrace(text, brace)
    name, colon, convertor_name = inner.partition(":")
    if not name.isidentifier():
        raise BadName(text, brace, name)
    if not colon:
        convertor_name = "str"
    convertor = convertor_of(convertor_name)
    if convertor is None:
        raise UnknownConvertor(text, brace, convertor_name, convertor_names())
    return Parameter(name, convertor_name, convertor, brace), close + 1


def _split(pieces: list[str | Parameter]) -> list[list[str | Parameter]]:
    """The pieces between the slashes; a segment of no pieces is an empty one."""
    segments: list[list[str | Parameter]] = []
    for piece in pieces:
        if isinstance(piece, Parameter):
            segments[-1].append(piece)
            continue
        head, *others = piece.split("/")
        if head:
            segments[-1].append(head)
        segments += [[text] if text else [] for text in others]
    return segments


def _detach_tail(text: str, segments: list[list[str | Parameter]]) -> tuple[tuple[Segment, ...], Tail | None]:
    """The segments before a `path` parameter, and the tail it begins."""
    for index, segment in enumerate(segments):
        found = [piece for piece in segment if isinstance(piece, Parameter) and _spans(piece)]
        if not found:
            continue
        parameter = found[0]
        rest = [piece for later in segments[index:] for piece in later]
        for piece in rest:
            if isinstance(piece, Parameter) and piece is not parameter:
                raise MisplacedPath(text, piece.position)
        at = segment.index(parameter)
        prefix = "".join(map(str, segment[:at]))
        suffix = "/".join(["".join(map(str, part)) for part in (segment[at + 1 :], *segments[index + 1 :])])
        return tuple([Segment(tuple(part)) for part in segments[:index]]), Tail(prefix, parameter, suffix)
    return tuple([Segment(tuple(part)) for part in segments]), None


def _spans(parameter: Parameter) -> bool:
    return isinstance(parameter.convertor, PathConvertor)


def _known(names: tuple[str, ...]) -> str:
    return f"The template has {', '.join(map(repr, names))}." if names else "The template has no parameters."
