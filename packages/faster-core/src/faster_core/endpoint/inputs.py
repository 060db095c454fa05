"""Lines that bring what a request says into local variables: one method for each source.

query_0 = query.get(name)                    ┐
limit   = default if … else convert(query_0) │ one `try` for all that one call needs; whatever does not fit
item    = decoders[content_type](body)       ┘ goes to `refuse`, which looks for every error of the request
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from enum import Enum
from typing import Any
from uuid import UUID

import msgspec

from faster_core.codec import INPUT_ERRORS, strip_optional
from faster_core.diagnostic import describe_callable
from faster_core.endpoint import fields, text
from faster_core.endpoint.body import no_body, read_on, too_large
from faster_core.endpoint.code import Code
from faster_core.endpoint.media import Decoders
from faster_core.endpoint.refusal import Refusal, known_names
from faster_core.limits import Limits
from faster_core.params import Declaration, Source
from faster_core.plan.model import BodyPart, Dependency, Group, Node, Parameter, Plan
from faster_core.plan.signature import split_annotation

__all__ = ["Inputs", "plain_type"]

_UNFIT: tuple[type[Exception], ...] = (*INPUT_ERRORS, KeyError)
_PLAIN_FACTORIES: tuple[Callable[[], Any], ...] = (list, dict, set)
_SEPARATORS = {"csv": ",", "pipe": "|", "space": " "}
_UNCHANGING = (str, int, float, bool, bytes, frozenset, tuple, Enum, UUID, type(None))


def plain_type(annotation: Any) -> Any:
    """Return the type below `Annotated` and `Optional` when it has no constraint, otherwise None."""
    inner, metadata = split_annotation(annotation)
    optional, _ = strip_optional(inner)
    optional, more = split_annotation(optional)
    constrained = any(not isinstance(item, (Declaration, str)) and not _is_bare(item) for item in (*metadata, *more))
    return None if constrained else optional


def _is_bare(item: Any) -> bool:
    """Tell whether a metadata object constrains nothing."""
    return isinstance(item, msgspec.Meta) and not any(
        getattr(item, name) is not None
        for name in ("gt", "ge", "lt", "le", "multiple_of", "pattern", "min_length", "max_length")
    )


class Inputs:
    """Writes what a plan reads, each node once, and knows the local variable that it is in.

    Args:
        code: Where the lines go.
        plan: What is read.
        limits: The budgets of the request.
        converted: The path variables that the router has converted already.
        strict_content_type: Whether a JSON body must have a Content-Type.
    """

    def __init__(
        self,
        code: Code,
        plan: Plan,
        *,
        limits: Limits,
        converted: frozenset[str] = frozenset(),
        strict_content_type: bool = True,
    ) -> None:
        self._code = code
        self._plan = plan
        self._limits = limits
        self._converted = converted
        self._strict = strict_content_type
        self._ready: set[str] = set()
        self.names: dict[int, str] = {}
        nodes = plan.parameters
        self._query_lists = any(_reads_lists(node) for node in nodes if node.source is Source.QUERY)
        self._header_lists = any(_reads_lists(node) for node in nodes if node.source is Source.HEADER)
        refusal = Refusal(plan, limits=limits, strict_content_type=strict_content_type)
        self._refuse = code.constant(refusal, "refuse")
        self._unfit = code.constant(_UNFIT, "UNFIT")

    def write(self, nodes: Iterable[Node], otherwise: Callable[[], None] | None = None) -> None:
        """Write the lines for those nodes that have no local variable yet and are no dependencies.

        Args:
            nodes: What is wanted.
            otherwise: Writes what happens between a failure and the refusal, in the state before the failure.
        """
        wanted = [node for node in nodes if id(node) not in self.names and not isinstance(node, Dependency)]
        wanted = list({id(node): node for node in wanted}.values())
        texts = [node for node in wanted if isinstance(node, (Parameter, Group))]
        parts = [node for node in wanted if isinstance(node, BodyPart)]
        if not texts and not parts:
            return
        code = self._code
        names, ready = dict(self.names), set(self._ready)
        with code.block("try"):
            for node in texts:
                self.names[id(node)] = self._text(node)
            if parts:
                self._body()
        with code.block(f"except {self._unfit} as error"):
            body = "body" if self._plan.body and self._plan.body.kind != "form" else "None"
            form = "form" if self._plan.body and self._plan.body.kind == "form" else "None"
            refused = "error"
            if otherwise is not None:
                refused = "refused"
                code.line("refused = error")
                with self._state_of(names, ready):
                    otherwise()
            code.line(f"raise {self._refuse}({refused}, scope, {body}, {form}) from None")

    @contextmanager
    def _state_of(self, names: dict[int, str], ready: set[str]) -> Iterator[None]:
        """Write as if only these local variables were there; afterwards as before."""
        latest = dict(self.names), self._ready
        self._restore(names, ready)
        yield
        self._restore(*latest)

    def _restore(self, names: dict[int, str], ready: set[str]) -> None:
        self.names.clear()
        self.names.update(names)
        self._ready = ready

    def read_raw_body(self) -> None:
        """Write the lines that read the bytes of the body, if the plan wants them; the common case without a call."""
        code, limit = self._code, self._limits.max_body_size
        code.line("message = await receive()")
        with code.block('if message["type"] == "http.request" and not message.get("more_body")'):
            code.line('body = message.get("body", b"")')
            with code.block(f"if len(body) > {limit}"):
                code.line(f"raise {code.constant(too_large, 'too_large')}()")
        with code.block("else"):
            read = code.constant(read_on, "read_on")
            code.line(f'body = await {read}(message, receive, {limit}, scope["headers"])')

    def _need(self, name: str, line: str) -> None:
        """Write a line the first time that somebody needs what it makes."""
        if name not in self._ready:
            self._ready.add(name)
            self._code.line(line)

    def _text(self, node: Parameter | Group) -> str:
        code = self._code
        target = code.fresh(f"in_{node.source}")
        code.note("{} of {}", node.name, str(node.place))
        if isinstance(node, Group):
            self._group(node, target)
        elif node.source is Source.PATH:
            self._path(node, target)
        elif node.source is Source.FILE:
            self._file(node, target)
        else:
            raw = self._raw(node)
            self._converted_or_default(node, target, raw)
        return target

    def _raw(self, node: Parameter) -> str:
        """Return an expression for the text, the texts or None that the request has under a name."""
        if node.source is Source.QUERY:
            return self._raw_query(node)
        if node.source is Source.HEADER:
            return self._raw_header(node)
        name = self._code.constant(node.wire_name, "name")
        if node.source is Source.COOKIE:
            self._prepare_cookies()
            return f"cookies.get({name})"
        read: Callable[..., Any] = fields.read_form_texts if node.collects else fields.read_form_text
        return f"{self._code.constant(read, read.__name__)}(form, {name})"

    def _raw_query(self, node: Parameter) -> str:
        code = self._code
        name = code.constant(node.wire_name, "name")
        self._prepare_query()
        if node.style == "deepObject":
            return f"{code.constant(fields.read_members, 'read_members')}(query, {name})"
        if not self._query_lists:
            return f"query.get({name})"
        if not node.collects:
            return f"(query.get({name}) or (None,))[-1]"
        if node.style in _SEPARATORS:
            split = code.constant(fields.split_values, "split_values")
            return f"{split}(query.get({name}), {_SEPARATORS[node.style]!r})"
        return f"query.get({name})"

    def _prepare_query(self) -> None:
        read: Callable[..., Any] = text.read_query_lists if self._query_lists else text.read_query
        name, limit = self._code.constant(read, read.__name__), self._limits.max_query_parameters
        self._need("query", f'query = {name}(scope["query_string"], {limit})')

    def _raw_header(self, node: Parameter) -> str:
        code = self._code
        name = code.constant(node.wire_name.encode("latin-1"), "name")
        self._prepare_headers()
        if self._header_lists:
            return f"headers.get({name})" if node.collects else f"(headers.get({name}) or (None,))[0]"
        return f"headers.get({name})"

    def _prepare_headers(self) -> None:
        read: Callable[..., Any] = text.read_header_lists if self._header_lists else text.read_headers
        self._need("headers", f'headers = {self._code.constant(read, read.__name__)}(scope["headers"])')

    def _prepare_cookies(self) -> None:
        read = self._code.constant(text.read_cookies, "read_cookies")
        self._need("cookies", f'cookies = {read}(scope["headers"])')

    def _path(self, node: Parameter, target: str) -> None:
        code = self._code
        name = code.constant(node.wire_name, "name")
        self._need("path", 'path_params = scope["path_params"]')
        if node.wire_name in self._converted:
            code.line(f"{target} = path_params[{name}]")
            plain = plain_type(node.annotation)
            if plain is not Any:
                cls = code.constant(plain if isinstance(plain, type) else _Never, "Converted")
                with code.block(f"if type({target}) is not {cls}"):
                    code.line(f"{target} = {code.constant(node.codec.convert_text, 'convert')}(str({target}))")
            return
        code.line(f"{target} = path_params[{name}]")
        self._convert(node, target)

    def _converted_or_default(self, node: Parameter, target: str, raw: str) -> None:
        code = self._code
        code.line(f"{target} = {raw}")
        with code.block(f"if {target} is None"):
            if node.required:
                code.line(f"raise KeyError({code.constant(node.wire_name, 'name')})")
            else:
                code.line(f"{target} = {self._default(node)}")
        if self._decodes(node):
            with code.block("else"):
                self._decode_text(node, target)

    def _decodes(self, node: Parameter) -> bool:
        if node.source is Source.HEADER and not self._header_lists:
            return True
        return node.collects or plain_type(node.annotation) not in (str, Any) or _is_json_part(node)

    def _decode_text(self, node: Parameter, target: str) -> None:
        if node.source is Source.HEADER and not self._header_lists:
            self._code.line(f'{target} = {target}.decode("latin-1")')
        self._convert(node, target)

    def _convert(self, node: Parameter, target: str) -> None:
        code, plain = self._code, plain_type(node.annotation)
        if _is_json_part(node):
            code.line(f"{target} = {code.constant(node.codec.decode_json, 'decode')}({target}.encode())")
        elif plain in (str, Any) and not node.collects:
            return
        elif plain is int and not node.collects:
            convert = code.constant(node.codec.convert_text, "convert")
            code.line(f"{target} = int({target}) if {target}.isdecimal() else {convert}({target})")
        else:
            code.line(f"{target} = {code.constant(node.codec.convert_text, 'convert')}({target})")

    def _default(self, node: Parameter | Group | BodyPart) -> str:
        code = self._code
        factory = node.default_factory if not isinstance(node, Group) else node.declaration.default_factory
        if factory is not None:
            made = factory if factory in _PLAIN_FACTORIES else _answering(factory)
            return f"{code.constant(made, 'factory')}()"
        default = code.constant(node.default, "default")
        if isinstance(node.default, _UNCHANGING):
            return default
        return f"{code.constant(deepcopy, 'deepcopy')}({default})"

    def _file(self, node: Parameter, target: str) -> None:
        code = self._code
        read: Callable[..., Any] = fields.read_form_files if node.collects else fields.read_form_file
        name = code.constant(node.wire_name, "name")
        code.line(f"{target} = {code.constant(read, read.__name__)}(form, {name})")
        with code.block(f"if {target} is None"):
            code.line(f"raise KeyError({name})" if node.required else f"{target} = {self._default(node)}")
        if _wants_bytes(node.annotation):
            content = code.constant(fields.read_file_bytes, "read_file_bytes")
            with code.block("else"):
                one = f"[await {content}(file) for file in {target}]" if node.collects else f"await {content}({target})"
                code.line(f"{target} = {one}")
                code.line(f"{target} = {code.constant(_convert_bytes(node), 'convert')}({target})")

    def _group(self, node: Group, target: str) -> None:
        """Gather the texts of a model's fields, then let its codec make the model."""
        code = self._code
        code.line(f"{target} = {{}}")
        for field in node.fields:
            raw = self._raw_file(field) if field.source is Source.FILE else self._raw(field)
            code.line(f"raw = {raw}")
            with code.block("if raw is not None"):
                if field.source is Source.HEADER and not self._header_lists:
                    code.line('raw = raw.decode("latin-1")')
                code.line(f"{target}[{code.constant(field.name, 'name')}] = raw")
        if node.required:
            self._convert_group(node, target)
            return
        with code.block(f"if not {target}"):
            code.line(f"{target} = {self._default(node)}")
        with code.block("else"):
            self._convert_group(node, target)

    def _convert_group(self, node: Group, target: str) -> None:
        if node.forbids_extra or node.keeps_extra:
            self._extra(node, target)
        self._code.line(f"{target} = {self._code.constant(node.codec.convert_text, 'convert')}({target})")

    def _raw_file(self, field: Parameter) -> str:
        read: Callable[..., Any] = fields.read_form_files if field.collects else fields.read_form_file
        return f"{self._code.constant(read, read.__name__)}(form, {self._code.constant(field.wire_name, 'name')})"

    def _extra(self, node: Group, target: str) -> None:
        """Hand names that nobody reads to a model that forbids them, so that it says so, or that keeps them."""
        known: frozenset[str | bytes] = known_names(self._plan, node.source)
        source, name, value = {
            Source.QUERY: ("query", "extra", "query[extra]"),
            Source.HEADER: ("headers", 'extra.decode("latin-1")', "headers[extra]"),
            Source.COOKIE: ("cookies", "extra", "cookies[extra]"),
            Source.FORM: ("form", "extra", "form.getlist(extra)"),
        }[node.source]
        if node.source is Source.HEADER:
            known = frozenset(item.encode("latin-1") for item in known if isinstance(item, str))
            self._prepare_headers()
        if node.keeps_extra and node.source is not Source.COOKIE:
            value = f"{self._code.constant(_one_or_all, 'one_or_all')}({value})"
        with self._code.block(f"for extra in {source}.keys() - {self._code.constant(known, 'known')}"):
            self._code.line(f"{target}[{name}] = {value}")

    def _body(self) -> None:
        body = self._plan.body
        assert body is not None, "a plan with body parts has a body"
        code = self._code
        targets = [code.fresh("in_body") for _ in body.parts]
        for part, target in zip(body.parts, targets, strict=True):
            self.names[id(part)] = target
            code.note("{} of {}: body", part.name, str(part.place))
        if body.required:
            self._decode_body(targets)
            return
        with code.block("if body"):
            self._decode_body(targets)
        with code.block("else"):
            for part, target in zip(body.parts, targets, strict=True):
                code.line(f"{target} = {self._default(part)}")

    def _decode_body(self, targets: list[str]) -> None:
        body, code = self._plan.body, self._code
        assert body is not None, "a plan with body parts has a body"
        if body.kind == "raw":
            code.line(f"{targets[0]} = body if body else {code.constant(no_body, 'no_body')}()")
        elif body.kind == "text":
            code.line(f"{targets[0]} = body.decode() if body else {code.constant(no_body, 'no_body')}()")
        else:
            assert body.codec is not None, "a JSON body has a codec"
            decoders = Decoders(body.codec, strict=self._strict, media_type=body.media_type)
            self._content_type()
            whole = "whole" if body.embedded else targets[0]
            code.line(f"{whole} = {code.constant(decoders, 'decoders')}[content_type](body)")
            if body.embedded:
                self._take_parts(targets)

    def _content_type(self) -> None:
        code = self._code
        with code.block('for field, content_type in scope["headers"]'), code.block('if field == b"content-type"'):
            code.line("break")
        with code.block("else"):
            code.line("content_type = None")

    def _take_parts(self, targets: list[str]) -> None:
        body, code = self._plan.body, self._code
        assert body is not None, "a plan with body parts has a body"
        for index, (part, target) in enumerate(zip(body.parts, targets, strict=True)):
            code.line(f"{target} = whole.p{index}")
            if not part.required:
                with code.block(f"if {target} is {code.constant(msgspec.UNSET, 'UNSET')}"):
                    code.line(f"{target} = {self._default(part)}")


