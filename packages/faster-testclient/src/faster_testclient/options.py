"""What both clients do with the arguments they pass on to httpx."""

from __future__ import annotations

from typing import Any

import httpx

__all__ = ["DEFAULT_CLIENT", "absolute", "client_options"]

#: `client` of a scope, unless the test says otherwise.
DEFAULT_CLIENT = ("testclient", 50000)


def client_options(headers: Any, options: dict[str, Any]) -> dict[str, Any]:
    """The arguments for an httpx client: `options` and `headers`, which name a user agent.

    Raises:
        TypeError: For arguments that would lead requests past the application.
    """
    for name in ("transport", "proxy"):
        if name in options:
            raise TypeError(
                f"A test client takes no {name!r}: its requests go to the application. "
                "Use httpx.Client for others, or 'mounts' for some addresses."
            )
    complete = httpx.Headers(headers)
    complete.setdefault("user-agent", "testclient")
    return {**options, "headers": complete}


def absolute(base_url: httpx.URL, url: httpx.URL | str) -> httpx.URL | str:
    """`url`, made absolute when its path begins with `//`, which would otherwise be read as a host (RFC 3986, 4.2)."""
    if isinstance(url, str) and url.startswith("//"):
        path = httpx.URL(f"http://host{url}").raw_path
        return base_url.copy_with(raw_path=base_url.raw_path.rstrip(b"/") + path)
    return url
