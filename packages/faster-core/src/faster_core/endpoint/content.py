"""Lines that bring the content of a request (RFC 9110, 6.4) into local variables: its bytes, then what they say."""

import msgspec

from faster_core.endpoint.body import no_body, read_on, too_large
from faster_core.endpoint.code import Code
from faster_core.endpoint.defaults import default_of
from faster_core.endpoint.media import Decoders
from faster_core.plan.model import Body

__all__ = ["Content"]


class Content:
    """Writes what a plan reads of a body that is no form.

    Args:
        code: Where the lines go.
        body: What is read.
        limit: Bytes taken in at most.
        strict_content_type: Whether a JSON body must have a Content-Type.
    """

    def __init__(self, code: Code, body: Body, *, limit: int, strict_content_type: bool) -> None:
        self._code = code
        self._body = body
        self._limit = limit
        self._strict = strict_content_type

    def read(self) -> None:
        """Write the lines that read the bytes; the common case, a body in one message, without a call."""
        code, limit = self._code, self._limit
        code.line("message = await receive()")
        with code.block('if message["type"] == "http.request" and not message.get("more_body")'):
            code.line('body = message.get("body", b"")')
            with code.block(f"if len(body) > {limit}"):
                code.line(f"raise {code.constant(too_large, 'too_large')}()")
        with code.block("else"):
            read = code.constant(read_on, "read_on")
            code.line(f'body = await {read}(message, receive, {limit}, scope["headers"])')

    def write(self) -> dict[int, str]:
        """Write the lines that decode the body, and return the local variable of each part, by its id."""
        body, code = self._body, self._code
        targets = [code.fresh("in_body") for _ in body.parts]
        for part in body.parts:
            code.note("{} of {}: body", part.name, str(part.place))
        if body.required:
            self._decode(targets)
        else:
            with code.block("if body"):
                self._decode(targets)
            with code.block("else"):
                for part, target in zip(body.parts, targets, strict=True):
                    code.line(f"{target} = {default_of(code, part)}")
        return {id(part): target for part, target in zip(body.parts, targets, strict=True)}

    def _decode(self, targets: list[str]) -> None:
        body, code = self._body, self._code
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
        body, code = self._body, self._code
        for index, (part, target) in enumerate(zip(body.parts, targets, strict=True)):
            code.line(f"{target} = whole.p{index}")
            if not part.required:
                with code.block(f"if {target} is {code.constant(msgspec.UNSET, 'UNSET')}"):
                    code.line(f"{target} = {default_of(code, part)}")
