"""Work for the processor: functions that run beside the event loop with a lock of their own.

A subinterpreter is a second Python in the same process: it shares no object with the first, has its own global lock,
and starts in a tenth of the time of a process. What goes in and comes out is pickled:

    task ── run(function, …) ──► pickled call ──► interpreter ──► pickled outcome ──► result, or the error it raised

Python 3.14 has them in `concurrent.interpreters`, 3.13 below the surface. Before, the same calls run in processes: in
3.12 a module that refuses to load in a subinterpreter leaves the memory of the whole process broken.

A module with C code loads there only if it supports subinterpreters, so a function for them belongs in a module of its
own, away from the application; `processes=True` has no such rule.
"""

import asyncio
import multiprocessing
import os
import pickle
import sys
import tempfile
import weakref
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from importlib import import_module
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

__all__ = ["CrossingError", "SubInterpreterPool", "run_in_subinterpreter"]

P = ParamSpec("P")
T = TypeVar("T")

_HAS_SUBINTERPRETERS = sys.version_info >= (3, 13)


class CrossingError(TypeError):
    """Something that cannot go into another interpreter or come back: it cannot be pickled, or not found there."""


class _RemoteTraceback(Exception):
    """The cause of an error that came from another interpreter: its traceback there, as text."""

    def __str__(self) -> str:
        return f'\n"""\n{self.args[0]}"""'


# Runs in each new interpreter. Nothing of ours is imported there: msgspec does not load in every version's.
_BOOTSTRAP = """
import os, pickle, sys, traceback

def answer(call, out):
    stage = "load"
    try:
        function, args, kwargs = pickle.loads(call)
        stage = "call"
        result = function(*args, **kwargs)
        stage = "result"
        data = pickle.dumps((stage, result, None), 5)
    except BaseException as error:
        text = "".join(traceback.format_exception(error))
        try:
            data = pickle.dumps((stage + " failed", error, text), 5)
            pickle.loads(data)
        except BaseException:
            data = pickle.dumps((stage + " failed", RuntimeError(repr(error)), text), 5)
    os.ftruncate(out, 0)
    os.lseek(out, 0, os.SEEK_SET)
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(out, rest):]
"""


