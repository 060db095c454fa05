import asyncio
import base64
import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Annotated, Any

import pytest

from FasterAPI import Depends, Faster, HTTPException, OAuth2PasswordRequestForm, Security, TestClient
from tests.api_web.contrib.example import run_example

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from FasterAPI.contrib import jwt as module
from FasterAPI.contrib.jwt import (
    JWTBearer,
    create_access_token,
    oauth2_access_token_json,
    oauth2_password_token_response,
)

SECRET = "a secret of at least thirty-two bytes"
OTHER = "another secret of at least thirty-two bytes"


def make_key() -> tuple[bytes, bytes]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, public


PRIVATE, PUBLIC = make_key()
PRIVATE_2, PUBLIC_2 = make_key()


def ask(bearer: JWTBearer, token: str | None, *, scopes: tuple[str, ...] = ()) -> Any:
    app = Faster()

    @app.get("/me")
    async def me(claims: Annotated[dict[str, Any] | None, Security(bearer, scopes=scopes)]) -> Any:
        return claims

    return TestClient(app).get("/me", headers={"Authorization": f"Bearer {token}"} if token is not None else {})


def raw(header: Any, claims: Any, signature: bytes = b"") -> str:
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def test_first_example_runs() -> None:
    async def check_password(name: str, password: str) -> str | None:
        return "ada" if password == "lovelace" else None

    client = TestClient(run_example(module, check_password=check_password)["app"])
    refused = client.post("/token", data={"username": "ada", "password": "guess"})
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    answer = client.post("/token", data={"username": "ada", "password": "lovelace"}).json()
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 3600)
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    assert client.get("/me", headers=headers).json() == "ada"
    scheme = client.get("/openapi.json").json()["components"]["securitySchemes"]["JWTBearer"]
    assert scheme == {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def test_claims_are_what_the_token_says() -> None:
    token = create_access_token("ada", SECRET, issuer="us", extra_claims={"role": "admin"})
    claims = ask(JWTBearer(SECRET, issuer="us"), token).json()
    assert {key: claims[key] for key in ("sub", "iss", "role")} == {"sub": "ada", "iss": "us", "role": "admin"}
    assert claims["exp"] - claims["iat"] == 3600


def test_zero_lifetime_is_zero() -> None:
    token = create_access_token("ada", SECRET, expires_delta=timedelta(0))
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["exp"] == claims["iat"]
    assert ask(JWTBearer(SECRET), token).status_code == 401
    assert create_access_token("ada", SECRET, expires_minutes=0) == create_access_token(
        "ada", SECRET, expires_delta=timedelta(0)
    )
    assert oauth2_access_token_json("t", expires_in=0)["expires_in"] == 0


def test_subject_may_be_all_claims() -> None:
    claims = ask(JWTBearer(SECRET), create_access_token({"sub": "ada", "iat": 5}, SECRET)).json()
    assert claims["iat"] == 5


NOW = int(time.time())
GOOD = {"sub": "ada", "exp": NOW + 86_400}
WRONG = {
    "not a token": "nonsense",
    "no parts": "..",
    "another secret": jwt.encode(GOOD, OTHER),
    "no signature": raw({"alg": "none", "typ": "JWT"}, GOOD),
    "no signature, in capitals": raw({"alg": "None"}, GOOD),
    "algorithm not chosen": jwt.encode(GOOD, SECRET * 2, algorithm="HS512"),
    "algorithm is no text": raw({"alg": ["HS256"]}, GOOD),
    "header is a list": raw([], GOOD),
    "claims are a list": jwt.PyJWS().encode(b"[1]", SECRET),
    "claims are not JSON": jwt.PyJWS().encode(b"\xff", SECRET),
    "expired": jwt.encode({**GOOD, "exp": NOW - 1}, SECRET),
    "without an end": jwt.encode({"sub": "ada"}, SECRET),
    "not yet": jwt.encode({**GOOD, "nbf": NOW + 86_400}, SECRET),
    "for somebody else": jwt.encode({**GOOD, "aud": "bank"}, SECRET),
    "end is no number": jwt.encode({**GOOD, "exp": "tomorrow"}, SECRET),
    "end is infinite": jwt.PyJWS().encode(b'{"exp": Infinity}', SECRET),
    "header is deep": base64.urlsafe_b64encode(b'{"a":' + b"[" * 8000).rstrip(b"=").decode() + ".e30.",
    "claims are deep": jwt.PyJWS().encode(b"[" * 8000, SECRET),
    "too long": "a" * 20_000,
    "not ASCII": "é.é.é",
}


@pytest.mark.parametrize("token", WRONG.values(), ids=WRONG)
def test_wrong_token_is_401_and_says_no_more(token: str) -> None:
    response = asyncio.run(JWTBearer(SECRET).decode(token))
    assert response is None
    if token.isascii():
        answer = ask(JWTBearer(SECRET), token)
        assert (answer.status_code, answer.json()) == (401, {"detail": "Could not validate credentials"})
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_missing_token_is_401_and_names_the_scheme() -> None:
    answer = ask(JWTBearer(SECRET), None)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("token", [None, "nonsense"])
def test_without_auto_error_nobody_is_none(token: str | None) -> None:
    answer = ask(JWTBearer(SECRET, auto_error=False), token)
    assert (answer.status_code, answer.json()) == (200, None)


@pytest.mark.parametrize(
    ("audience", "issuer", "status"),
    [("shop", "us", 200), ("bank", "us", 401), ("shop", "them", 401), (None, "us", 401)],
)
def test_audience_and_issuer_must_fit(audience: str | None, issuer: str, status: int) -> None:
    token = create_access_token("ada", SECRET, audience="shop", issuer="us")
    assert ask(JWTBearer(SECRET, audience=audience, issuer=issuer), token).status_code == status


def test_token_for_nobody_is_refused_where_an_audience_is_wanted() -> None:
    assert ask(JWTBearer(SECRET, audience="shop"), create_access_token("ada", SECRET)).status_code == 401


@pytest.mark.parametrize(("claim", "value"), [("scope", "read write"), ("scp", ["read", "write"])])
def test_scopes_are_those_of_the_token(claim: str, value: Any) -> None:
    token = create_access_token("ada", SECRET, extra_claims={claim: value})
    assert ask(JWTBearer(SECRET), token, scopes=("read",)).status_code == 200
    answer = ask(JWTBearer(SECRET), token, scopes=("read", "delete"))
    assert (answer.status_code, answer.json()) == (403, {"detail": "Not enough permissions"})
    assert answer.headers["www-authenticate"] == 'Bearer error="insufficient_scope", scope="read delete"'


def test_no_scope_claim_is_no_scope() -> None:
    assert ask(JWTBearer(SECRET), create_access_token("ada", SECRET), scopes=("read",)).status_code == 403


def test_public_key_checks_what_the_private_key_signed() -> None:
    bearer = JWTBearer(public_key=PUBLIC, algorithms=["RS256"])
    assert ask(bearer, create_access_token("ada", PRIVATE, algorithm="RS256")).json()["sub"] == "ada"
    assert ask(bearer, create_access_token("ada", PRIVATE_2, algorithm="RS256")).status_code == 401


def test_public_key_is_no_shared_secret() -> None:
    # PyJWT itself refuses to sign so; an attacker does not ask it.
    import hashlib
    import hmac

    unsigned = raw({"alg": "HS256", "typ": "JWT"}, GOOD).rstrip(".")
    signature = base64.urlsafe_b64encode(hmac.digest(PUBLIC, unsigned.encode(), hashlib.sha256)).rstrip(b"=").decode()
    assert ask(JWTBearer(public_key=PUBLIC, algorithms=["RS256"]), f"{unsigned}.{signature}").status_code == 401


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "no key": ({}, "JWTBearer takes exactly one of secret, public_key and jwks_url."),
    "two keys": (
        {"secret": SECRET, "public_key": PUBLIC},
        "JWTBearer takes exactly one of secret, public_key and jwks_url.",
    ),
    "no algorithm": (
        {"public_key": PUBLIC},
        'A token\'s algorithm has to be chosen, since a token must not. Write algorithms=["RS256"].',
    ),
    "algorithm of another kind": (
        {"public_key": PUBLIC, "algorithms": ["RS256", "HS256"]},
        "The algorithm 'HS256' does not go with public keys. Write others in algorithms.",
    ),
    "public algorithm with a secret": (
        {"secret": SECRET, "algorithms": ["RS256"]},
        "The algorithm 'RS256' does not go with a shared secret. Write others in algorithms.",
    ),
    "short secret": (
        {"secret": "short"},
        (
            "The secret has 5 bytes; HS256 needs 32 at least, or it can be guessed. "
            "Write the output of: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
        ),
    ),
    "secret too short for one": (
        {"secret": SECRET, "algorithms": ["HS256", "HS512"]},
        (
            "The secret has 37 bytes; HS512 needs 64 at least, or it can be guessed. "
            "Write the output of: python -c 'import secrets; print(secrets.token_urlsafe(64))'"
        ),
    ),
    "plain HTTP": (
        {"jwks_url": "http://id.example/jwks.json", "algorithms": ["RS256"]},
        (
            "The key set's URL 'http://id.example/jwks.json' is not safe: who is on the way could change keys. "
            "Write https://…"
        ),
    ),
    "file": (
        {"jwks_url": "file:///etc/keys", "algorithms": ["RS256"]},
        "The key set's URL 'file:///etc/keys' is not safe: who is on the way could change keys. Write https://…",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_are_found_at_construction(case: str) -> None:
    options, message = MISTAKES[case]
    with pytest.raises(ValueError) as caught:
        JWTBearer(**options)
    assert str(caught.value) == message


def test_algorithm_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^The algorithm 'none' signs nothing\. Write one of \['ES256'"):
        JWTBearer(SECRET, algorithms=["none"])
    with pytest.raises(ValueError, match=r"^The algorithm 'none' signs nothing\."):
        create_access_token("ada", SECRET, algorithm="none")


def test_claim_that_is_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"got the claim 'exp' twice\. Give it in one place\.$"):
        create_access_token("ada", SECRET, extra_claims={"exp": 1})


def test_password_that_is_wrong_gives_no_token() -> None:
    async def refuse(name: str, password: str) -> None:
        return None

    form = OAuth2PasswordRequestForm(username="ada", password="guess")
    with pytest.raises(HTTPException) as caught:
        asyncio.run(oauth2_password_token_response(form, secret=SECRET, authenticate=refuse))
    assert (caught.value.status_code, caught.value.detail) == (401, "Incorrect username or password")


class Issuer:
    """Serves a key set that can change, be missing, or be nonsense."""

    def __init__(self) -> None:
        self.keys: dict[str, bytes] = {"one": PUBLIC}
        self.status = 200
        self.nonsense: bytes | None = None
        self.fetched = 0
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.fetched += 1
                self.send_response(issuer.status)
                self.end_headers()
                self.wfile.write(issuer.document())

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/jwks.json"

    def document(self) -> bytes:
        if self.nonsense is not None:
            return self.nonsense
        keys = []
        for kid, pem in self.keys.items():
            public = serialization.load_pem_public_key(pem)
            assert isinstance(public, rsa.RSAPublicKey)
            keys.append({**jwt.algorithms.RSAAlgorithm.to_jwk(public, as_dict=True), "kid": kid, "use": "sig"})
        return json.dumps({"keys": keys}).encode()


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()
    thread = threading.Thread(target=issuer.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield issuer
    issuer.server.shutdown()
    issuer.server.server_close()
    thread.join()


def sign(kid: str, private: bytes = PRIVATE, **more: Any) -> str:
    return jwt.encode({**GOOD, **more}, private, algorithm="RS256", headers={"kid": kid})


def make_bearer(issuer: Issuer, **options: Any) -> JWTBearer:
    return JWTBearer(jwks_url=issuer.url, algorithms=["RS256"], **options)


def test_keys_are_fetched_once_for_all(issuer: Issuer) -> None:
    bearer = make_bearer(issuer)

    async def run() -> None:
        claims = await asyncio.gather(*(bearer.decode(sign("one")) for _ in range(20)))
        assert [claim is not None and claim["sub"] for claim in claims] == ["ada"] * 20

    asyncio.run(run())
    assert issuer.fetched == 1


def test_new_key_is_followed_and_old_one_forgotten(issuer: Issuer) -> None:
    bearer = make_bearer(issuer, jwks_cooldown=0)

    async def run() -> None:
        assert await bearer.decode(sign("one")) is not None
        issuer.keys = {"two": PUBLIC_2}
        assert await bearer.decode(sign("two", PRIVATE_2)) is not None
        assert await bearer.decode(sign("one")) is None

    asyncio.run(run())


def test_made_up_keys_do_not_make_it_fetch(issuer: Issuer) -> None:
    bearer = make_bearer(issuer)

    async def run() -> None:
        for number in range(20):
            assert await bearer.decode(sign(f"made up {number}")) is None

    asyncio.run(run())
    assert issuer.fetched == 1


@pytest.mark.parametrize("header", [{}, {"kid": "one", "alg": "HS256"}], ids=["no kid", "algorithm not chosen"])
def test_token_that_cannot_be_good_fetches_nothing(issuer: Issuer, header: dict[str, Any]) -> None:
    assert asyncio.run(make_bearer(issuer).decode(raw({"alg": "RS256", **header}, GOOD, b"x"))) is None
    assert issuer.fetched == 0


def test_wrong_signature_by_a_known_key_is_refused(issuer: Issuer) -> None:
    assert asyncio.run(make_bearer(issuer).decode(sign("one", PRIVATE_2))) is None


def test_issuer_that_fails_is_503_and_not_asked_by_every_request(
    issuer: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    issuer.status = 500
    app = Faster()
    bearer = make_bearer(issuer)

    @app.get("/me")
    async def me(claims: dict[str, Any] = Depends(bearer)) -> str:
        return str(claims["sub"])

    with TestClient(app) as client:
        headers = {"Authorization": f"Bearer {sign('one')}"}
        answers = [client.get("/me", headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503] * 3
    assert issuer.fetched == 1
    assert "cannot be fetched" in caplog.text


def test_keys_that_are_too_old_are_not_believed(issuer: Issuer) -> None:
    bearer = make_bearer(issuer, jwks_lifetime=0.05, jwks_cooldown=0)

    async def run() -> None:
        assert await bearer.decode(sign("one")) is not None
        issuer.status = 500
        await asyncio.sleep(0.06)
        with pytest.raises(HTTPException) as caught:
            await bearer.decode(sign("one"))
        assert caught.value.status_code == 503

    asyncio.run(run())


@pytest.mark.parametrize(
    "document", [b"", b"[]", b"{}", b'{"keys": 1}', b'{"keys": [1]}', b'{"keys": [{"kty": "RSA"}]}', b"[" * 100_000]
)
def test_nonsense_of_an_issuer_is_503(issuer: Issuer, document: bytes) -> None:
    issuer.nonsense = document

    async def run() -> None:
        bearer = make_bearer(issuer)
        for _ in range(2):
            with pytest.raises(HTTPException) as caught:
                await bearer.decode(sign("one"))
            assert caught.value.status_code == 503

    asyncio.run(run())
    assert issuer.fetched == 1
