"""taskiq: work for other processes, with the application's dependencies. Needs the extra `taskiq`.

    broker = RedisStreamBroker("redis://localhost:6379/0")
    app = Faster()
    tasks = Tasks(app, broker)

    @tasks.task
    async def send_invoice(order_id: int, mailer: Annotated[Mailer, Depends(open_mailer)]) -> None:
        await mailer.send(f"Invoice for order {order_id}")

    @app.post("/orders/{order_id}", status_code=202)
    async def order(order_id: int) -> None:
        await send_invoice.kiq(order_id)

Workers are processes of their own: `taskiq worker shop:broker`. A worker starts the application's lifespan, so that
what lives as long as the application is there, and gives each task its dependencies by `app.scope()`: a session commits
when the task returns and rolls back when it raises, as in a handler.

`RedisStreamBroker` keeps a task until it is done, also when a worker dies; `ListQueueBroker` does not.
"""

import functools
import inspect
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeAlias, overload

import msgspec

from faster_core.app import App
from faster_core.concurrency import run_in_threadpool
from faster_core.diagnostic import describe_callable
from faster_core.lifespan import enter_mounted
from faster_core.params import Injection
from faster_core.plan.signature import EMPTY, Signature, read_signature, split_annotation
from FasterAPI.contrib._extra import needs
from FasterAPI.contrib._lifespan import wrap_lifespan

with needs("taskiq", extra="taskiq", user="FasterAPI.contrib.taskiq"):
    from taskiq import AsyncBroker, AsyncTaskiqDecoratedTask, BrokerMessage, TaskiqEvents, TaskiqMessage, TaskiqState
    from taskiq.abc.formatter import TaskiqFormatter
    from taskiq.serializers import PickleSerializer

__all__ = ["MsgspecFormatter", "Tasks"]

Function: TypeAlias = Callable[..., Any]
Task: TypeAlias = "AsyncTaskiqDecoratedTask[..., Any]"


class MsgspecFormatter(TaskiqFormatter):
    """Writes messages as JSON by msgspec: structs, dates, decimals, UUIDs and bytes as in a response."""

    def dumps(self, message: TaskiqMessage) -> BrokerMessage:
        """Return a message as the broker carries it."""
        return BrokerMessage(
            task_id=message.task_id,
            task_name=message.task_name,
            message=msgspec.json.encode(dict(message)),
            labels=message.labels,
        )

    def loads(self, message: bytes) -> TaskiqMessage:
        """Return the message that a broker has brought."""
        return TaskiqMessage.model_validate(msgspec.json.decode(message))