class _Interpreter:
    """One interpreter, and the file in memory that it writes its answers to."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed with the interpreter
        try:
            self._execute, self._destroy = _create()
            self._execute(f"{_BOOTSTRAP}\nsys.path[:] = {sys.path!r}", {})
        except BaseException:
            self._file.close()
            raise

    def call(self, call: bytes) -> Any:
        """Run a pickled call and return its pickled outcome, read."""
        self._execute(f"answer(call, {self._file.fileno()})", {"call": call})
        self._file.seek(0)
        return pickle.loads(self._file.read())  # noqa: S301 - written by the interpreter just now

    def close(self) -> None:
        """End the interpreter."""
        self._destroy()
        self._file.close()


def _create() -> tuple[Callable[[str, dict[str, Any]], None], Callable[[], None]]:
    """Create an interpreter; return what executes source in it, with some globals, and what destroys it."""
    if sys.version_info >= (3, 14):
        interpreter: Any = import_module("concurrent.interpreters").create()

        def execute(source: str, shared: dict[str, Any]) -> None:
            interpreter.prepare_main(shared)
            interpreter.exec(source)

        return execute, interpreter.close
    module: Any = import_module("_interpreters")
    number = module.create()

    def run(source: str, shared: dict[str, Any]) -> None:
        failure = module.run_string(number, source, shared)
        if failure is not None:
            raise RuntimeError(f"A subinterpreter failed: {failure.formatted}")

    return run, partial(module.destroy, number)


class _Interpreters:
    """Interpreters that wait for work; as many as there are threads that ask at once."""

    def __init__(self) -> None:
        self._idle: deque[_Interpreter] = deque()

    def call(self, call: bytes) -> Any:
        try:
            interpreter = self._idle.pop()
        except IndexError:
            interpreter = _Interpreter()
        try:
            return interpreter.call(call)
        finally:
            self._idle.append(interpreter)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()


class SubInterpreterPool:
    """Interpreters that are kept warm, for functions that keep a processor busy.

    Args:
        workers: How many calls run at once; None for as many as there are processors.
        processes: True takes processes instead, which load every module.

    Attributes:
        kind: `subinterpreters`, or `processes`: asked for, or because Python is older than 3.13.

    Example:
        >>> async def total() -> int:
        ...     async with SubInterpreterPool(2) as pool:
        ...         return await pool.run(sum, [1, 2, 3])
        >>> asyncio.run(total())
        6
    """

    def __init__(self, workers: int | None = None, *, processes: bool = False) -> None:
        if workers is not None and workers < 1:
            raise ValueError(f"The number of workers must be 1 or more, not {workers!r}.")
        count = workers or os.cpu_count() or 1
        self.kind = "subinterpreters" if _HAS_SUBINTERPRETERS and not processes else "processes"
        self._executor: Executor
        self._call: Callable[[bytes], Any]
        if self.kind == "processes":
            self._executor = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))
            self._call = _call_in_process
            self._close_all: Callable[[], object] = _nothing
        else:
            interpreters = _Interpreters()
            self._executor = ThreadPoolExecutor(count, thread_name_prefix="faster-interpreter")
            self._call = interpreters.call
            # Also at the end of the process: Python does not like to find interpreters there.
            self._close_all = weakref.finalize(self, interpreters.close)

    async def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function in another interpreter and return what it returns.

        A cancelled task does not wait for the function, which runs to its end all the same.

        Args:
            function: A function that can be imported: on the top level of a module, which is not `__main__`.
            *args: Its positional arguments. What is pickled crosses.
            **kwargs: Its keyword arguments.

        Raises:
            CrossingError: When the function, an argument or the result cannot cross.
            Exception: What the function raised, with its traceback there as the cause.
            RuntimeError: When the pool is closed.
        """
        call = _pickle_call(function, args, kwargs)
        outcome = await asyncio.get_running_loop().run_in_executor(self._executor, self._call, call)
        result: T = _unwrap(function, *outcome)
        return result

    def close(self) -> None:
        """Wait for the calls that run, and end the interpreters. A second call does nothing."""
        self._executor.shutdown(wait=True)
        self._close_all()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self.close)


async def run_in_subinterpreter(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function in another interpreter, of a pool that this process keeps. See `SubInterpreterPool.run`."""
    return await _shared().run(function, *args, **kwargs)


_pools: list[SubInterpreterPool] = []


def _shared() -> SubInterpreterPool:
    if not _pools:
        _pools.append(SubInterpreterPool())
    return _pools[0]


def _nothing() -> None: ...


def _call_in_process(call: bytes) -> Any:
    """Do in a process what the bootstrap does in an interpreter; an error is sent back by the executor."""
    function, args, kwargs = pickle.loads(call)  # noqa: S301 - pickled by `run`
    return "result", function(*args, **kwargs), None


def _pickle_call(function: Callable[..., Any], args: Any, kwargs: Any) -> bytes:
    name = getattr(function, "__qualname__", repr(function))
    if getattr(function, "__module__", None) == "__main__":
        raise CrossingError(
            f"{name} is in __main__, which other interpreters do not have. Move it to a module and import it."
        )
    try:
        return pickle.dumps((function, args, kwargs), 5)
    except Exception as error:
        raise CrossingError(
            f"{name} or an argument of it cannot be pickled ({error}), and nothing else crosses into another "
            "interpreter. Take a function from the top level of a module, and plain data."
        ) from error


def _unwrap(function: Callable[..., Any], stage: str, value: Any, text: str | None) -> Any:
    if text is None:
        return value
    name = getattr(function, "__qualname__", repr(function))
    cause = _RemoteTraceback(text)
    if stage == "result failed":
        raise CrossingError(
            f"The result of {name} cannot be pickled ({value}), and nothing else crosses from another interpreter. "
            "Return plain data."
        ) from cause
    if stage == "load failed":
        raise CrossingError(
            f"{name} or an argument of it cannot be loaded in a subinterpreter ({value}). Put it in a module that "
            "imports only what loads there, or take SubInterpreterPool(processes=True)."
        ) from cause
    if not isinstance(value, Exception):
        raise RuntimeError(f"{name} ended with {value!r}.") from cause
    raise value from cause
