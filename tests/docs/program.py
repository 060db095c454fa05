"""A program of the documentation, run as a module of its own."""

import itertools
import linecache
import sys
from types import ModuleType

__all__ = ["begin", "run"]

_number = itertools.count()


def begin(name: str, module_name: str | None = None) -> ModuleType:
    """Return an empty module, which can be imported as any other, so that annotations are resolved in it.

    Args:
        name: The name of its file.
        module_name: Its own name; None for one that nothing else has.
    """
    module = ModuleType(module_name or f"documented_{next(_number)}")
    module.__file__ = name
    sys.modules[module.__name__] = module
    return module


def run(text: str, name: str, module: ModuleType | None = None) -> ModuleType:
    """Run a program and return the module that it has become.

    Args:
        text: The program.
        name: The name it has in tracebacks and in messages that quote a line.
        module: A module that it goes on in; None for one of its own.

    Raises:
        BaseException: Whatever the program raises.
    """
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    module = module or begin(name)
    exec(compile(text, name, "exec", dont_inherit=True), module.__dict__)
    return module
