"""A scheme of one's own."""

import pytest

from faster_core.connection import HTTPConnection
from faster_core.exceptions import HTTPException
from faster_core.security import SecurityBase
from faster_core.security.scheme import credentials_of
from tests.core.security.connection import connect, credentials, refusal


class Signature(SecurityBase):
    challenge = "Signature"

    async def __call__(self, connection: HTTPConnection) -> str | None:
        return self.require(connection.headers.get("x-signature"))


def make(auto_error: bool = True) -> Signature:
    model = {"type": "http", "scheme": "signature"}
    return Signature(model, scheme_name=None, description=None, auto_error=auto_error)


def test_what_a_scheme_inherits() -> None:
    assert credentials(make(), connect(x_signature="abc")) == "abc"
    assert refusal(make(), connect()) == (401, "Not authenticated", {"WWW-Authenticate": "Signature"})
    assert credentials(make(auto_error=False), connect()) is None
    assert make().scheme_name == "Signature"
    assert isinstance(make().make_not_authenticated_error(), HTTPException)


@pytest.mark.parametrize(
    "header,expected",
    [
        ("Bearer abc", ("Bearer", "abc")),
        ("  Bearer   a b  ", ("Bearer", "a b")),
        ("Bearer", None),
        ("Bearer ", None),
        ("", None),
        ([], None),
        (["Bearer a", "Bearer a"], None),
    ],
    ids=repr,
)
def test_the_authorization_header(header: str | list[str], expected: tuple[str, str] | None) -> None:
    assert credentials_of(connect(authorization=header)) == expected
