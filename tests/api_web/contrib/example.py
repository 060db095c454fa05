"""The first example of a module, as its docstring has it, run."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from textwrap import dedent
from types import ModuleType
from typing import Annotated, Any

import FasterAPI

__all__ = ["run_example"]


def _names() -> Iterator[tuple[str, Any]]:
    for name in FasterAPI.__all__:
        # What needs an extra is there only with it.
        with suppress(ImportError):
            yield name, getattr(FasterAPI, name)


GIVEN: dict[str, Any] = {
    **dict(_names()),
    "Annotated": Annotated,
    "Any": Any,
    "AsyncIterator": AsyncIterator,
}
"""What a reader of an example has imported."""


def run_example(module: ModuleType, *, replace: dict[str, str] | None = None, **names: Any) -> dict[str, Any]:
    """Run the first indented block of a module's docstring and return the names that it has bound.

    Args:
        module: The module.
        replace: Texts in it that only the documentation can mean, and those in their place.
        **names: What the block takes as given, beside `FasterAPI`'s names and the module's own.
    """
    block: list[str] = []
    for line in (module.__doc__ or "").splitlines():
        if line.startswith("    "):
            block.append(line)
        elif line and block:
            break
        elif block:
            block.append("")
    assert block, f"{module.__name__} has no example"
    source = dedent("\n".join(block))
    for old, new in (replace or {}).items():
        assert old in source, f"{old} is not in the example of {module.__name__}"
        source = source.replace(old, new)
    example = ModuleType(f"example_of_{module.__name__}")
    vars(example).update({**GIVEN, **vars(module), **names, "__name__": example.__name__})
    # Some look up the module of a function that they are given.
    sys.modules[example.__name__] = example
    exec(compile(source, f"<example of {module.__name__}>", "exec"), vars(example))
    return vars(example)
