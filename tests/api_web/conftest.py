from collections.abc import Iterator

import pytest

from tests.port import find_port, refusing


@pytest.fixture
def unused_port() -> int:
    """A port for a server to listen at."""
    return find_port()


@pytest.fixture
def refusing_port() -> Iterator[int]:
    """A port that nobody listens at during the test."""
    with refusing() as port:
        yield port
