"""One segment of a path template: text, a parameter, or several parameters with text between them.

A text that several parameters share is cut without backtracking: a parameter with a convertor that stands before the
first plain one ends where the text after it occurs first; all others end where it occurs last. So `{name}.{ext}` reads
`a.tar.gz` as `a.tar` and `gz`. Each separator is looked for once, in a shrinking range, which keeps the cost linear in
the text.
"""

from typing import Any, NamedTuple

from faster_router.convertors import Convertor, StringConvertor

__all__ = ["Parameter", "Segment"]


class Parameter(NamedTuple):
    """A parameter of a template."""

    name: str
    convertor_name: str
    convertor: Convertor[Any]
    position: int

    @property
    def plain(self) -> bool:
        """Whether every text without a slash fits."""
        return isinstance(self.convertor, StringConvertor)


class Segment:
    """What a template says about one part of a path between two slashes.

    Attributes:
        text: The text when there is no parameter, else None.
        parameters: The parameters from left to right.
        prefix: The text before the first parameter.
        separators: The texts between the parameters.
        suffix: The text after the last parameter.
        shape: Equal for two segments that match the same texts; names do not count.
    """

    __slots__ = ("_lazy", "parameters", "prefix", "separators", "shape", "suffix", "text")

    def __init__(self, pieces: tuple[str | Parameter, ...]) -> None:
        self.parameters: tuple[Parameter, ...] = tuple([piece for piece in pieces if isinstance(piece, Parameter)])
        self.text: str | None = None if self.parameters else "".join(map(str, pieces))
        first, last = (pieces[0], pieces[-1]) if pieces else ("", "")
        self.prefix: str = first if isinstance(first, str) else ""
        self.suffix: str = last if isinstance(last, str) else ""
        self.separators: tuple[str, ...] = tuple([piece for piece in pieces[1:-1] if isinstance(piece, str)])
        self.shape: tuple[object, ...] = tuple(
            [piece if isinstance(piece, str) else piece.convertor for piece in pieces]
        )
        # How many parameters at the left end where the next text begins first.
        self._lazy = 0
        for parameter in self.parameters[:-1]:
            if parameter.plain:
                break
            self._lazy += 1

    @property
    def sole(self) -> Parameter | None:
        """The parameter when it is all there is in the segment."""
        return self.parameters[0] if len(self.shape) == 1 and self.parameters else None

    def match(self, text: str) -> tuple[Any, ...] | None:
        """The converted values of the parameters, or None when the text does not fit."""
        if self.text is not None:
            return () if text == self.text else None
        texts = self.cut(text)
        if texts is None:
            return None
        try:
            return tuple(
                [parameter.convertor.convert(part) for parameter, part in zip(self.parameters, texts, strict=True)]
            )
        except ValueError:
            return None

    def cut(self, text: str) -> list[str] | None:
        """The text of each parameter, not converted; None when prefix, separators or suffix are not there."""
        start, stop = len(self.prefix), len(text) - len(self.suffix)
        if not (start < stop and text.startswith(self.prefix) and text.endswith(self.suffix)):
            return None
        left: list[str] = []
        for separator in self.separators[: self._lazy]:
            at = text.find(separator, start + 1, stop - 1)
            if at < 0:
                return None
            left.append(text[start:at])
            start = at + len(separator)
        right: list[str] = []
        for separator in reversed(self.separators[self._lazy :]):
            at = text.rfind(separator, start + 1, stop - 1)
            if at < 0:
                return None
            right.append(text[at + len(separator) : stop])
            stop = at
        return [*left, text[start:stop], *reversed(right)]
