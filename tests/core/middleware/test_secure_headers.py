import asyncio
from typing import Any

import pytest

from faster_core.middleware.secure_headers import SecureHeadersMiddleware
from tests.core.middleware.exchange import accept, get, open_websocket, respond

DEFAULTS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "content-security-policy": "base-uri 'self'; frame-ancestors 'none'; object-src 'none'",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
HSTS = {"strict-transport-security": "max-age=31536000; includeSubDomains"}


@pytest.mark.parametrize("scheme, headers", [("http", DEFAULTS), ("https", DEFAULTS | HSTS)])
def test_defaults_with_hsts_over_https_only(scheme: Any, headers: Any) -> None:
    assert get(SecureHeadersMiddleware(respond()), scheme=scheme).headers == headers


def test_each_can_be_off_or_changed() -> None:
    app = SecureHeadersMiddleware(
        respond(),
        strict_transport_security=None,
        content_type_options=None,
        frame_options="SAMEORIGIN",
        referrer_policy=None,
        content_security_policy=None,
        cross_origin_opener_policy=None,
        cross_origin_resource_policy="same-site",
        cross_origin_embedder_policy="require-corp",
        permissions_policy=None,
        headers={"X-Own": "1"},
    )
    assert get(app, scheme="https").headers == {
        "x-frame-options": "SAMEORIGIN",
        "cross-origin-resource-policy": "same-site",
        "cross-origin-embedder-policy": "require-corp",
        "x-own": "1",
    }


def test_what_the_application_set_stays() -> None:
    answer = get(SecureHeadersMiddleware(respond(headers={"X-Frame-Options": "ALLOWALL"}, status=500)))
    assert [value for name, value in answer.pairs if name.lower() == "x-frame-options"] == ["ALLOWALL"]
    assert ("x-content-type-options", "nosniff") in answer.pairs


def test_a_bad_value_is_refused_at_construction() -> None:
    with pytest.raises(ValueError, match="control character"):
        SecureHeadersMiddleware(respond(), frame_options="DENY\r\nSet-Cookie: a=1")


def test_websockets_pass_by() -> None:
    answer = asyncio.run(open_websocket(SecureHeadersMiddleware(accept)))
    assert answer.messages == [{"type": "websocket.accept", "headers": []}]
