"""Types with validation of their own: pydantic's models, dataclasses and types, met without importing pydantic."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

from faster_core.codec.hook import is_foreign, validate
from faster_core.codec.node import Node
from faster_core.codec.place import Place, path_of, suffix_of
from faster_core.codec.problem import INPUT_ERRORS, Problem
from faster_core.codec.report import BAD, Report, words_of

__all__ = ["Foreign", "is_foreign_metadata", "validator_of"]


def validator_of(annotation: Any) -> Any:
    """Return pydantic's validator of a type, or None for a type that is not pydantic's.

    Args:
        annotation: A model or dataclass of pydantic, or any type it describes (`AnyUrl`, `EmailStr`,
            `Annotated[str, AfterValidator(f)]`).
    """
    if is_foreign(annotation):
        return annotation.__pydantic_validator__
    pydantic = sys.modules.get("pydantic")
    return pydantic.TypeAdapter(annotation).validator if pydantic is not None else None


def is_foreign_metadata(entry: Any) -> bool:
    """Return whether an entry of an Annotated is a function of pydantic's, such as a validator."""
    return type(entry).__module__.partition(".")[0] == "pydantic" and hasattr(entry, "__get_pydantic_core_schema__")


class Foreign(Node):
    """A type that pydantic validates.

    Attributes:
        validator: Its validator, with `validate_json` and `validate_python`.
        names: The names of its fields; empty for what is no model.
        many: The names of those that are lists, for text sources.
    """

    def __init__(self, annotation: Any, validator: Any, names: frozenset[str], many: frozenset[str]) -> None:
        super().__init__(annotation)
        self.bare = annotation
        self.validator = validator
        self.names = names
        self.many = many
        self.native: bool = is_foreign(annotation)

    @property
    def shallow(self) -> Any:
        """Any: what it is written as is its own affair."""
        return Any

    def fits(self, value: Any) -> bool:
        """Return True: only the validator knows."""
        return True

    def enter(self, value: Any, at: Place, report: Report) -> Any:
        """Return what `read` returns: the validator follows the value by itself."""
        return self.read(value, at, report)

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Return an instance, or report every error of the validator."""
        try:
            if report.text:
                return self.validator.validate_python(self._spread(value))
            return validate(self.validator, value)
        except INPUT_ERRORS as error:
            return self.take(error, at, report)

    def unknown(self, value: Any) -> int:
        """Return how many fields of an object the model does not know."""
        return len(value.keys() - self.names) if self.names and type(value) is dict else 0

    def take(self, error: Exception, at: Place, report: Report) -> Any:
        """Report what the validator has raised, and return `BAD`."""
        describe: Callable[..., Sequence[dict[str, Any]]] | None = getattr(error, "errors", None)
        if describe is None:
            return report.add(at, words_of(error))
        for item in describe(include_url=False, include_context=False, include_input=False):
            place = at
            for part in item["loc"]:
                place = (place, "index" if isinstance(part, int) else "field", part)
            kind = {"missing": "missing", "json_invalid": "json"}.get(item["type"], "msgspec")
            report.add_foreign(Problem(path_of(place), item["msg"] + suffix_of(place), kind))  # type: ignore[arg-type]
        return BAD

    def _spread(self, value: Any) -> Any:
        if type(value) is not dict:
            return value
        return {name: self._shaped(name, item) for name, item in value.items()}

    def _shaped(self, name: str, item: Any) -> Any:
        if name in self.many:
            return [item] if type(item) is str else item
        # A list of files was collected for a list; of several texts a scalar takes the last.
        is_repeated = type(item) is list and bool(item) and type(item[-1]) is str
        return item[-1] if is_repeated and name in self.names else item
