"""The type that a handler's results are filtered by."""

from typing import Any, get_args, get_origin

from faster_core.plan.model import Run
from faster_core.plan.signature import EMPTY, split_annotation
from faster_core.response import Response

__all__ = ["UNSET_MODEL", "result_model"]

UNSET_MODEL: Any = object()
"""No `response_model` was given, so that the return annotation counts; None switches filtering off."""

_STREAMS = ("AsyncIterator", "AsyncIterable", "AsyncGenerator", "Iterator", "Iterable", "Generator")


def result_model(annotation: Any, given: Any, run: Run) -> Any:
    """Return the type that a handler's results, or the items of its stream, are filtered by; `Any` for none.

    Args:
        annotation: The return annotation.
        given: `response_model`, or `UNSET_MODEL`.
        run: How the handler runs.
    """
    if given is not UNSET_MODEL:
        return Any if given is None else given
    plain, _ = split_annotation(annotation)
    if plain is EMPTY or plain is None or plain is type(None) or _names_response(plain):
        return Any
    if run in (Run.LOOP_GENERATOR, Run.THREAD_GENERATOR):
        origin = get_origin(plain) or plain
        arguments = get_args(plain)
        if getattr(origin, "__name__", "") in _STREAMS:
            return arguments[0] if arguments else Any
    return annotation


def _names_response(annotation: Any) -> bool:
    """Tell whether an annotation is a response class, or a union with one in it."""
    if isinstance(annotation, type):
        names = {f"{cls.__module__}.{cls.__qualname__}" for cls in annotation.__mro__}
        return issubclass(annotation, Response) or "starlette.responses.Response" in names
    return any(_names_response(item) for item in get_args(annotation)) and get_origin(annotation) not in (list, dict)
