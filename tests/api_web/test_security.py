"""FasterAPI.security: what is not a name of faster_core alone."""

import pytest

from FasterAPI.security.utils import get_authorization_scheme_param


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Bearer abc", ("Bearer", "abc")),
        ("Bearer  abc ", ("Bearer", "abc")),
        ("Digest a=1, b=2", ("Digest", "a=1, b=2")),
        ("abc", ("abc", "")),
        ("", ("", "")),
        (None, ("", "")),
    ],
)
def test_scheme_and_credentials(value: str | None, expected: tuple[str, str]) -> None:
    assert get_authorization_scheme_param(value) == expected
