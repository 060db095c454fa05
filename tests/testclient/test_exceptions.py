"""faster_testclient.exceptions, and the names of the package."""

from __future__ import annotations

import httpx
import pytest

import faster_testclient
from faster_testclient import LifespanFailure, ProtocolViolation, WebSocketDenialResponse, WebSocketDisconnect


def test_the_tree() -> None:
    assert issubclass(ProtocolViolation, AssertionError)
    assert issubclass(LifespanFailure, RuntimeError)
    assert issubclass(WebSocketDenialResponse, WebSocketDisconnect)
    assert issubclass(WebSocketDenialResponse, httpx.Response)


def test_disconnect_defaults() -> None:
    error = WebSocketDisconnect()
    assert (error.code, error.reason, str(error)) == (1000, "", "1000")


@pytest.mark.parametrize("name", faster_testclient.__all__)
def test_every_name_resolves(name: str) -> None:
    assert getattr(faster_testclient, name) is getattr(faster_testclient, name)
    assert name in dir(faster_testclient)


def test_an_unknown_name() -> None:
    with pytest.raises(AttributeError, match="module 'faster_testclient' has no attribute 'Client'"):
        faster_testclient.Client  # noqa: B018
