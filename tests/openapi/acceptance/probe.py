"""Schemathesis in this process: every check it has, in all its phases, on what an application says of itself."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pytest

pytest.importorskip("schemathesis", reason="schemathesis is not installed")

import schemathesis
import schemathesis.engine
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events
from schemathesis.python.asgi import shutdown_lifespans

__all__ = ["findings"]

_TEXTS = ("application/x-www-form-urlencoded", "multipart/form-data", "image/png")
_SETTINGS: dict[str, Any] = {
    "generation": {"max-examples": 20, "deterministic": True},
    "suppress-health-check": ["all"],
    "cache": {"enabled": False},
}


@schemathesis.serializer("application/msgpack")
def as_msgpack(context: Any, value: Any) -> bytes:
    """Write a body as MessagePack, which everything that reads JSON reads, too."""
    return msgspec.msgpack.encode(_within_64_bits(value))


@schemathesis.serializer("image/png")
def as_bytes(context: Any, value: Any) -> bytes:
    """Write a body of bytes as it is, and what is none as its text."""
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Write whole numbers without a fraction: to JSON Schema `1.0` is an integer, to msgspec it is none."""
    case.body = _without_fractions(case.body)


def findings(app: Any, *, told: str = "(?!)", **settings: Any) -> list[str]:
    """Return what is wrong, each with the request that shows it.

    Args:
        app: The application, with a document at `/openapi.json`.
        told: A pattern of the answers to what fits the document and is refused all the same, for a reason that no
            schema can give.
        **settings: What the configuration of schemathesis has beside that of every run.
    """

    def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
        """Return whether a failure is one."""
        if type(failure).__name__ == "RejectedPositiveData":
            return re.search(told, response.text) is None
        # What bytes and forms hold is text, whatever it was made from; and one text is a list of one.
        return not (type(failure).__name__ == "AcceptedNegativeData" and case.media_type in _TEXTS)

    config = SchemathesisConfig.from_dict({**_SETTINGS, **settings})
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=config)
    schema.hook(filter_failure)
    try:
        return [finding for event in schemathesis.engine.from_schema(schema).execute() for finding in _of(event)]
    finally:
        shutdown_lifespans()


def _of(event: Any) -> Iterator[str]:
    if isinstance(event, events.ScenarioFinished):
        yield from _failures(event)
    elif isinstance(event, events.NonFatalError):
        yield f"{event.label}: {event.value!r}"
    elif isinstance(event, events.FatalError):
        raise event.exception


def _failures(event: Any) -> Iterator[str]:
    for case_id, checks in event.recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                request = event.recorder.cases[case_id].value.as_curl_command()
                yield f"{event.phase.value}, {check.name}: {check.failure_info.failure}\n{request}"


def _within_64_bits(value: Any) -> Any:
    """Return a value whose integers are those that MessagePack can write."""
    if isinstance(value, Mapping):
        return {name: _within_64_bits(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_within_64_bits(item) for item in value]
    return value % 2**63 if isinstance(value, int) and not -(2**63) <= value < 2**64 else value


def _without_fractions(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_fractions(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_fractions(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value
