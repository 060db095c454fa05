"""Which decoder reads a body, by its Content-Type."""

from collections.abc import Callable
from typing import Any

from faster_core.codec import Codec

__all__ = ["Decoders", "WrongMediaType"]

_MESSAGEPACK = (b"application/msgpack", b"application/x-msgpack", b"application/vnd.msgpack")


class WrongMediaType(ValueError):
    """A body of a media type that the handler does not read."""


class Decoders(dict[bytes | None, Callable[[bytes], Any]]):
    """The decoders of one body by Content-Type: those written most often are keys, the others are worked out.

    Args:
        codec: Decodes the body.
        strict: False reads a body without Content-Type as JSON.
        media_type: A media type of the handler's own that is JSON, too.
    """

    def __init__(self, codec: Codec, *, strict: bool = True, media_type: str | None = None) -> None:
        super().__init__({b"application/json": codec.decode_json})
        self._codec = codec
        self._strict = strict
        self._own = media_type.lower().encode("latin-1", "replace") if media_type else b"application/json"

    def __missing__(self, content_type: bytes | None) -> Callable[[bytes], Any]:
        """Return the decoder for a Content-Type that is no key; it does not become one, since clients write it.

        Raises:
            WrongMediaType: When there is none.

        Spec: RFC 9110, 8.3; RFC 6839, 3.1
        """
        if not content_type:
            if self._strict:
                raise WrongMediaType("Expected `application/json`, got no Content-Type")
            return self._codec.decode_json
        media_type = content_type.partition(b";")[0].strip().lower()
        if media_type in (b"application/json", self._own):
            return self._codec.decode_json
        if media_type in _MESSAGEPACK:
            return self._codec.decode_msgpack
        if media_type.startswith(b"application/") and media_type.endswith(b"+json"):
            return self._codec.decode_json
        shown = media_type.decode("latin-1")
        raise WrongMediaType(f"Expected `application/json`, got `{shown}`")
