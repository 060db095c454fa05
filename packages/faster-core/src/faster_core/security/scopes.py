"""The OAuth2 scopes that a chain of dependencies asks for."""

from collections.abc import Sequence

__all__ = ["SecurityScopes"]


class SecurityScopes:
    """The scopes asked for by `Security()` on the way from the handler to the dependency that takes this.

    Attributes:
        scopes: The scopes, outermost first, each once.
        scope_str: The same joined by blanks, as `WWW-Authenticate` wants them (RFC 6750, 3).
    """

    __slots__ = ("scope_str", "scopes")

    def __init__(self, scopes: Sequence[str] | None = None) -> None:
        self.scopes: list[str] = list(dict.fromkeys(scopes or ()))
        self.scope_str: str = " ".join(self.scopes)