class _Never:
    """The type of no value."""


def _one_or_all(values: list[Any]) -> Any:
    """Return the one value of a name, or the list of several."""
    return values if len(values) > 1 else values[0]


def _reads_lists(node: Parameter | Group) -> bool:
    """Tell whether a node needs all values of a name, or the values of names that are not known."""
    if isinstance(node, Group):
        return node.keeps_extra or any(_reads_lists(field) for field in node.fields)
    return node.collects or node.style == "deepObject"


def _is_json_part(node: Parameter) -> bool:
    return node.source is Source.FORM and node.declaration.media_type == "application/json"


def _wants_bytes(annotation: Any) -> bool:
    inner, _ = split_annotation(annotation)
    inner, _ = split_annotation(strip_optional(inner)[0])
    return inner is bytes or bytes in getattr(inner, "__args__", ())


def _convert_bytes(node: Parameter) -> Callable[[Any], Any]:
    """Return what holds the bytes of files to their constraints and makes the collection that is asked for."""

    def convert(value: Any) -> Any:
        return msgspec.convert(value, node.annotation, builtin_types=(bytes,), strict=True)

    return convert


def _answering(factory: Callable[[], Any]) -> Callable[[], Any]:
    """Return a factory whose errors are the program's: none of them says that the request does not fit."""

    def make() -> Any:
        try:
            return factory()
        except Exception as error:
            raise RuntimeError(f"The default factory {describe_callable(factory)} failed") from error

    return make