class Tasks:
    """The tasks of an application.

    In the web process the broker opens and closes with the application; in a worker the application opens and closes
    with the broker.

    Args:
        app: The application whose dependencies tasks have.
        broker: Any broker of taskiq, with its result backend if it has one. Messages are written by `MsgspecFormatter`;
            results are plain JSON values.

    Raises:
        ValueError: For a result backend that reads pickles.
    """

    def __init__(self, app: App, broker: AsyncBroker) -> None:
        self.broker = broker
        self._app = app
        self._worker = AsyncExitStack()
        if isinstance(getattr(broker.result_backend, "serializer", None), PickleSerializer):
            raise ValueError(
                "The broker's result backend reads pickles, which run whatever somebody has put into them. "
                "Write RedisAsyncResultBackend(url, serializer=JSONSerializer())."
            )
        broker.formatter = MsgspecFormatter()
        broker.add_event_handler(TaskiqEvents.WORKER_STARTUP, self._start_worker)
        broker.add_event_handler(TaskiqEvents.WORKER_SHUTDOWN, self._stop_worker)
        wrap_lifespan(app, self._opened)

    @overload
    def task(self, function: Function, /) -> Task: ...

    @overload
    def task(
        self, function: None = None, /, *, name: str | None = None, **labels: Any
    ) -> Callable[[Function], Task]: ...

    def task(self, function: Function | None = None, /, *, name: str | None = None, **labels: Any) -> Any:
        """Make a task of a function: `await send_invoice.kiq(7)` has a worker call it.

        Arguments with `Depends()` are given in the worker; all others come with the message, and are held to their
        annotations there.

        Args:
            function: A function, which runs in a thread, or a coroutine function.
            name: The task's name; None for `module:function`.
            **labels: Labels of taskiq, such as `retry_on_error=True`.

        Raises:
            TypeError: For anything else than a function.
        """

        def decorate(function: Function) -> Task:
            task: Task = self.broker.task(task_name=name, **labels)(self._wrap(function))
            return task

        return decorate if function is None else decorate(function)

    def _wrap(self, function: Function) -> Callable[..., Coroutine[Any, Any, Any]]:
        """Return what the worker calls: it takes what the message has, and nothing else."""
        if not inspect.isroutine(function) or inspect.isgeneratorfunction(function):
            raise TypeError(f"A task is a function or a coroutine function, not {function!r}.")
        signature = read_signature(function, with_result=False)
        dependencies = _find_dependencies(signature)
        gather = _gather(function, signature, dependencies)
        types = {a.name: a.annotation for a in signature.arguments if a.name not in dependencies}
        own = inspect.signature(function)
        sent = own.replace(parameters=[p for p in own.parameters.values() if p.name not in dependencies])
        in_thread = not inspect.iscoroutinefunction(function)

        async def run(*args: Any, **kwargs: Any) -> Any:
            values = _convert(function, types, sent.bind(*args, **kwargs).arguments)
            async with self._app.scope() as scope:
                values.update(await scope.get(gather))
                result = await (run_in_threadpool(function, **values) if in_thread else function(**values))
            return msgspec.to_builtins(result)

        functools.update_wrapper(run, function, ("__module__", "__name__", "__qualname__", "__doc__"))
        # taskiq shall look at this function, not at the one inside, and leave arguments as they are.
        del run.__wrapped__  # type: ignore[attr-defined]
        run.__annotations__ = {}
        run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [parameter.replace(annotation=EMPTY) for parameter in sent.parameters.values()]
        )
        return run

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[None]:
        """Open the broker with the application, where it is not the broker that opens the application."""
        if self.broker.is_worker_process:
            yield
            return
        await self.broker.startup()
        try:
            yield
        finally:
            await self.broker.shutdown()

    async def _start_worker(self, state: TaskiqState) -> None:
        # A broker in memory is both, and there the application is running already.
        if self.broker.is_worker_process:
            scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
            await self._worker.enter_async_context(enter_mounted([self._app], scope))

    async def _stop_worker(self, state: TaskiqState) -> None:
        await self._worker.aclose()


def _find_dependencies(signature: Signature) -> frozenset[str]:
    """Return the names of the arguments that are declared as `Depends()`."""
    return frozenset(
        argument.name
        for argument in signature.arguments
        if any(isinstance(one, Injection) for one in (*split_annotation(argument.annotation)[1], argument.default))
    )


def _gather(function: Function, signature: Signature, names: frozenset[str]) -> Function:
    """Return a dependency that depends on what a task depends on, and gives all of it by name."""

    async def gather(**values: Any) -> dict[str, Any]:
        return values

    functools.update_wrapper(gather, function, ("__module__", "__name__", "__qualname__"))
    del gather.__wrapped__  # type: ignore[attr-defined]
    gather.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(a.name, inspect.Parameter.KEYWORD_ONLY, default=a.default, annotation=a.annotation)
            for a in signature.arguments
            if a.name in names
        ]
    )
    return gather


def _convert(function: Function, types: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a message as what they are declared to be.

    Raises:
        TypeError: For one that is something else.
    """
    converted: dict[str, Any] = {}
    for name, value in values.items():
        try:
            converted[name] = value if types[name] is EMPTY else msgspec.convert(value, types[name])
        except msgspec.ValidationError as error:
            raise TypeError(
                f"{describe_callable(function)}: the message's argument {name!r} is wrong: {error}"
            ) from error
    return converted
