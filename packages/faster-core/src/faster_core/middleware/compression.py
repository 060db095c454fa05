"""Compressed responses."""

from collections.abc import Awaitable, Iterable, Sequence

from msgspec import Struct

from faster_core.body import parse_content_length
from faster_core.concurrency import run_in_threadpool
from faster_core.direct import direct
from faster_core.header import RawHeaders
from faster_core.middleware._coding import Coder, CoderFactory, choose, require
from faster_core.middleware._pairs import Pair, add_vary, asgi, copy_headers, with_headers
from faster_core.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["DEFAULT_EXCLUDED_CONTENT_TYPES", "GZipMiddleware"]

DEFAULT_EXCLUDED_CONTENT_TYPES = (
    "application/gzip",
    "application/grpc",
    "application/pdf",
    "application/vnd.rar",
    "application/x-7z-compressed",
    "application/x-bzip2",
    "application/x-gzip",
    "application/x-xz",
    "application/zip",
    "application/zstd",
    "audio/*",
    "font/woff",
    "font/woff2",
    "image/avif",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "text/event-stream",
    "video/*",
)
"""Media types that are compressed already, or whose readers wait for each line."""

_VARY: Pair = (b"vary", b"Accept-Encoding")

# With one of these the body is a part of something, compressed already, or described byte by byte.
_FIXED = frozenset(
    {b"content-encoding", b"content-range", b"content-digest", b"content-md5", b"digest", b"repr-digest"}
)

# Accept-Encoding values whose choice is remembered: browsers send a handful. Others are read each time.
_MAX_REMEMBERED = 64


