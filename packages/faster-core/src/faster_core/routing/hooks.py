"""Exception handlers and hooks of start-up and shut-down, as an application and a router take them in."""

from collections.abc import Callable
from typing import Any

from faster_core.boundary import ExceptionHandler, ExceptionKey

__all__ = ["Hooks"]


class Hooks:
    """Takes in what is to be called when something happens.

    Attributes:
        exception_handlers: Exception handlers, by class or status.
        startup_hooks: What is called at start-up, in order.
        shutdown_hooks: What is called at shut-down, the last first.
    """

    exception_handlers: dict[ExceptionKey, ExceptionHandler]
    startup_hooks: list[Callable[[], Any]]
    shutdown_hooks: list[Callable[[], Any]]

    def add_exception_handler(self, exc_class_or_status_code: ExceptionKey, handler: ExceptionHandler) -> None:
        """Answer exceptions of a class, its subclasses, or of a status, with a handler.

        What a router's routes raise is answered by the router's handlers first, then by the application's.

        Args:
            exc_class_or_status_code: The class or the status.
            handler: Called with the request and the exception; a coroutine function, or a function, which runs in a
                thread. It returns a response.
        """
        self.exception_handlers[exc_class_or_status_code] = handler

    def exception_handler(self, exc_class_or_status_code: ExceptionKey) -> Callable[[Any], Any]:
        """Decorate an exception handler. See `add_exception_handler`."""

        def register(handler: Any) -> Any:
            self.add_exception_handler(exc_class_or_status_code, handler)
            return handler

        return register

    def on_startup(self, hook: Callable[[], Any]) -> Callable[[], Any]:
        """Call a function when the application starts; bare as a decorator."""
        self.startup_hooks.append(hook)
        return hook

    def on_shutdown(self, hook: Callable[[], Any]) -> Callable[[], Any]:
        """Call a function when the application stops; bare as a decorator."""
        self.shutdown_hooks.append(hook)
        return hook

    def on_event(self, event_type: str) -> Callable[[Any], Any]:
        """Decorate a function to be called at `startup` or `shutdown`.

        Raises:
            ValueError: For another event.
        """
        if event_type not in ("startup", "shutdown"):
            raise ValueError(f"There is no event {event_type!r}. Write 'startup' or 'shutdown'.")
        return self.on_startup if event_type == "startup" else self.on_shutdown

    def add_event_handler(self, event_type: str, hook: Callable[[], Any]) -> None:
        """Call a function at `startup` or `shutdown`. See `on_event`."""
        self.on_event(event_type)(hook)
