"""Which version of a thing a client speaks of: ETag, If-None-Match and If-Match (RFC 9110, 8.8.3 and 13.1)."""

from typing import Annotated

from FasterAPI import Header, HTTPException

__all__ = ["IfMatch", "IfNoneMatch", "etag_of", "matches", "require_match"]

Tags = Annotated[str | None, Header(max_length=1000)]
IfMatch = Tags
"""Change it only if it still is this version."""
IfNoneMatch = Tags
"""Send it only if it is another version by now."""


def etag_of(version: int) -> str:
    """Return the entity tag of a version."""
    return f'"{version}"'


def matches(tags: str, version: int) -> bool:
    """Tell whether a list of entity tags holds a version, or `*`."""
    given = [tag.strip().removeprefix("W/") for tag in tags.split(",")]
    return "*" in given or etag_of(version) in given


def require_match(tags: str | None, version: int) -> None:
    """Refuse to change a version that the client has not seen.

    Raises:
        HTTPException: 412.
    """
    if tags is not None and not matches(tags, version):
        raise HTTPException(412, "It has been changed meanwhile. Read it again.", {"ETag": etag_of(version)})