class GZipMiddleware:
    """Compresses responses with zstd, brotli or gzip, whichever the client prefers and is installed.

    Left as they are: bodies below `minimum_size`; what has a `Content-Encoding`, a `Content-Range`, a digest or
    `Cache-Control: no-transform`; statuses 1xx, 204, 206 and 304; media types excluded; a fixed body that does not get
    smaller. A response that could have been compressed says `Vary: Accept-Encoding` in any case; a strong ETag becomes
    weak, for the bytes are others. Nothing is held back but the start of a response until its first piece:
    each piece of a stream is compressed, flushed and sent. Pieces of `thread_minimum_size` and more are compressed in a
    thread.

    A secret and what an attacker can choose in one compressed body reveal the secret by its length (BREACH): leave such
    routes out.

    Args:
        app: The next application.
        minimum_size: Bytes a body must have.
        compresslevel: How hard gzip tries, 0 to 9.
        thread_minimum_size: Bytes of a piece that is worth a thread.
        exclude_content_types: Media types left alone; `audio/*` for all of a kind.
        encodings: `zstd`, `br`, `gzip` in the server's order of preference; None for those installed, in this order.
        brotli_quality: How hard brotli tries, 0 to 11.
        zstd_level: How hard zstd tries, 1 to 22.

    Raises:
        ImportError: At construction, for an encoding asked for whose package is missing.
        ValueError: At construction, for an unknown encoding.

    Example:
        >>> app.add_middleware(GZipMiddleware, minimum_size=1000)  # doctest: +SKIP

    Spec: RFC 9110, 8.4 and 12.5.3
    """

    def __init__(
        self,
        app: ASGIApp,
        minimum_size: int = 500,
        compresslevel: int = 9,
        thread_minimum_size: int = 128 * 1024,
        *,
        exclude_content_types: Sequence[str] = DEFAULT_EXCLUDED_CONTENT_TYPES,
        encodings: Sequence[str] | None = None,
        brotli_quality: int = 4,
        zstd_level: int = 3,
    ) -> None:
        self.app = app
        self._next = direct(app)
        self.minimum_size = minimum_size
        self.thread_minimum_size = thread_minimum_size
        types = [media_type.lower().encode("latin-1") for media_type in exclude_content_types]
        self._excluded = frozenset(media_type for media_type in types if not media_type.endswith(b"/*"))
        self._excluded_kinds = tuple(media_type[:-1] for media_type in types if media_type.endswith(b"/*"))
        levels = {"gzip": compresslevel, "br": brotli_quality, "zstd": zstd_level}
        self._factories: dict[bytes, CoderFactory] = require(encodings, levels)
        self._offered = list(self._factories)
        # Content-Length values below the minimum; those of larger sizes are read as numbers.
        self.small: frozenset[bytes] = frozenset(b"%d" % size for size in range(min(minimum_size, 1024)))
        self._remembered: dict[bytes, bytes | None] = {}

    @asgi
    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Call on, and compress the answer."""
        if scope["type"] != "http":
            return self._next(scope, receive, send)
        # As the client sent them: whoever changes the scope further inside must not choose what the client gets.
        headers = tuple(scope["headers"])
        return self._next(scope, receive, _Sender(self, send, headers, scope["method"] == "HEAD").send)

    def coding_for(self, headers: Iterable[Pair]) -> bytes | None:
        """Return the coding for a client, or None for the body as it is.

        Args:
            headers: Those of the request.
        """
        accepted = next((value for name, value in headers if name == b"accept-encoding"), None)
        if accepted is None:
            return None
        try:
            return self._remembered[accepted]
        except KeyError:
            coding = choose(accepted.decode("latin-1"), self._offered)
            if len(self._remembered) < _MAX_REMEMBERED and len(accepted) < 256:
                self._remembered[accepted] = coding
            return coding

    def make_coder(self, coding: bytes) -> Coder:
        """Return what compresses one body."""
        return self._factories[coding]()

    def allows(self, status: int, headers: RawHeaders) -> bool:
        """Return whether a response of some size may be compressed at all."""
        if status < 200 or status in {204, 206, 304}:
            return False
        for name, value in headers:
            key = name.lower()
            if key in _FIXED or (key == b"cache-control" and b"no-transform" in value.lower()):
                return False
            if key == b"content-type" and self._excludes(value.partition(b";")[0].strip().lower()):
                return False
        return True

    def _excludes(self, media_type: bytes) -> bool:
        if media_type.startswith(b"application/grpc+"):
            media_type = b"application/grpc"
        return media_type in self._excluded or media_type.startswith(self._excluded_kinds)


class _Sender(Struct):
    """The send path of one response: waiting for the first piece, then compressing, or passing everything on.

    An answer that says that it is small costs a comparison; what the client takes is not even read for it.
    """

    middleware: GZipMiddleware
    forward: Send
    request_headers: tuple[Pair, ...]
    is_head: bool
    held: Message | None = None
    coder: Coder | None = None
    passes: bool = False

    def send(self, message: Message) -> Awaitable[None]:
        if self.passes:
            return self.forward(message)
        if message["type"] == "http.response.start":
            headers = message.get("headers") or ()
            if type(headers) is not list:
                message = {**message, "headers": (headers := list(headers))}
            small = self.middleware.small
            for name, value in headers:
                if name == b"content-length" and value in small:
                    self.passes = True
                    return self.forward(message)
        return self._send(message)

    async def _send(self, message: Message) -> None:
        kind = message["type"]
        if kind == "http.response.start":
            await self._start(message)
        elif kind != "http.response.body":
            if self.held is not None:
                await self._pass_on()
            await self.forward(message)
        elif self.held is not None:
            await self._begin(message)
        elif self.coder is not None:
            await self.forward(await self._encode(message, self.coder))

    async def _start(self, message: Message) -> None:
        """Hold the start until the first piece is there, unless it is clear already that nothing is to be done."""
        self.held = message
        length = next((value for name, value in message["headers"] if name == b"content-length"), None)
        if length is None:
            # A stream, perhaps one whose reader waits for its beginning.
            if not self.middleware.allows(message["status"], copy_headers(message)):
                await self._pass_on()
        elif not self.is_head:
            size = parse_content_length(length)
            if size is not None and size < self.middleware.minimum_size:
                await self._pass_on()

    async def _pass_on(self) -> None:
        """Send what was held, and everything after it, as it is."""
        self.passes = True
        held, self.held = self.held, None
        if held is not None:
            await self.forward(held)

    async def _begin(self, message: Message) -> None:
        held = self.held
        assert held is not None
        body, more = message.get("body", b""), message.get("more_body", False)
        headers = copy_headers(held)
        if not self._is_large(len(body), more, headers) or not self.middleware.allows(held["status"], headers):
            await self._pass_on()
            await self.forward(message)
            return
        add_vary(headers, _VARY)
        self.held = with_headers(held, headers)
        coding = self.middleware.coding_for(self.request_headers)
        if coding is None:
            await self._pass_on()
            await self.forward(message)
            return
        self.coder = self.middleware.make_coder(coding)
        if more or (self.is_head and not body):
            start = with_headers(held, _describe(headers, coding, None))
            piece = message if self.is_head else await self._encode(message, self.coder)
        else:
            piece = await self._encode(message, self.coder)
            if len(piece["body"]) >= len(body):
                await self._pass_on()
                await self.forward(message)
                return
            start = with_headers(held, _describe(headers, coding, len(piece["body"])))
        self.held = None
        await self.forward(start)
        await self.forward(piece)

    def _is_large(self, size: int, more: bool, headers: RawHeaders) -> bool:
        if more:
            return True
        if self.is_head and not size:
            declared = next((value for name, value in headers if name.lower() == b"content-length"), None)
            size = parse_content_length(declared) or 0
        return size >= self.middleware.minimum_size

    async def _encode(self, message: Message, coder: Coder) -> Message:
        body = bytes(message.get("body", b""))
        more = message.get("more_body", False)
        if more and not body:
            return message
        encode = coder.add if more else coder.end
        if len(body) >= self.middleware.thread_minimum_size:
            encoded = await run_in_threadpool(encode, body)
        else:
            encoded = encode(body)
        return {**message, "body": encoded, "more_body": more}


def _describe(headers: RawHeaders, coding: bytes, size: int | None) -> RawHeaders:
    """Return the headers of a compressed response.

    Args:
        headers: Those of the response as it was.
        coding: What it is compressed with.
        size: Bytes of the compressed body; None where nobody knows yet.
    """
    changed: RawHeaders = []
    for name, value in headers:
        key = name.lower()
        if key == b"content-length":
            continue
        if key == b"etag" and not value.startswith(b"W/"):
            # Two representations must not share a strong validator. Spec: RFC 9110, 8.8.1
            changed.append((name, b"W/" + value))
        else:
            changed.append((name, value))
    changed.append((b"content-encoding", coding))
    if size is not None:
        changed.append((b"content-length", b"%d" % size))
    return changed
