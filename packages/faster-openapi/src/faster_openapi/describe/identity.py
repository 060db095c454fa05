"""Names of operations: unique in the document."""

from faster_core.diagnostic import Diagnostic, Place
from faster_openapi.describe.subject import Subject
from faster_openapi.describe.text import generate_unique_id

__all__ = ["Identities"]


class Identities:
    """Gives every operation its name.

    Attributes:
        diagnostics: The names that were given twice.
    """

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._owners: dict[str, tuple[Subject, str]] = {}

    def name(self, subject: Subject, method: str) -> str:
        """Return the name of an operation; one that is taken gets a number.

        Args:
            subject: What is described.
            method: The method, in upper case.
        """
        wanted = subject.settings.operation_id
        function = subject.settings.generate_unique_id_function or subject.layer.generate_unique_id_function
        made = wanted is None and function is None
        if wanted is None:
            wanted = (function or generate_unique_id)(_View(subject, method))
        if len(subject.methods) > 1 and not made and method != subject.methods[0]:
            wanted = f"{wanted}_{method.lower()}"
        free = _first_free(wanted, self._owners)
        if free != wanted and not made:
            self.diagnostics.append(_duplicate(wanted, free, subject, method, self._owners[wanted]))
        self._owners[free] = (subject, method)
        return free


class _View:
    """A route as functions that name operations see it: of several methods the one that is named."""

    def __init__(self, subject: Subject, method: str) -> None:
        self._subject = subject
        self.methods = {method}

    def __getattr__(self, name: str) -> object:
        if name in ("path", "path_format", "name", "tags", "endpoint", "operation_id", "plan", "settings", "layer"):
            return getattr(self._subject, name)
        return getattr(self._subject.route, name)


def _first_free(name: str, taken: dict[str, tuple[Subject, str]]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _duplicate(wanted: str, free: str, subject: Subject, method: str, other: tuple[Subject, str]) -> Diagnostic:
    first, first_method = other
    places: list[Place] = [place for place in (subject.place, first.place) if place]
    return Diagnostic(
        "FA130",
        f"{method} {subject.path} and {first_method} {first.path} have the same operationId {wanted!r}; the former is "
        f"{free!r} in the document.",
        "Give one of them another operation_id=, or leave it out.",
        tuple(places),
        "warning",
    )
