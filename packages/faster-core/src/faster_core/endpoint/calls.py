"""Lines that call the functions of a plan, each in the way it runs."""

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from faster_core.concurrency import run_in_threadpool
from faster_core.endpoint.code import Code
from faster_core.endpoint.lifetime import Gate, enter_in_thread, never_yielded, yielded_twice
from faster_core.params import Injection
from faster_core.plan.model import Call, Dependency, Run

__all__ = ["write_dependency", "write_handler", "write_leave"]

_gates: WeakKeyDictionary[Injection, Gate] = WeakKeyDictionary()


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


def write_dependency(code: Code, call: Dependency, names: Mapping[int, str]) -> str:
    """Write the lines that call a dependency, and return the local variable of its value.

    A generator is put into `entered` before it is entered, so that it is left whatever happens.
    """
    function = code.constant(call.function, "dependency")
    arguments = _arguments(call, names)
    target = code.fresh("value")
    code.note("{} of {}", getattr(call.function, "__qualname__", type(call.function).__qualname__), str(call.place))
    if call.declaration.max_concurrency is not None:
        gate = code.constant(_gate(call.declaration), "gate")
        code.line(f"entered.append(await {gate}.enter())")
    if call.run is Run.LOOP:
        code.line(f"{target} = await {function}({arguments})")
    elif call.run is Run.INLINE:
        code.line(f"{target} = {function}({arguments})")
    elif call.run is Run.THREAD:
        in_thread = code.constant(run_in_threadpool, "run_in_threadpool")
        code.line(f"{target} = await {in_thread}({_join(function, arguments)})")
    else:
        _write_generator(code, call, f"{function}({arguments})", target)
    return target


def _write_generator(code: Code, call: Dependency, made: str, target: str) -> None:
    generator = f"{target}_generator"
    function = code.constant(call.function, "dependency")
    code.line(f"{generator} = {made}")
    code.line(f"entered.append({generator})")
    if call.run is Run.THREAD_GENERATOR:
        enter = code.constant(enter_in_thread, "enter_in_thread")
        code.line(f"{target} = await {enter}({generator}, {function})")
        return
    with code.block(f"async for {target} in {generator}"):
        code.line("break")
    with code.block("else"):
        code.line(f"raise {code.constant(never_yielded, 'never_yielded')}({function})")


def write_leave(code: Code, calls: list[tuple[Dependency, str]]) -> None:
    """Write the lines that run asynchronous generators to their end, the last first.

    They stay in `entered`; one that has ended needs nothing more.

    Args:
        code: Where the lines go.
        calls: The dependencies, in the order of entering, each with the local variable of its value.
    """
    for call, target in reversed(calls):
        function = code.constant(call.function, "dependency")
        with code.block(f"async for _ in {target}_generator"):
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
