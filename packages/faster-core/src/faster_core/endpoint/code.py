"""Python source being written, and the constants that it names."""

import linecache
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from weakref import finalize

__all__ = ["Code"]

_numbers = count(1)

_LOCALS = (
    *(
        "scope",
        "receive",
        "send",
        "sent",
        "error",
        "refused",
        "message",
        "content_type",
        "field",
        "raw",
        "extra",
        "file",
    ),
    *("body", "form", "query", "headers", "cookies", "path_params", "whole", "size", "result", "response", "tracked"),
    *("request", "websocket", "connection", "lent", "background", "key", "item"),
)
"""The local variables that endpoints have whatever the plan; no other name may be one of them."""


class Code:
    """The source of one function, line by line.

    Nothing that a user wrote is pasted into it: names, texts and functions are constants, put in by `constant` and
    referred to by a name of ours. Comments show them as `repr` does, which cannot leave its line.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._depth = 0
        self._names: dict[int, str] = {}
        self._counters = dict.fromkeys(_LOCALS, 1)
        self.constants: dict[str, Any] = {}

    def line(self, text: str) -> None:
        """Add one line at the depth of the block that is open."""
        self._lines.append("    " * self._depth + text)

    def note(self, text: str, *values: Any) -> None:
        """Add a comment; `values` fill its `{}` as `repr` shows them."""
        self.line("# " + text.format(*map(repr, values)))

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Open a block: `head` without its colon, then whatever is written inside the `with`."""
        self.line(f"{head}:")
        self._depth += 1
        before = len(self._lines)
        yield
        if len(self._lines) == before:
            self.line("pass")
        self._depth -= 1

    def constant(self, value: Any, hint: str) -> str:
        """Return the name under which the source can use a value; one name for one object."""
        name = self._names.get(id(value))
        if name is None:
            name = self.fresh(hint)
            self._names[id(value)] = name
            self.constants[name] = value
        return name

    def fresh(self, hint: str) -> str:
        """Return a name that is not used yet: `hint`, or `hint_2` and so on."""
        number = self._counters[hint] = self._counters.get(hint, 0) + 1
        return hint if number == 1 else f"{hint}_{number}"

    @property
    def text(self) -> str:
        """The source as it stands."""
        return "\n".join(self._lines) + "\n"

    def function(self, name: str, title: str) -> Callable[..., Any]:
        """Compile the source and return the function in it.

        Args:
            name: The name of the function in the source.
            title: What it is for; shown as the file in tracebacks, whose lines are kept for them.
        """
        file = f"<endpoint {next(_numbers)}: {title}>"
        text = self.text
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        namespace = dict(self.constants)
        exec(compile(text, file, "exec"), namespace)
        function: Callable[..., Any] = namespace[name]
        # Overrides build endpoints anew; the lines of one that is gone would stay for ever.
        finalize(function, linecache.cache.pop, file, None).atexit = False
        return function
