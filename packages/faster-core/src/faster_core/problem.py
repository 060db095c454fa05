"""Errors as problem details: `application/problem+json`.

Spec: RFC 9457
"""

from typing import Any
from urllib.parse import quote

from faster_core.boundary import ExceptionHandler, ExceptionKey
from faster_core.codec import pointer
from faster_core.exceptions import HTTPException, RequestValidationError, phrase_of
from faster_core.request import Request
from faster_core.response import JSONResponse, Response, has_body

__all__ = ["ProblemResponse", "problem_handlers", "server_problem"]


_PATH_CHARACTERS = "/:@!$&'()*+,;=~"


class ProblemResponse(JSONResponse):
    """A JSON response of the media type of problem details."""

    media_type: str | None = "application/problem+json"


def _problem(request: Request, status: int, **members: Any) -> dict[str, Any]:
    title, instance = phrase_of(status), _as_reference(request.scope["path"])
    return {"type": "about:blank", "title": title, "status": status, "instance": instance, **members}


def _as_reference(path: str) -> str:
    """Return a path as a URI reference; two slashes at its start would be those before a host.

    Spec: RFC 9457, 3.1.5; RFC 3986, 4.2
    """
    encoded = quote(path, safe=_PATH_CHARACTERS, errors="replace")
    return f"/%2F{encoded[2:]}" if encoded.startswith("//") else encoded


async def http_problem(request: Request, exc: HTTPException) -> Response:
    """Return an HTTPException as a problem; a `detail` that is no text stands as it is."""
    if not has_body(exc.status_code):
        return Response(status_code=exc.status_code, headers=exc.headers)
    members: dict[str, Any] = {"detail": exc.detail}
    return ProblemResponse(
        _problem(request, exc.status_code, **members), status_code=exc.status_code, headers=exc.headers
    )


async def validation_problem(request: Request, exc: RequestValidationError) -> Response:
    """Return a validation error as a problem, each error with its place as `pointer` or `parameter`."""
    errors = [{**error, **_place(error)} for error in exc.errors]
    detail = "1 value does not fit." if len(errors) == 1 else f"{len(errors)} values do not fit."
    return ProblemResponse(_problem(request, 422, detail=detail, errors=errors), status_code=422)


async def server_problem(request: Request, exc: Exception) -> Response:
    """Return a 500 that says nothing of what happened."""
    return ProblemResponse(_problem(request, 500), status_code=500)


def _place(error: dict[str, Any]) -> dict[str, str]:
    """Return where an error is: a JSON Pointer into the body, or the name of a parameter.

    Spec: RFC 6901, 6
    """
    source, *names = error["loc"]
    if source != "body":
        return {"parameter": str(names[0])} if names else {}
    if names:
        return {"pointer": "#/" + "/".join(_escape(str(name)) for name in names)}
    _, at, path = error["msg"].rpartition(" - at `")
    # msgspec does not say which member of a mapping it means: the pointer ends at the mapping.
    place = path.removesuffix("`").partition("[...]")[0]
    return {"pointer": "#" + (pointer(place) if at else "")}


def _escape(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


problem_handlers: dict[ExceptionKey, ExceptionHandler] = {
    HTTPException: http_problem,
    RequestValidationError: validation_problem,
}
"""The handlers of an application with `problem_details=True`."""
