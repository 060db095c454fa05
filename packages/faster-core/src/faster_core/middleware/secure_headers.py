"""Headers that tell browsers to be careful."""

from collections.abc import Awaitable, Mapping

from faster_core.direct import direct
from faster_core.header import RawHeaders, encode_header
from faster_core.middleware._pairs import asgi, copy_headers, with_headers
from faster_core.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["SecureHeadersMiddleware"]


class SecureHeadersMiddleware:
    """Adds security headers to every answer that does not set them itself.

    The pairs are made at construction, once with HSTS and once without; a response pays one look at its own names.

    Each option takes the value of its header, or None to leave the header out. The default policies are those that an
    API with documentation pages can live with: the pages load scripts from elsewhere, so the content policy restricts
    framing, base addresses and plugins, not scripts.

    Args:
        app: The next application.
        strict_transport_security: `Strict-Transport-Security`, sent over HTTPS only (RFC 6797, 7.2).
        content_type_options: `X-Content-Type-Options`.
        frame_options: `X-Frame-Options`, for browsers older than `frame-ancestors`.
        referrer_policy: `Referrer-Policy`.
        content_security_policy: `Content-Security-Policy`.
        cross_origin_opener_policy: `Cross-Origin-Opener-Policy`.
        cross_origin_resource_policy: `Cross-Origin-Resource-Policy`; None as long as other sites embed your files.
        cross_origin_embedder_policy: `Cross-Origin-Embedder-Policy`.
        permissions_policy: `Permissions-Policy`.
        headers: Other headers by name, to be added in the same way.

    Raises:
        ValueError: At construction, for a name or value that cannot stand in a header.

    Example:
        >>> app.add_middleware(SecureHeadersMiddleware, frame_options="SAMEORIGIN")  # doctest: +SKIP

    Spec: RFC 6797; RFC 7034; WHATWG Fetch, 3.6 (nosniff); W3C CSP Level 3; WHATWG HTML, 7.1.3 (opener policy)
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        strict_transport_security: str | None = "max-age=31536000; includeSubDomains",
        content_type_options: str | None = "nosniff",
        frame_options: str | None = "DENY",
        referrer_policy: str | None = "strict-origin-when-cross-origin",
        content_security_policy: str | None = "base-uri 'self'; frame-ancestors 'none'; object-src 'none'",
        cross_origin_opener_policy: str | None = "same-origin",
        cross_origin_resource_policy: str | None = None,
        cross_origin_embedder_policy: str | None = None,
        permissions_policy: str | None = "camera=(), geolocation=(), microphone=()",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.app = app
        self._next = direct(app)
        values = {
            "x-content-type-options": content_type_options,
            "x-frame-options": frame_options,
            "referrer-policy": referrer_policy,
            "content-security-policy": content_security_policy,
            "cross-origin-opener-policy": cross_origin_opener_policy,
            "cross-origin-resource-policy": cross_origin_resource_policy,
            "cross-origin-embedder-policy": cross_origin_embedder_policy,
            "permissions-policy": permissions_policy,
            **(headers or {}),
        }
        self._plain: RawHeaders = [encode_header(name, value) for name, value in values.items() if value is not None]
        self._secure: RawHeaders = list(self._plain)
        if strict_transport_security is not None:
            self._secure.append(encode_header("strict-transport-security", strict_transport_security))

    @asgi
    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Call on, and add headers to the answer."""
        if scope["type"] != "http":
            return self._next(scope, receive, send)
        added = self._secure if scope.get("scheme") == "https" else self._plain

        def send_with_headers(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                headers = copy_headers(message)
                present = {name.lower() for name, _ in headers}
                headers += [pair for pair in added if pair[0] not in present]
                message = with_headers(message, headers)
            return send(message)

        return self._next(scope, receive, send_with_headers)
