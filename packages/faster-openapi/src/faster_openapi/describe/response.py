"""The responses of an operation."""

from collections.abc import Iterator, Mapping
from typing import Any

from faster_core.jsonlines import JSONLinesResponse
from faster_core.plan.model import Run
from faster_core.response import JSONResponse, RedirectResponse, Response, StreamingResponse, has_body
from faster_core.routing.route import Route
from faster_core.sse import EventSourceResponse, ServerSentEvent
from faster_openapi.describe.error import ErrorShapes, default_errors, phrase_of
from faster_openapi.describe.raised import raised_responses
from faster_openapi.describe.subject import Subject
from faster_openapi.model import Object, Use
from faster_openapi.schema import Components, plain

__all__ = ["describe_responses"]

_STREAMS = (Run.LOOP_GENERATOR, Run.THREAD_GENERATOR)


def describe_responses(subject: Subject, components: Components, shapes: ErrorShapes) -> Object:
    """Return the responses of an operation by status: success, what the route and its layers declare, errors.

    Args:
        subject: What is described.
        components: Takes the types in.
        shapes: The shapes of error answers.
    """
    status = str(int(subject.settings.status_code or _own_status(subject)))
    responses: Object = {status: _success(subject, status, components)}
    errors = default_errors(subject, shapes) if subject.served else ()
    for key, response in (*errors, *raised_responses(subject, shapes)):
        if key != status:
            responses[key] = _joined(responses.get(key), response)
    for code, declared in {**subject.layer.responses, **(subject.settings.responses or {})}.items():
        text = _status_text(code)
        responses[text] = _declared(text, declared, responses.get(text), subject, components)
    return {key: responses[key] for key in sorted(responses, key=lambda key: (key != status, not key.isdigit(), key))}


def _status_text(code: Any) -> str:
    """Return a status as the document has it: `404`, `4XX`, `default`."""
    text = str(int(code)) if isinstance(code, int) else str(code)
    return text.upper() if len(text) == 3 else text


def _own_status(subject: Subject) -> int:
    returned = _returned_class(subject)
    if returned is not None and issubclass(returned, RedirectResponse):
        return 307
    if isinstance(subject.route, Route):
        return subject.route.answer.status_code
    return 307 if returned is None and issubclass(subject.response_class, RedirectResponse) else 200


def _returned_class(subject: Subject) -> type[Response] | None:
    """Return the response class that the handler is annotated to return."""
    returns = subject.plan.returns
    return returns if isinstance(returns, type) and issubclass(returns, Response) else None


def _success(subject: Subject, status: str, components: Components) -> Object:
    response: Object = {"description": subject.settings.response_description}
    if not has_body(int(status)):
        return response
    content = _stream(subject, components) if subject.plan.handler.run in _STREAMS else _whole(subject, components)
    return {**response, "content": content} if content else response


def _whole(subject: Subject, components: Components) -> Object:
    cls = _returned_class(subject) or subject.response_class
    if issubclass(cls, JSONResponse):
        return {cls.media_type or "application/json": {"schema": _result_schema(subject, components)}}
    if cls.media_type is None:
        return {}
    return {cls.media_type: {"schema": {"type": "string"}}}


def _result_schema(subject: Subject, components: Components) -> Object:
    if _returned_class(subject) is not None:
        return {}
    return components.schema(subject.plan.result, _result_use(subject))


def _result_use(subject: Subject) -> Use:
    settings = subject.settings
    sparse = (
        settings.response_model_exclude_unset
        or settings.response_model_exclude_defaults
        or settings.response_model_exclude_none
        or settings.response_model_include is not None
        or settings.response_model_exclude is not None
    )
    return Use("output", sparse=bool(sparse), by_alias=settings.response_model_by_alias)


def _stream(subject: Subject, components: Components) -> Object:
    """Return the content of a stream, its items as OpenAPI 3.2 describes them.

    Spec: OpenAPI 3.2, 4.14.2
    """
    cls = subject.response_class
    item = subject.plan.result
    if issubclass(cls, EventSourceResponse):
        data = {} if item is ServerSentEvent else components.schema(item, _result_use(subject))
        return {cls.media_type or "text/event-stream": {"itemSchema": _event(data)}}
    if issubclass(cls, StreamingResponse) and not issubclass(cls, JSONLinesResponse):
        return {cls.media_type: {"schema": {"type": "string"}}} if cls.media_type else {}
    media_type = cls.media_type if issubclass(cls, JSONLinesResponse) else JSONLinesResponse.media_type
    return {media_type or "application/jsonl": {"itemSchema": components.schema(item, _result_use(subject))}}


def _event(data: Object) -> Object:
    text: Object = {"type": "string"}
    if data:
        text |= {"contentMediaType": "application/json", "contentSchema": data}
    return {
        "type": "object",
        "properties": {
            "data": text,
            "event": {"type": "string"},
            "id": {"type": "string"},
            "retry": {"type": "integer", "minimum": 0},
        },
        "required": ["data"],
    }


def _joined(known: Object | None, more: Object) -> Object:
    """Return two responses of one status as one."""
    if known is None:
        return more
    texts = list(dict.fromkeys(text for text in (known["description"], more["description"]) if text))
    joined = {**known, **more, "description": " Or: ".join(texts)}
    if "content" in known and "content" in more:
        joined["content"] = {**known["content"], **more["content"]}
    if "headers" in known or "headers" in more:
        joined["headers"] = {**known.get("headers", {}), **more.get("headers", {})}
    return joined


def _declared(
    status: str, declared: Mapping[str, Any], known: Object | None, subject: Subject, components: Components
) -> Object:
    """Return a response as a route or a layer declares it, over what is known of that status already."""
    response: Object = {**(known or {}), **{name: plain(declared[name]) for name in _others(declared)}}
    response["description"] = declared.get("description") or (known or {}).get("description") or phrase_of(status)
    content: Object = dict((known or {}).get("content", {})) if "model" not in declared else {}
    if declared.get("model") is not None:
        media_type = subject.response_class.media_type or "application/json"
        content[media_type] = {"schema": components.schema(declared["model"], _result_use(subject))}
    for media_type, media in plain(declared.get("content") or {}).items():
        content[media_type] = {**content.get(media_type, {}), **media}
    if content:
        response["content"] = content
    return response


def _others(declared: Mapping[str, Any]) -> Iterator[str]:
    return (name for name in declared if name not in ("model", "content", "description"))
