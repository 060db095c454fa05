"""Ports for servers that cannot choose their own, and one that nobody answers at."""

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["find_port", "refusing"]

_CANDIDATES = range(12_000, 30_000)
"""Below what systems give out by themselves, to listeners and to the near end of every connection."""


def find_port() -> int:
    """Return a port of 127.0.0.1 that is free, and that nobody gets by chance before its server listens there."""
    while True:
        port = secrets.choice(_CANDIDATES)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


@contextmanager
def refusing() -> Iterator[int]:
    """A port of 127.0.0.1 that refuses connections as long as the block lasts: it is taken, and nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        yield port
