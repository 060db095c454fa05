"""The function that splits an Authorization header, where FastAPI has it."""

__all__ = ["get_authorization_scheme_param"]


def get_authorization_scheme_param(authorization_header_value: str | None) -> tuple[str, str]:
    """Return the scheme and what follows it, without the blanks around; empty texts for what is not there.

    Args:
        authorization_header_value: The value of an Authorization header, or of a cookie written like one.

    Spec: RFC 9110, 11.6.2
    """
    scheme, _, param = (authorization_header_value or "").partition(" ")
    return scheme, param.strip()
