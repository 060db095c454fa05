"""JSON Web Tokens: made at login, checked at each request. Needs the extra `jwt`.

    SECRET = "at least thirty-two bytes, from your settings"
    app = Faster()
    bearer = JWTBearer(SECRET)

    @app.post("/token")
    async def login(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> dict[str, str | int]:
        return await oauth2_password_token_response(form, secret=SECRET, authenticate=check_password)

    @app.get("/me")
    async def me(claims: Annotated[dict[str, Any], Security(bearer)]) -> str:
        return claims["sub"]

Keys of an identity provider are followed when it changes them:

    bearer = JWTBearer(jwks_url="https://id.example/.well-known/jwks.json", algorithms=["RS256"], audience="shop")

The algorithm is the application's choice, never the token's; a token without an end is refused.

Spec: RFC 7519; RFC 8725 (best current practices)
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from faster_core.connection import HTTPConnection
from faster_core.exceptions import HTTPException
from faster_core.security import HTTPBearer, OAuth2PasswordRequestForm, SecurityScopes
from FasterAPI.contrib._extra import needs
from FasterAPI.contrib._jwks import KeySet, KeysUnavailableError

with needs("jwt", extra="jwt", user="FasterAPI.contrib.jwt"):
    import jwt
    from jwt.types import Options

__all__ = ["JWTBearer", "create_access_token", "oauth2_access_token_json", "oauth2_password_token_response"]

# Bytes that a shared secret has at least: those of the hash. Spec: RFC 7518, 3.2
_SECRET_BYTES = {"HS256": 32, "HS384": 48, "HS512": 64}

_NO_SCOPES = SecurityScopes()

_MAX_TOKEN = 16_384
"""Characters of a token at most; none that is honest comes near."""


class JWTBearer(HTTPBearer):
    """A dependency that gives the claims of a bearer token, once its signature and its claims have been checked.

    Exactly one of `secret`, `public_key` and `jwks_url` says how. Scopes that `Security(bearer, scopes=[…])` asks for
    must be in the claim `scope`, separated by blanks, or the list `scp`.

    A token that is wrong is answered with 401, one that lacks a scope with 403, and 503 says that the issuer's keys
    cannot be fetched. Why a token is wrong is not told: it would help nobody but who makes them up.

    Args:
        secret: What issuer and application share, for HS256, HS384 and HS512: 32, 48 or 64 bytes at least.
        algorithms: Those that a token may be signed with. `["HS256"]` with a secret; otherwise it has to be said.
        audience: Whom the token must be for (`aud`); None refuses tokens that say for whom.
        issuer: Who must have issued it (`iss`); None for anyone who has the key.
        leeway: Seconds that clocks may differ.
        required: Claims without which a token is refused.
        auto_error: False makes the dependency None where the token is missing or wrong.
        scheme_name: The name in the document; None for the name of the class.
        description: A text for the document.
        public_key: The issuer's public key, PEM.
        jwks_url: Where the issuer's keys are; HTTPS.
        jwks_lifetime: Seconds that fetched keys are believed.
        jwks_cooldown: Seconds at least between two fetches for tokens with unknown keys.

    Raises:
        ValueError: At construction, for another number of keys than one, algorithms that do not go with it, a secret
            that is too short, or a URL that is not safe.
    """

    def __init__(
        self,
        secret: str | bytes | None = None,
        *,
        algorithms: Sequence[str] | None = None,
        audience: str | Sequence[str] | None = None,
        issuer: str | Sequence[str] | None = None,
        leeway: float = 0.0,
        required: Sequence[str] = ("exp",),
        auto_error: bool = True,
        scheme_name: str | None = None,
        description: str | None = None,
        public_key: str | bytes | None = None,
        jwks_url: str | None = None,
        jwks_lifetime: float = 300.0,
        jwks_cooldown: float = 30.0,
    ) -> None:
        super().__init__(bearerFormat="JWT", scheme_name=scheme_name, description=description, auto_error=auto_error)
        if sum(key is not None for key in (secret, public_key, jwks_url)) != 1:
            raise ValueError("JWTBearer takes exactly one of secret, public_key and jwks_url.")
        self.algorithms: list[str] = _check_algorithms(algorithms, symmetric=secret is not None)
        if secret is not None:
            for algorithm in self.algorithms:
                _check_secret(secret, algorithm)
        self._key: str | bytes | None = secret if secret is not None else public_key
        self._keys = KeySet(jwks_url, lifetime=jwks_lifetime, cooldown=jwks_cooldown) if jwks_url is not None else None
        self._audience = audience
        self._issuer = issuer
        self._leeway = leeway
        self._options: Options = {"require": list(required), "strict_aud": False}

    async def __call__(self, connection: HTTPConnection, scopes: SecurityScopes = _NO_SCOPES) -> Any:
        """Return the claims.

        Raises:
            HTTPException: 401 without a valid token, 403 without a scope, 503 without the issuer's keys.
        """
        found = self._find(connection)
        if found is None:
            return self.require(None)
        claims = await self.decode(found[1])
        if claims is None:
            if self.auto_error:
                raise _refuse(401, "Could not validate credentials", 'Bearer error="invalid_token"')
            return None
        missing = [scope for scope in scopes.scopes if scope not in _scopes_of(claims)]
        if missing:
            wanted = " ".join(scopes.scopes)
            raise _refuse(403, "Not enough permissions", f'Bearer error="insufficient_scope", scope="{wanted}"')
        return claims

    async def decode(self, token: str) -> dict[str, Any] | None:
        """Return the claims of a token, or None when anything about it is wrong.

        Args:
            token: The token, without `Bearer`.

        Raises:
            HTTPException: 503 when the issuer's keys cannot be fetched.
        """
        if len(token) > _MAX_TOKEN:
            return None
        try:
            key = await self._find_key(token)
            if key is None:
                return None
            return jwt.decode(
                token,
                key,
                algorithms=self.algorithms,
                audience=self._audience,
                issuer=self._issuer,
                leeway=self._leeway,
                options=self._options,
            )
        except KeysUnavailableError as error:
            raise HTTPException(503, "The keys of the issuer are not available") from error
        # Beside its own errors, what a hostile token makes of JSON and base64.
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            return None

    async def _find_key(self, token: str) -> "str | bytes | jwt.PyJWK | None":
        if self._keys is None:
            return self._key
        header = jwt.get_unverified_header(token)
        # Whoever signs otherwise is refused before a key is looked for.
        if header.get("alg") not in self.algorithms or not isinstance(header.get("kid"), str):
            return None
        return await self._keys.find(header["kid"])


def create_access_token(
    subject: str | Mapping[str, Any],
    secret: str | bytes,
    *,
    algorithm: str = "HS256",
    expires_delta: timedelta | None = None,
    expires_minutes: float = 60,
    audience: str | Sequence[str] | None = None,
    issuer: str | None = None,
    extra_claims: Mapping[str, Any] | None = None,
) -> str:
    """Return a signed token.

    Args:
        subject: Whom it is about (`sub`), or all claims of your own.
        secret: The shared secret, or the private key, PEM.
        algorithm: What it is signed with.
        expires_delta: How long it is valid: zero is zero. None for `expires_minutes`.
        expires_minutes: Minutes that it is valid otherwise.
        audience: Whom it is for (`aud`).
        issuer: Who issues it (`iss`).
        extra_claims: Further claims. `exp` among them is an error: say `expires_delta`.

    Raises:
        ValueError: For a secret that is too short, the algorithm `none`, or a claim that is set twice.

    Example:
        >>> token = create_access_token("ada", "a secret of at least thirty-two bytes")
        >>> token.count(".")
        2
    """
    _check_algorithms([algorithm], symmetric=algorithm in _SECRET_BYTES)
    _check_secret(secret, algorithm)
    now = datetime.now(UTC)
    lifetime = timedelta(minutes=expires_minutes) if expires_delta is None else expires_delta
    claims: dict[str, Any] = {"sub": subject} if isinstance(subject, str) else dict(subject)
    claims.setdefault("iat", now)
    own = {"exp": now + lifetime, "aud": audience, "iss": issuer}
    for name, value in [*own.items(), *(extra_claims or {}).items()]:
        if value is None:
            continue
        if name in claims:
            raise ValueError(f"create_access_token() got the claim {name!r} twice. Give it in one place.")
        claims[name] = list(value) if name == "aud" and not isinstance(value, str) else value
    return jwt.encode(claims, secret, algorithm=algorithm)


def oauth2_access_token_json(
    access_token: str,
    *,
    token_type: str = "bearer",  # noqa: S107 - the kind of token, no secret
    expires_in: int | None = None,
) -> dict[str, str | int]:
    """Return the body of a token response.

    Args:
        access_token: The token.
        token_type: How it is used.
        expires_in: Seconds that it is valid; None to leave them out. Zero is zero.

    Spec: RFC 6749, 5.1
    """
    body: dict[str, str | int] = {"access_token": access_token, "token_type": token_type}
    return body if expires_in is None else {**body, "expires_in": expires_in}


async def oauth2_password_token_response(
    form: OAuth2PasswordRequestForm,
    *,
    secret: str | bytes,
    authenticate: Callable[[str, str], Awaitable[str | None]],
    expires_minutes: float = 60,
    algorithm: str = "HS256",
) -> dict[str, str | int]:
    """Return the body of a token response for a user name and a password.

    Args:
        form: What the client sent.
        secret: See `create_access_token`.
        authenticate: Called with user name and password; returns the subject of the token, None to refuse.
        expires_minutes: Minutes that the token is valid.
        algorithm: What it is signed with.

    Raises:
        HTTPException: 401 when it is refused.

    Spec: RFC 6749, 4.3.3
    """
    subject = await authenticate(form.username, form.password)
    if subject is None:
        raise _refuse(401, "Incorrect username or password", "Bearer")
    token = create_access_token(subject, secret, expires_minutes=expires_minutes, algorithm=algorithm)
    return oauth2_access_token_json(token, expires_in=int(expires_minutes * 60))


def _check_algorithms(algorithms: Sequence[str] | None, *, symmetric: bool) -> list[str]:
    """Return the algorithms, all of the key's kind: a public key must never pass for a shared secret."""
    if algorithms is None and symmetric:
        return ["HS256"]
    if not algorithms or isinstance(algorithms, str):
        raise ValueError('A token\'s algorithm has to be chosen, since a token must not. Write algorithms=["RS256"].')
    known = jwt.PyJWS().get_algorithms()
    for algorithm in algorithms:
        if algorithm == "none" or algorithm not in known:
            raise ValueError(f"The algorithm {algorithm!r} signs nothing. Write one of {sorted({*known} - {'none'})}.")
        if (algorithm in _SECRET_BYTES) != symmetric:
            kind = "a shared secret" if symmetric else "public keys"
            raise ValueError(f"The algorithm {algorithm!r} does not go with {kind}. Write others in algorithms.")
    return list(algorithms)


def _check_secret(secret: str | bytes, algorithm: str) -> None:
    least = _SECRET_BYTES.get(algorithm, 0)
    length = len(secret.encode() if isinstance(secret, str) else secret)
    if length < least:
        raise ValueError(
            f"The secret has {length} bytes; {algorithm} needs {least} at least, or it can be guessed. "
            f"Write the output of: python -c 'import secrets; print(secrets.token_urlsafe({least}))'"
        )


def _scopes_of(claims: Mapping[str, Any]) -> Sequence[str]:
    scope = claims.get("scope", claims.get("scp"))
    if isinstance(scope, str):
        return scope.split()
    return scope if isinstance(scope, list) else ()


def _refuse(status: int, detail: str, challenge: str) -> HTTPException:
    return HTTPException(status, detail, {"WWW-Authenticate": challenge})
