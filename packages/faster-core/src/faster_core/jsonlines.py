"""JSON Lines: a stream of JSON values, one a line."""

from collections.abc import AsyncIterable, Iterable, Mapping
from typing import Any

from faster_core.background import BackgroundTask
from faster_core.encoding import encode_json
from faster_core.response import StreamingResponse

__all__ = ["JSONLinesResponse"]


class JSONLinesResponse(StreamingResponse):
    """A response of JSON values, each on a line of its own, sent as they are made.

    It stops as soon as the client goes away, and closes the iterator on every path. NaN and infinities become null.
    Bytes are sent as they are: lines that are encoded already.

    Args:
        content: An asynchronous iterable of values, or a synchronous one, which runs in a thread.
        status_code: The status.
        headers: Header fields.
        media_type: The media type, `application/jsonl` if None.
        background: What to call after the response is sent.

    Spec: jsonlines.org; RFC 8259
    """

    media_type: str | None = "application/jsonl"

    def __init__(
        self,
        content: AsyncIterable[Any] | Iterable[Any],
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
        background: BackgroundTask | None = None,
    ) -> None:
        super().__init__(content, status_code, headers, media_type, background)

    def _encode(self, chunk: Any) -> bytes:
        return encode_json(chunk) + b"\n"
