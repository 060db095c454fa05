"""Content codings: which one a client takes, and what writes it.

A coder is fed in pieces. After each piece of a stream it is flushed, so that the client can read what was sent; that
costs a few bytes each time and is why nothing needs to be held back.

Spec: RFC 9110, 8.4.1 and 12.5.3
"""

import sys
import zlib
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol, TypeAlias

from faster_core.header import parse_quality

__all__ = ["CODINGS", "Coder", "CoderFactory", "Level", "choose", "load", "require"]

Level: TypeAlias = int

CODINGS = ("zstd", "br", "gzip")
"""In the order of the server's preference: what is cheapest for its size first."""

_INSTALL = "pip install 'faster-api-web[compression]'"


class Coder(Protocol):
    """Writes one body."""

    def add(self, data: bytes) -> bytes:
        """Return the code for a piece of a stream, complete so that the client can read it."""

    def end(self, data: bytes) -> bytes:
        """Return the code for the last piece."""


CoderFactory: TypeAlias = Callable[[], Coder]


class _GzipCoder:
    """Writes gzip (RFC 1952)."""

    def __init__(self, level: int) -> None:
        self._coder = zlib.compressobj(level, zlib.DEFLATED, 16 + zlib.MAX_WBITS)

    def add(self, data: bytes) -> bytes:
        return self._coder.compress(data) + self._coder.flush(zlib.Z_SYNC_FLUSH)

    def end(self, data: bytes) -> bytes:
        return self._coder.compress(data) + self._coder.flush()


class _BrotliCoder:
    """Writes brotli (RFC 7932)."""

    def __init__(self, module: Any, level: int) -> None:
        self._coder = module.Compressor(quality=level)

    def add(self, data: bytes) -> bytes:
        return bytes(self._coder.process(data) + self._coder.flush())

    def end(self, data: bytes) -> bytes:
        return bytes(self._coder.process(data) + self._coder.finish())


class _ZstandardCoder:
    """Writes zstd (RFC 8878)."""

    def __init__(self, module: Any, level: int) -> None:
        self._coder = module.ZstdCompressor(level=level).compressobj()
        self._flush_block = module.COMPRESSOBJ_FLUSH_BLOCK

    def add(self, data: bytes) -> bytes:
        return bytes(self._coder.compress(data) + self._coder.flush(self._flush_block))

    def end(self, data: bytes) -> bytes:
        return bytes(self._coder.compress(data) + self._coder.flush())


class _ZstandardStdlibCoder:
    """Writes zstd with Python 3.14's own module."""

    def __init__(self, module: Any, level: int) -> None:
        self._coder = module.ZstdCompressor(level=level)

    def add(self, data: bytes) -> bytes:
        return bytes(self._coder.compress(data, self._coder.FLUSH_BLOCK))

    def end(self, data: bytes) -> bytes:
        return bytes(self._coder.compress(data, self._coder.FLUSH_FRAME))


def load(coding: str, level: Level) -> CoderFactory | None:
    """Return what makes coders for a coding, or None where its package is not installed."""
    if coding == "gzip":
        return lambda: _GzipCoder(level)
    if coding == "br":
        if find_spec("brotli") is None:
            return None
        brotli = import_module("brotli")
        return lambda: _BrotliCoder(brotli, level)
    if sys.version_info >= (3, 14) and find_spec("compression.zstd") is not None:
        stdlib = import_module("compression.zstd")
        return lambda: _ZstandardStdlibCoder(stdlib, level)
    if find_spec("zstandard") is None:
        return None
    zstandard = import_module("zstandard")
    return lambda: _ZstandardCoder(zstandard, level)


def require(codings: Sequence[str] | None, levels: Mapping[str, Level]) -> dict[bytes, CoderFactory]:
    """Return what makes coders, in the order of preference.

    Args:
        codings: Names; None for every one that is installed.
        levels: How hard each tries.

    Raises:
        ImportError: For a coding asked for by name whose package is missing.
        ValueError: For a coding that is unknown, or none at all.
    """
    if codings is not None and not codings:
        raise ValueError("GZipMiddleware: encodings is empty. Name one of zstd, br, gzip, or remove the middleware.")
    factories: dict[bytes, CoderFactory] = {}
    for coding in CODINGS if codings is None else codings:
        if coding not in CODINGS:
            raise ValueError(f"GZipMiddleware: encoding {coding!r} is unknown. Name one of zstd, br, gzip.")
        factory = load(coding, levels[coding])
        if factory is not None:
            factories[coding.encode()] = factory
        elif codings is not None:
            raise ImportError(f"GZipMiddleware: encoding {coding!r} needs a package that is missing. Run: {_INSTALL}")
    return factories


def choose(accepted: str, offered: Sequence[bytes]) -> bytes | None:
    """Return the coding to use, or None for the body as it is.

    The client's weights decide, then the order of `offered`. A body as it is has the weight that the client gives to
    `identity`, and loses against anything where the client does not mention it.

    Args:
        accepted: The value of Accept-Encoding.
        offered: What the server can write, best first.
    """
    weights = parse_quality(accepted)
    any_other = weights.get("*", 0.0)
    if "x-gzip" in weights:  # Spec: RFC 9110, 8.4.1.3
        weights.setdefault("gzip", weights["x-gzip"])
    best, best_weight = None, weights.get("identity", 0.0)
    for coding in offered:
        weight = weights.get(coding.decode(), any_other)
        if weight > 0 and (weight > best_weight or (best is None and weight == best_weight)):
            best, best_weight = coding, weight
    return best
