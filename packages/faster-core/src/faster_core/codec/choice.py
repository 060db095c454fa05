"""Unions: which member a value is meant to be."""

import decimal
from collections.abc import Sequence
from typing import Any

import msgspec

from faster_core.codec.hook import decode_hook
from faster_core.codec.leaf import Leaf, finite
from faster_core.codec.model import Model
from faster_core.codec.node import Node, wording_of
from faster_core.codec.place import Place
from faster_core.codec.problem import INPUT_ERRORS
from faster_core.codec.report import BAD, Enough, Report, words_of

__all__ = ["Choice"]

_ABSENT: Any = object()


class Choice(Node):
    """A union.

    Members that cannot be meant, by the kind of the value, are left out; of tagged Structs the tag tells which; the
    others are tried in the order of writing. The first that fits and knows every field of the value is taken, else
    the one that knows the most. When none fits, the problems are those of the member that comes nearest.

    From text, a plain `str` comes first, as in pydantic: there `int | str` is always a str. None is never read from
    text.
    """

    def __init__(self, annotation: Any, members: Sequence[Node], *, nullable: bool) -> None:
        super().__init__(annotation, tuple(members))
        self._nullable = nullable
        shallow = [node.shallow for node in members]
        self._wording = wording_of(*shallow, type(None)) if nullable else wording_of(*shallow)
        self._text_wording = wording_of(*shallow)
        self._text_order = sorted(members, key=lambda node: not (isinstance(node, Leaf) and node.bare is str))

    @property
    def shallow(self) -> Any:
        """The union of the members without their parts."""
        return self.annotation

    @property
    def only(self) -> Node | None:
        """The one member besides None, or None when there are more."""
        return self.children[0] if len(self.children) == 1 else None

    def fits(self, value: Any) -> bool:
        """Return whether the value is of the kind of any member."""
        return (value is None and self._nullable) or any(node.fits(value) for node in self.children)

    def enter(self, value: Any, at: Place, report: Report) -> Any:
        """Return what `read` returns, or None."""
        if value is None and self._nullable:
            return None
        return super().enter(value, at, report)

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Return the value as the member it is meant to be, or report what is wrong."""
        if report.text:
            return self._read_text(value, at, report)
        fitting = [node for node in self.children if node.fits(value)]
        if not fitting and type(value) is decimal.Decimal:
            return self._read_inexact(value, at, report)
        if not fitting:
            return report.add_kind(at, self._wording, value)
        if len(fitting) == 1:
            return fitting[0].enter(value, at, report)
        models = _tagged(fitting)
        if models:
            return self._by_tag(models, value, at, report)
        result = BAD if report.walking else _read_quickly(fitting, value)
        return self._remember(fitting, value, at, report) if result is BAD else result

    def _read_inexact(self, value: decimal.Decimal, at: Place, report: Report) -> Any:
        """Return a number that no float can hold exactly, where no member wants it exactly."""
        try:
            return self.read(finite(value), at, report)
        except OverflowError as error:
            return report.add(at, words_of(error))

    def _by_tag(self, models: list[Model], value: Any, at: Place, report: Report) -> Any:
        shape = models[0].shape
        place: Place
        if shape.array:
            if not value:
                return report.add(at, "Expected `array` of at least length 1, got 0")
            tag, place = value[0], (at, "index", 0)
        else:
            tag, place = value.get(shape.tag_field, _ABSENT), (at, "field", shape.tag_field)
            if tag is _ABSENT:
                report.add_missing(at, str(shape.tag_field))
                return BAD
        if type(tag) is type(shape.tag):
            for model in models:
                if model.shape.tag == tag:
                    return model.enter(value, at, report)
        models[0].check_tag(tag, place, report)
        return BAD

    def _remember(self, fitting: list[Node], value: Any, at: Place, report: Report) -> Any:
        """Return what `_attempt` returns, worked out once for each container.

        A union inside a member of a union would be read twice as often with every level, which is 2 to the power of
        the depth. The containers live as long as the report, so that an id names one of them.
        """
        if type(value) is not dict and type(value) is not list:
            return self._attempt(fitting, value, at, report)
        key = (id(self), id(value))
        if key not in report.memo:
            attempt = report.fork(at)
            try:
                report.memo[key] = (self._attempt(fitting, value, at, attempt), attempt)
            except Enough:
                report.join(attempt)
                raise
        result, attempt = report.memo[key]
        report.join(attempt)
        return result

    def _attempt(self, candidates: Sequence[Node], value: Any, at: Place, report: Report) -> Any:
        good: tuple[int, Any] | None = None
        nearest: Report | None = None
        for node in candidates:
            attempt = report.fork(at)
            try:
                result = node.enter(value, at, attempt)
            except Enough:
                if report.exhausted:
                    raise
                result = BAD
            if attempt.score == 0:
                unknown = node.unknown(value)
                if unknown == 0:
                    return result
                if good is None or unknown < good[0]:
                    good = (unknown, result)
            elif nearest is None or attempt.score < nearest.score:
                nearest = attempt
        if good is not None:
            return good[1]
        assert nearest is not None
        report.join(nearest)
        return BAD

    def _read_text(self, value: Any, at: Place, report: Report) -> Any:
        if self.only is not None:
            return self.only.enter(value, at, report)
        attempt = report.fork(at)
        result = self._attempt(self._text_order, value, at, attempt)
        if (
            attempt.score
            and all(isinstance(node, Leaf) for node in self.children)
            and "`, got `" in attempt.problems[0].message
        ):
            return report.add_kind(at, self._text_wording, value[-1] if type(value) is list and value else value)
        report.join(attempt)
        return result


def _read_quickly(fitting: Sequence[Node], value: Any) -> Any:
    """Return the value as the first member that fits exactly, as long as msgspec can tell; else `BAD`."""
    for node in fitting:
        if not node.native:
            return BAD
        try:
            result = msgspec.convert(value, node.annotation, dec_hook=decode_hook, str_keys=True)
        except INPUT_ERRORS:
            continue
        if not node.unknown(value):
            return result
    return BAD


def _tagged(nodes: Sequence[Node]) -> list[Model]:
    """Return the nodes when all are Structs that one tag tells apart, else an empty list."""
    models = [node for node in nodes if isinstance(node, Model) and node.shape.tag_field is not None]
    alike = {(model.shape.tag_field, model.shape.array, type(model.shape.tag)) for model in models}
    tags = {model.shape.tag for model in models}
    return models if len(models) == len(nodes) == len(tags) and len(alike) == 1 else []
