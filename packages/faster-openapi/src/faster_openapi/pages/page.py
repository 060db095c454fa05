"""A page: HTML without a line of script that its policy does not know, and that policy.

What differs from page to page stands in a block of JSON, which browsers never run. The script that reads it is a
constant of the module, so that its hash is one, too.

Spec: W3C Content Security Policy Level 3
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from faster_core.response import HTMLResponse
from faster_openapi.assets import Asset

__all__ = ["Page", "Resource", "origin_of"]

_UNSAFE = {
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


class Resource(Struct, frozen=True):
    """A script or a style sheet of a page.

    Attributes:
        url: Where it is.
        integrity: The hash that the browser holds it to; None for files of one's own.
    """

    url: str
    integrity: str | None = None

    @classmethod
    def of(cls, asset: Asset, folder: str | None) -> Self:
        """Return a vendored file as a page refers to it.

        Args:
            asset: The file.
            folder: The URL of the folder that it is served in; None for a content delivery network.
        """
        if folder is None:
            return cls(asset.cdn_url, asset.integrity)
        return cls(f"{folder}/{asset.served_name}")

    @property
    def attributes(self) -> str:
        """The attributes that a link or script has beside the URL."""
        return f' integrity="{escape(self.integrity)}" crossorigin="anonymous"' if self.integrity else ""


class Page(Struct, frozen=True, kw_only=True):
    """A documentation page.

    Attributes:
        title: Its title, as text.
        script: What it runs, a constant text.
        config: What the script reads, as JSON data.
        scripts: The scripts that are loaded first.
        styles: The style sheets.
        module: Whether the scripts are ECMAScript modules.
        element: The id of the element that the page is drawn in.
        connects_to: Further origins, or schemes, that the page may send requests to.
        images_from: Further origins that pictures may come from.
        favicon: The URL of an icon; None for none.
    """

    title: str
    script: str
    config: Any = None
    scripts: Sequence[Resource] = ()
    styles: Sequence[Resource] = ()
    module: bool = False
    element: str = "app"
    connects_to: Sequence[str] = ()
    images_from: Sequence[str] = ()
    favicon: str | None = None

    @property
    def html(self) -> str:
        """The text of the page."""
        kind = ' type="module"' if self.module else ""
        lines = [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(self.title)}</title>",
            # Without an icon of its own, a browser asks the server for one.
            f'<link rel="icon" href="{escape(self.favicon or "data:,")}">',
            *(f'<link rel="stylesheet" href="{escape(item.url)}"{item.attributes}>' for item in self.styles),
            "</head>",
            '<body style="margin: 0">',
            f'<div id="{self.element}"></div>',
            f'<script type="application/json" id="config">{_json(self.config)}</script>',
            *(f'<script{kind} src="{escape(item.url)}"{item.attributes}></script>' for item in self.scripts),
            f"<script{kind}>{self.script}</script>",
            "</body>",
            "</html>",
            "",
        ]
        return "\n".join(lines)

    @property
    def policy(self) -> str:
        """The Content-Security-Policy under which the page works, and nothing else."""
        digest = base64.b64encode(hashlib.sha256(self.script.encode()).digest()).decode()
        rules = {
            "default-src": "'none'",
            "script-src": " ".join(["'self'", f"'sha256-{digest}'", *_origins(self.scripts)]),
            # All three write styles into the page as they draw it.
            "style-src": " ".join(["'self'", "'unsafe-inline'", *_origins(self.styles)]),
            "img-src": " ".join(["'self'", "data:", *filter(None, [origin_of(self.favicon), *self.images_from])]),
            "font-src": "'self' data:",
            "connect-src": " ".join(["'self'", *self.connects_to]),
            "worker-src": "'self' blob:",
            "base-uri": "'none'",
            "form-action": "'self'",
            "frame-ancestors": "'self'",
        }
        return "; ".join(f"{name} {value}" for name, value in rules.items())

    def response(self) -> HTMLResponse:
        """Return the page as a response, with its policy."""
        headers = {
            "Content-Security-Policy": self.policy,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        return HTMLResponse(self.html, headers=headers)


def origin_of(url: str | None) -> str:
    """Return the origin of an absolute URL, and an empty text for any other.

    Args:
        url: A URL. One that would end a policy's directive has no origin.
    """
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    if parts.scheme not in ("http", "https") or not parts.netloc or any(mark in origin for mark in "; ,\"'{}"):
        return ""
    return origin


def _origins(resources: Iterable[Resource]) -> list[str]:
    return list(dict.fromkeys(origin for item in resources if (origin := origin_of(item.url))))


def _json(value: Any) -> str:
    """Return JSON that may stand in HTML: nothing in it can end the script element."""
    return msgspec.json.encode(value).decode().translate(_UNSAFE)
