"""What a tree answers: a match, or a miss."""

from typing import Any, Generic, Literal, TypeVar

from faster_router.path import PathTemplate

__all__ = ["Match", "Miss"]

T = TypeVar("T")


class Match(Generic[T]):
    """A route that fits. Always true.

    Attributes:
        target: What the route leads to.
        params: The converted values of the path's parameters by name.
        template: The template that fits.
    """

    __slots__ = ("params", "target", "template")
    __match_args__ = ("target", "params", "template")

    def __init__(self, target: T, params: dict[str, Any], template: PathTemplate) -> None:
        self.target: T = target
        self.params: dict[str, Any] = params
        self.template: PathTemplate = template

    def __bool__(self) -> Literal[True]:
        return True

    def __repr__(self) -> str:
        return f"Match(target={self.target!r}, params={self.params!r}, template={self.template.text!r})"


class Miss:
    """No route fits. Always false.

    Attributes:
        allowed: The methods that do have a route at this path, sorted; empty means there is no such path (404),
            anything else that the method is wrong (405).
    """

    __slots__ = ("allowed",)
    __match_args__ = ("allowed",)

    def __init__(self, allowed: tuple[str, ...] = ()) -> None:
        self.allowed: tuple[str, ...] = allowed

    def __bool__(self) -> Literal[False]:
        return False

    def __eq__(self, other: object) -> bool:
        return self.allowed == other.allowed if isinstance(other, Miss) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.allowed)

    def __repr__(self) -> str:
        return f"Miss(allowed={self.allowed!r})"
