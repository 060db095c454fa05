"""Lines that call the functions of a plan, each in the way it runs."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from faster_core.asyncgens import beginning
from faster_core.concurrency import run_in_threadpool
from faster_core.endpoint.code import Code
from faster_core.endpoint.lifetime import Gate, enter_in_thread, leave, never_yielded, yielded_twice
from faster_core.params import Injection
from faster_core.plan.model import Call, Dependency, Run

__all__ = ["Entries", "write_dependency", "write_handler", "write_leave"]

_GENERATORS = (Run.LOOP_GENERATOR, Run.THREAD_GENERATOR)
_gates: WeakKeyDictionary[Injection, Gate] = WeakKeyDictionary()


class Entries:
    """The local variables of what an endpoint enters, in order: passages through gates, and generators.

    Each is None until it is made, and stays what it is when it has been left: one that has ended needs nothing more.

    Args:
        code: Where the names are used.
        dependencies: In the order of entering.
    """

    def __init__(self, code: Code, dependencies: Iterable[Dependency]) -> None:
        self._code = code
        self.passages: dict[int, str] = {}
        self.generators: dict[int, str] = {}
        self._names: list[str] = []
        for dependency in dependencies:
            if dependency.scope == "app":
                continue
            if dependency.declaration.max_concurrency is not None:
                self.passages[id(dependency)] = self._fresh("passage")
            if dependency.run in _GENERATORS:
                self.generators[id(dependency)] = self._fresh("generator")

    def _fresh(self, hint: str) -> str:
        name = self._code.fresh(hint)
        self._names.append(name)
        return name

    def __bool__(self) -> bool:
        return bool(self._names)

    def write_none(self) -> None:
        """Write the line after which nothing is entered."""
        self._code.line(f"{' = '.join(self._names)} = None")

    def write_leave(self, error: str | None = None) -> None:
        """Write the line that leaves everything, after an error if there is one."""
        arguments = f"[{', '.join(self._names)}]" + (f", {error}" if error else "")
        self._code.line(f"await {self._code.constant(leave, 'leave')}({arguments})")


def write_handler(code: Code, call: Call, names: Mapping[int, str]) -> None:
    """Write the line that calls the handler and puts what it returns into `result`."""
    function = code.constant(call.function, "handler")
    arguments = _arguments(call, names)
    if call.run is Run.LOOP:
        code.line(f"result = await {function}({arguments})")
    elif call.run is Run.THREAD:
        in_thread = code.constant(run_in_threadpool, "run_in_threadpool")
        code.line(f"result = await {in_thread}({_join(function, arguments)})")
    else:
        code.line(f"result = {function}({arguments})")


def write_dependency(
    code: Code, call: Dependency, names: Mapping[int, str], entries: Entries, called: Callable[..., Any]
) -> str:
    """Write the lines that call a dependency, and return the local variable of its value.

    A generator is kept in a local variable before it is entered, so that it is left whatever happens.

    Args:
        code: Where the lines go.
        call: The dependency.
        names: The local variables of its arguments.
        entries: The local variables of what is entered.
        called: Its function, or what stands for it.
    """
    function = code.constant(called, "dependency")
    arguments = _arguments(call, names)
    target = code.fresh("value")
    code.note("{} of {}", getattr(call.function, "__qualname__", type(call.function).__qualname__), str(call.place))
    if call.declaration.max_concurrency is not None:
        gate = code.constant(_gate(call.declaration), "gate")
        code.line(f"{entries.passages[id(call)]} = await {gate}.enter()")
    if call.run is Run.LOOP:
        code.line(f"{target} = await {function}({arguments})")
    elif call.run is Run.INLINE:
        code.line(f"{target} = {function}({arguments})")
    elif call.run is Run.THREAD:
        in_thread = code.constant(run_in_threadpool, "run_in_threadpool")
        code.line(f"{target} = await {in_thread}({_join(function, arguments)})")
    else:
        generator = entries.generators[id(call)]
        _write_enter(code, call, generator, f"{function}({arguments})", target)
    return target


def _write_enter(code: Code, call: Dependency, generator: str, made: str, target: str) -> None:
    function = code.constant(call.function, "dependency")
    if call.run is Run.THREAD_GENERATOR:
        enter = code.constant(enter_in_thread, "enter_in_thread")
        code.line(f"{generator} = {made}")
        code.line(f"{target} = await {enter}({generator}, {function})")
        return
    code.line(f"{code.constant(beginning, 'beginning')}[0] = {generator} = {made}")
    with code.block(f"async for {target} in {generator}"):
        code.line("break")
    with code.block("else"):
        code.line(f"raise {code.constant(never_yielded, 'never_yielded')}({function})")


def write_leave(code: Code, calls: list[Dependency], entries: Entries) -> None:
    """Write the lines that run generators to their end, the last first.

    Args:
        code: Where the lines go.
        calls: The dependencies, in the order of entering.
        entries: Their generators.
    """
    generators = [entries.generators[id(call)] for call in calls]
    if any(call.run is Run.THREAD_GENERATOR for call in calls):
        code.line(f"await {code.constant(leave, 'leave')}([{', '.join(generators)}])")
        return
    for call, generator in zip(reversed(calls), reversed(generators), strict=True):
        function = code.constant(call.function, "dependency")
        with code.block(f"async for _ in {generator}"):
            code.line(f"raise {code.constant(yielded_twice, 'yielded_twice')}({function})")


def _arguments(call: Call, names: Mapping[int, str]) -> str:
    """Return the arguments of a call as source. Names of arguments are identifiers, as Python has read them."""
    return ", ".join(
        names[id(argument.node)] if argument.positional else f"{argument.name}={names[id(argument.node)]}"
        for argument in call.arguments
    )


def _join(function: str, arguments: str) -> str:
    return f"{function}, {arguments}" if arguments else function


def _gate(injection: Injection) -> Gate:
    gate = _gates.get(injection)
    if gate is None:
        assert injection.max_concurrency is not None, "only a limited dependency has a gate"
        gate = _gates[injection] = Gate(injection.max_concurrency)
    return gate
