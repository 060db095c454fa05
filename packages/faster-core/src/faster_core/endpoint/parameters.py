"""Lines that bring the parameters of a request into local variables: one method for each source."""

from collections.abc import Callable
from typing import Any

import msgspec

from faster_core.endpoint import fields, text
from faster_core.endpoint.annotations import is_json_part, plain_type, reads_lists, wants_bytes
from faster_core.endpoint.code import Code
from faster_core.endpoint.defaults import default_of
from faster_core.endpoint.refusal import known_names
from faster_core.params import Source
from faster_core.plan.model import Group, Parameter, Plan

__all__ = ["Parameters"]

_SEPARATORS = {"csv": ",", "pipe": "|", "space": " "}


class Parameters:
    """Writes path variables, query parameters, header fields, cookies, and the fields and files of a form.

    Args:
        code: Where the lines go.
        plan: What is read.
        max_query_parameters: How many parameters a query may have.
        converted: The path variables that the router has converted already.

    Attributes:
        ready: The local variables that hold a whole source, so far: `query`, `headers` …
    """

    def __init__(self, code: Code, plan: Plan, *, max_query_parameters: int, converted: frozenset[str]) -> None:
        self._code = code
        self._plan = plan
        self._max_query_parameters = max_query_parameters
        self._converted = converted
        self.ready: set[str] = set()
        nodes = plan.parameters
        self._query_lists = any(reads_lists(node) for node in nodes if node.source is Source.QUERY)
        self._header_lists = any(reads_lists(node) for node in nodes if node.source is Source.HEADER)

    def write(self, node: Parameter | Group) -> str:
        """Write the lines for one node, and return the local variable that its value is in."""
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
        name, limit = self._code.constant(read, read.__name__), self._max_query_parameters
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
                code.line(f"{target} = {default_of(code, node)}")
        if self._decodes(node):
            with code.block("else"):
                self._decode_text(node, target)

    def _decodes(self, node: Parameter) -> bool:
        if node.source is Source.HEADER and not self._header_lists:
            return True
        return node.collects or plain_type(node.annotation) not in (str, Any) or is_json_part(node)

    def _decode_text(self, node: Parameter, target: str) -> None:
        if node.source is Source.HEADER and not self._header_lists:
            self._code.line(f'{target} = {target}.decode("latin-1")')
        self._convert(node, target)

    def _convert(self, node: Parameter, target: str) -> None:
        code, plain = self._code, plain_type(node.annotation)
        if is_json_part(node):
            code.line(f"{target} = {code.constant(node.codec.decode_json, 'decode')}({target}.encode())")
        elif plain in (str, Any) and not node.collects:
            return
        elif plain is int and not node.collects:
            convert = code.constant(node.codec.convert_text, "convert")
            code.line(f"{target} = int({target}) if {target}.isdecimal() else {convert}({target})")
        else:
            code.line(f"{target} = {code.constant(node.codec.convert_text, 'convert')}({target})")

    def _file(self, node: Parameter, target: str) -> None:
        code = self._code
        read: Callable[..., Any] = fields.read_form_files if node.collects else fields.read_form_file
        name = code.constant(node.wire_name, "name")
        code.line(f"{target} = {code.constant(read, read.__name__)}(form, {name})")
        with code.block(f"if {target} is None"):
            code.line(f"raise KeyError({name})" if node.required else f"{target} = {default_of(code, node)}")
        if wants_bytes(node.annotation):
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
            code.line(f"{target} = {default_of(code, node)}")
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

    def _need(self, name: str, line: str) -> None:
        """Write a line the first time that somebody needs what it makes."""
        if name not in self.ready:
            self.ready.add(name)
            self._code.line(line)


class _Never:
    """The type of no value."""


def _one_or_all(values: list[Any]) -> Any:
    """Return the one value of a name, or the list of several."""
    return values if len(values) > 1 else values[0]


def _convert_bytes(node: Parameter) -> Callable[[Any], Any]:
    """Return what holds the bytes of files to their constraints and makes the collection that is asked for."""

    def convert(value: Any) -> Any:
        return msgspec.convert(value, node.annotation, builtin_types=(bytes,), strict=True)

    return convert
