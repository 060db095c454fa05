"""The tree that reads a type in Python.

msgspec reads a value in one call, stops at the first error, and refuses some types altogether. The tree is for what
is left: it names every error of a value that msgspec has refused, it reads the types that msgspec cannot build
(untagged unions of models, constraints on a Decimal …), and it reads models from text.

Rules that hold:

* A node reads one value: it returns the value as its type, or reports why not and returns `BAD`. It raises nothing.
* What a node reports for a value contains, word for word, what msgspec says first about the same value.
* Every value is visited once for each node that may describe it, so the work is linear in the size of the input; and
  an explanation ends (`Enough`) after so many problems or containers.
* Where a node and all below it can be built by msgspec (`native`), msgspec reads the value in one call, and the tree
  only walks when that has failed.

        Model Order ──┬─ id ──── Leaf int                       native
      (not native)    ├─ lines ─ Sequence ── Model Line ── …    native: one call of msgspec for all of it
                      └─ payer ─ Choice ─┬─ Model Person        not native: members are tried in turn
                                         └─ Model Company
"""

from collections.abc import Iterator
from typing import Any, Union

import msgspec

from faster_core.codec.hook import decode_hook
from faster_core.codec.place import Place
from faster_core.codec.problem import INPUT_ERRORS
from faster_core.codec.report import BAD, MAX_DEPTH, Report, words_of

__all__ = ["Node", "wording_of"]


class Node:
    """A type, as something that reads values.

    Attributes:
        annotation: The type, as msgspec is told it.
        native: Whether msgspec reads the type and everything in it.
        rewritten: Whether `annotation` says more than what the user wrote, so that a class which has the user's
            text as the annotation of a field cannot be left to msgspec.
        children: The nodes below.
        bare: The type without metadata.
    """

    bare: Any = None

    def __init__(self, annotation: Any, children: tuple["Node", ...] = ()) -> None:
        self.annotation = annotation
        self.children = children
        self.native = True
        self.rewritten = False

    @property
    def shallow(self) -> Any:
        """The type with everything inside replaced by Any: it tells msgspec's name for this kind of value."""
        return self.annotation

    def fits(self, value: Any) -> bool:
        """Return whether the value is of the right kind: an object for a model, a text for a date."""
        raise NotImplementedError

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Return the value as this type, or report what is wrong and return `BAD`."""
        raise NotImplementedError

    def enter(self, value: Any, at: Place, report: Report) -> Any:
        """Return what `read` returns, by one call of msgspec where that is possible."""
        if not self.native or report.walking or report.text:
            return self.descend(value, at, report)
        try:
            return msgspec.convert(value, self.annotation, dec_hook=decode_hook, str_keys=True)
        except INPUT_ERRORS as error:
            before = report.score
            report.walking = True
            try:
                self.descend(value, at, report)
            finally:
                report.walking = False
            return BAD if report.score > before else report.add(at, words_of(error))

    def descend(self, value: Any, at: Place, report: Report) -> Any:
        """Return what `read` returns, unless the value is nested too deeply."""
        if report.depth >= MAX_DEPTH:
            return report.add(at, "Data is nested too deeply")
        report.visit()
        report.depth += 1
        result = self.read(value, at, report)
        report.depth -= 1
        return result

    def unknown(self, value: Any) -> int:
        """Return how many parts of a value the type leaves out."""
        del value
        return 0

    def all(self) -> Iterator["Node"]:
        """Return this node and every node below, each once."""
        seen = {id(self)}
        open_nodes = [self]
        while open_nodes:
            node = open_nodes.pop()
            yield node
            for child in node.children:
                if id(child) not in seen:
                    seen.add(id(child))
                    open_nodes.append(child)


class _Alien:
    """A value of no type that msgspec knows."""


def wording_of(*annotations: Any) -> str:
    """Return what msgspec calls a value of these types: `int | str | null`."""
    union: Any = Union[annotations]  # noqa: UP007
    try:
        msgspec.convert(_Alien(), union)
    except msgspec.ValidationError as error:
        return str(error).split("`")[1]
    except (TypeError, RecursionError):
        words = [word for item in annotations for word in wording_of(item).split(" | ")] if len(annotations) > 1 else []
        return " | ".join(dict.fromkeys(sorted(words, key="null".__eq__)))
    return "any"
