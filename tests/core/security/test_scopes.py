"""The scopes of a chain of dependencies."""

import pytest

from faster_core.security import SecurityScopes


@pytest.mark.parametrize(
    "given,scopes,text",
    [(None, [], ""), ((), [], ""), (["me"], ["me"], "me"), (["me", "items", "me"], ["me", "items"], "me items")],
    ids=repr,
)
def test_scopes(given: list[str] | None, scopes: list[str], text: str) -> None:
    made = SecurityScopes(given)
    assert (made.scopes, made.scope_str) == (scopes, text)
