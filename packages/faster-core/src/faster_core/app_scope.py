"""Dependencies outside requests: in jobs, commands and tests, and those that live as long as the application."""

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from faster_core.concurrency import run_in_threadpool
from faster_core.diagnostic import describe_callable
from faster_core.plan.model import Dependency, Group, Node, Parameter, Run, Special
from faster_core.plan.signature import key_of
from faster_core.readers import Readers, local_overrides

if TYPE_CHECKING:
    from faster_core.endpoint.lifetime import Entered

__all__ = ["AppScope", "ReaderOwner"]

T = TypeVar("T")

_MISSING = object()


class ReaderOwner(Protocol):
    """What a scope asks of the application."""

    @property
    def readers(self) -> Readers:
        """What reads plans, with and without overrides."""
        ...

    def app_known(self, dependency: Dependency, missing: Any) -> Any:
        """Return the value of a dependency that lives as long as the application, or `missing` before it is made."""
        ...

    async def app_value(self, dependency: Dependency) -> Any:
        """Return the value of a dependency that lives as long as the application, made if need be."""
        ...


class AppScope:
    """Gives the values of dependencies without a request; leaving it leaves them, the last first.

    Each function is called once. Arguments that a request would fill take their defaults.

    Example:
        >>> import asyncio
        >>> from faster_core import App
        >>> def make_greeting() -> str:
        ...     return "hello"
        >>> async def job() -> str:
        ...     async with App().scope() as scope:
        ...         return await scope.get(make_greeting)
        >>> asyncio.run(job())
        'hello'
    """

    def __init__(self, owner: ReaderOwner, overrides: Any = None, *, for_app: bool = False) -> None:
        self._owner = owner
        self._overrides = overrides
        self._for_app = for_app
        self._values: dict[Any, Any] = {}
        self._entered: list[Entered] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._entered:
            from faster_core.endpoint.lifetime import leave

            await leave(self._entered, error)

    async def get(self, dependency: Callable[..., T]) -> Any:
        """Return the value of a dependency, with everything that it depends on.

        Args:
            dependency: A function, class or callable object, as `Depends` takes it. An override stands in for it.

        Raises:
            ConfigurationError: When it cannot be a dependency.
            RuntimeError: When it needs something of a request.
        """
        local = local_overrides.get()
        readers = self._owner.readers.current(self._overrides if local is None else local)
        return await self.value_of(readers.read_dependency(dependency))

    async def value_of(self, node: Dependency) -> Any:
        """Return the value of a dependency whose plan is known. See `get`."""
        key = key_of(node.function)
        if node.cached and key in self._values:
            return self._values[key]
        if not self._for_app:
            value = self._owner.app_known(node, _MISSING)
            if value is _MISSING and node.scope == "app":
                value = await self._owner.app_value(node)
            if value is not _MISSING:
                return value
        arguments = {argument.name: await self._argument(argument.node, node) for argument in node.arguments}
        value = await self._call(node, arguments)
        self._values[key] = value
        return value

    def known(self, node: Dependency, missing: Any) -> Any:
        """Return a value that was given before, or `missing`."""
        return self._values.get(key_of(node.function), missing)

    async def _argument(self, node: Node, user: Dependency) -> Any:
        if isinstance(node, Dependency):
            return await self.value_of(node)
        if isinstance(node, Special):
            raise _needs_request(node.kind, user)
        factory = node.default_factory if not isinstance(node, Group) else node.declaration.default_factory
        if factory is not None:
            return factory()
        if node.required:
            what = node.wire_name if isinstance(node, Parameter) else node.name
            raise _needs_request(repr(what), user)
        return node.default

    async def _call(self, node: Dependency, arguments: dict[str, Any]) -> Any:
        function = node.function
        if node.run is Run.LOOP:
            return await function(**arguments)
        if node.run is Run.INLINE:
            return function(**arguments)
        if node.run is Run.THREAD:
            return await run_in_threadpool(function, **arguments)
        from faster_core.endpoint.lifetime import enter_in_thread, never_yielded

        generator = function(**arguments)
        self._entered.append(generator)
        if node.run is Run.THREAD_GENERATOR:
            return await enter_in_thread(generator, function)
        async for value in generator:
            return value
        raise never_yielded(function)


def _needs_request(what: str, user: Dependency) -> RuntimeError:
    return RuntimeError(
        f"{describe_callable(user.function)} needs {what} of a request, but there is none here. "
        "Give the argument a default, or override the dependency."
    )
