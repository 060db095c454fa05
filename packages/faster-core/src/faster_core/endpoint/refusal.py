"""The second pass: every error of a request, found after the first one has been met.

An endpoint stops at the first value that does not fit, which costs a good request nothing. Then this walks the whole
plan, reads every value again, and gathers what is wrong with each.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from faster_core.codec import ERROR_TYPES, INPUT_ERRORS, Kind, Problem
from faster_core.datastructures import FormData
from faster_core.endpoint import fields, text
from faster_core.endpoint.media import Decoders, WrongMediaType
from faster_core.exceptions import RequestValidationError, ValidationError, WebSocketRequestValidationError
from faster_core.limits import Limits
from faster_core.params import Source
from faster_core.plan.model import Body, Group, Parameter, Plan

__all__ = ["Refusal", "known_names"]

Error = dict[str, Any]

_MISSING = "Field required"
_ORDER = (Source.PATH, Source.QUERY, Source.HEADER, Source.COOKIE)
_PLACES = {Source.FORM: "body", Source.FILE: "body"}


class Refusal:
    """Calling it gives the exception for a request that does not fit a plan.

    Args:
        plan: What the request should be.
        limits: The budgets of the request.
        strict_content_type: Whether a JSON body must have a Content-Type.
    """

    def __init__(self, plan: Plan, *, limits: Limits, strict_content_type: bool = True) -> None:
        self._plan = plan
        self._limits = limits
        self._strict = strict_content_type

    def __call__(
        self, error: Exception, scope: Mapping[str, Any], body: bytes | None, form: FormData | None
    ) -> ValidationError:
        """Return the exception that names every error.

        Args:
            error: The error that was met first; it is told when the walk, against all expectation, finds none.
            scope: The ASGI scope.
            body: The body's bytes, where the plan reads any.
            form: The form, where the plan reads one.
        """
        found = [*self._text_errors(scope), *self._form_errors(form), *self._body_errors(scope, body)]
        if not found:
            place = "body" if self._plan.body and body is not None else "query"
            found = [_error([place], str(error) or type(error).__name__, "msgspec")]
        received = _received(body) if body is not None else dict(form.multi_items()) if form is not None else None
        if scope["type"] == "websocket":
            return WebSocketRequestValidationError(found)
        return RequestValidationError(found, body=received)

    def _text_errors(self, scope: Mapping[str, Any]) -> list[Error]:
        found: list[Error] = []
        for source in _ORDER:
            nodes = [node for node in self._plan.parameters if node.source is source]
            if not nodes:
                continue
            faults: Mapping[str, Exception] = {}
            try:
                texts = self._texts(source, scope)
            except UnicodeDecodeError:
                texts, faults = text.read_damaged_query(scope["query_string"], self._limits.max_query_parameters)
            told = [["query", name] if name else ["query"] for name in faults]
            found += [
                _error(loc, f"Invalid text: {fault}", "msgspec")
                for loc, fault in zip(told, faults.values(), strict=True)
            ]
            for node in nodes:
                found += [error for error in self._node_errors(node, texts) if error["loc"] not in told]
        return _unique(found)

    def _texts(self, source: Source, scope: Mapping[str, Any]) -> Mapping[str, list[Any]]:
        """Return all values of all names in one source of text. Only a query may have text that is none."""
        if source is Source.PATH:
            return {name: [value] for name, value in scope.get("path_params", {}).items()}
        if source is Source.QUERY:
            return text.read_query_lists(scope["query_string"], self._limits.max_query_parameters)
        if source is Source.HEADER:
            return {name.decode("latin-1"): values for name, values in text.read_header_lists(scope["headers"]).items()}
        return {name: [value] for name, value in text.read_cookies(scope["headers"]).items()}

    def _form_errors(self, form: FormData | None) -> list[Error]:
        if form is None or self._plan.body is None:
            return []
        texts = {name: [value for value in form.getlist(name) if value] for name in form}
        found: list[Error] = []
        for node in self._plan.body.fields:
            found += self._node_errors(node, {name: values for name, values in texts.items() if values})
        return _unique(found)

    def _body_errors(self, scope: Mapping[str, Any], body: bytes | None) -> list[Error]:
        plan = self._plan.body
        if body is None or plan is None or (not body and not plan.required):
            return []
        if not body:
            return [_error(["body"], _MISSING, "missing")]
        if plan.kind == "json":
            return self._json_errors(plan, scope, body)
        if plan.kind == "text":
            try:
                body.decode()
            except UnicodeDecodeError as error:
                return [_error(["body"], f"Invalid text: {error}", "msgspec")]
        return []

    def _json_errors(self, plan: Body, scope: Mapping[str, Any], body: bytes) -> list[Error]:
        assert plan.codec is not None, "a JSON body has a codec"
        content_type = next((value for name, value in scope["headers"] if name == b"content-type"), None)
        decoders = Decoders(plan.codec, strict=self._strict, media_type=plan.media_type)
        try:
            decode = decoders[content_type]
        except WrongMediaType as error:
            return [_error(["body"], str(error), "msgspec")]
        explain = plan.codec.explain_msgpack if decode == plan.codec.decode_msgpack else plan.codec.explain_json
        return [_error(["body"], problem.message, problem.kind) for problem in explain(body)]

    def _node_errors(self, node: Parameter | Group, texts: Mapping[str, list[Any]]) -> list[Error]:
        if isinstance(node, Parameter):
            return _parameter_errors(node, texts)
        sent = any(_values(field, texts) is not None for field in node.fields)
        if not sent and not node.required:
            return []
        found: list[Error] = []
        for field in node.fields:
            found += _parameter_errors(field, texts)
        if node.forbids_extra:
            found += self._extra_errors(node, texts)
        return found or _whole_group_errors(node, texts)

    def _extra_errors(self, node: Group, texts: Mapping[str, list[Any]]) -> list[Error]:
        """Return an error for each name that nobody reads."""
        known = known_names(self._plan, node.source)
        return [
            _error([_place(node), name], f"Object contains unknown field `{name}`", "msgspec")
            for name in texts
            if name not in known
        ]


def known_names(plan: Plan, source: Source) -> frozenset[str]:
    """Return every name that a plan reads from one source."""
    names: set[str] = set()
    nodes: list[Parameter | Group] = list(plan.parameters) + list(plan.body.fields if plan.body else ())
    for node in nodes:
        items = node.fields if isinstance(node, Group) else (node,)
        names.update(
            item.wire_name
            for item in items
            if (item.source is Source.FILE and source is Source.FORM) or item.source is source
        )
    return frozenset(names)


def _whole_group_errors(node: Group, texts: Mapping[str, list[Any]]) -> list[Error]:
    """Return what only the model as a whole can tell: its own checks, and names that it does not know."""
    values = {field.name: value for field in node.fields if (value := _values(field, texts)) is not None}
    return [_error([_place(node)], problem.message, problem.kind) for problem in node.codec.explain(values, text=True)]


def _parameter_errors(node: Parameter, texts: Mapping[str, list[Any]]) -> list[Error]:
    loc = [_place(node), node.wire_name]
    value = _values(node, texts)
    if value is None:
        return [_error(loc, _MISSING, "missing")] if node.required else []
    if node.source is Source.FILE:
        return _file_errors(value, loc)
    if node.source is Source.FORM and not all(isinstance(item, str) for item in _listed(value)):
        return [_error(loc, "Expected `str`, got `file`", "msgspec")]
    if node.source is Source.FORM and node.declaration.media_type == "application/json":
        return _errors(loc, node.codec.explain_json(value.encode()))
    if node.source is Source.PATH and not isinstance(value, str):
        value = str(value)
    return _errors(loc, node.codec.explain(value, text=True))


def _file_errors(value: Any, loc: list[str]) -> list[Error]:
    if all(not isinstance(item, str) for item in _listed(value)):
        return []
    return [_error(loc, "Expected `file`, got `str`", "msgspec")]


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else (value,)


def _values(node: Parameter, texts: Mapping[str, list[Any]]) -> Any:
    """Return what a parameter is made from: one text, the list of them, its members, or None without any."""
    if node.style == "deepObject":
        return fields.read_members(texts, node.wire_name)
    values = texts.get(node.wire_name)
    if not values:
        return None
    if not node.collects:
        return values[0] if node.source is Source.HEADER else values[-1]
    separator = {"csv": ",", "pipe": "|", "space": " "}.get(node.style or "")
    return [item for value in values for item in value.split(separator)] if separator else values


def _place(node: Parameter | Group) -> str:
    return _PLACES.get(node.source, node.source.value)


def _errors(loc: list[str], problems: Iterable[Problem]) -> list[Error]:
    return [_error(loc, problem.message, problem.kind) for problem in problems]


def _error(loc: list[str], message: str, kind: Kind) -> Error:
    return {"loc": list(loc), "msg": message, "type": ERROR_TYPES[kind]}


def _unique(errors: list[Error]) -> list[Error]:
    """Return the errors without those that say the same of the same place again."""
    seen: dict[tuple[Any, ...], Error] = {}
    for error in errors:
        seen.setdefault((*error["loc"], "\0", error["msg"]), error)
    return list(seen.values())


def _received(body: bytes) -> Any:
    """Return the body for `exc.body`: decoded when it is JSON, otherwise its bytes."""
    try:
        return msgspec.json.decode(body)
    except INPUT_ERRORS:
        return body
