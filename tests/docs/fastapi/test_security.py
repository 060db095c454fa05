"""Security: OAuth2 with JWT and scopes, Basic, Bearer, API keys."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from typing import Annotated, Any

import msgspec
import pytest

from faster_testclient import WebSocketDenialResponse
from FasterAPI import (
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    Depends,
    Faster,
    HTTPAuthorizationCredentials,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPBearer,
    HTTPDigest,
    HTTPException,
    OAuth2PasswordBearer,
    OAuth2PasswordRequestForm,
    OAuth2PasswordRequestFormStrict,
    OpenIdConnect,
    Security,
    SecurityScopes,
    TestClient,
    WebSocket,
)
from tests.docs.fastapi.case import Case

KEY = b"a key of tests only, thirty-two bytes"


class User(msgspec.Struct):
    username: str
    disabled: bool = False


USERS = {"ada": ("secret", User("ada")), "bob": ("hunter2", User("bob", disabled=True))}


def sign(claims: dict[str, Any]) -> str:
    """A JSON Web Token, HS256, as any library makes it."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "HS256"}, claims)]
    mark = hmac.digest(KEY, b".".join(parts), hashlib.sha256)
    return b".".join([*parts, base64.urlsafe_b64encode(mark).rstrip(b"=")]).decode()


def read(token: str) -> dict[str, Any]:
    head, _, mark = token.rpartition(".")
    expected = hmac.digest(KEY, head.encode(), hashlib.sha256)
    if not hmac.compare_digest(base64.urlsafe_b64decode(mark + "=="), expected):
        raise ValueError("signature")
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(head.split(".")[1] + "=="))
    if claims["exp"] < time.time():
        raise ValueError("expired")
    return claims


oauth2 = OAuth2PasswordBearer(tokenUrl="token", scopes={"me": "About me.", "items": "My items."})
app = Faster()


class Token(msgspec.Struct):
    access_token: str
    token_type: str


@app.post("/token")
async def login(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> Token:
    password, user = USERS.get(form.username, ("", User("")))
    if not secrets.compare_digest(password.encode(), form.password.encode()) or not password:
        raise HTTPException(400, "Incorrect username or password")
    claims = {"sub": user.username, "scopes": form.scopes, "exp": time.time() + 60}
    return Token(sign(claims), "bearer")


async def current_user(asked: SecurityScopes, token: Annotated[str, Depends(oauth2)]) -> User:
    scheme = f'Bearer scope="{asked.scope_str}"' if asked.scopes else "Bearer"
    try:
        claims = read(token)
    except (ValueError, KeyError) as error:
        raise HTTPException(401, "Could not validate credentials", {"WWW-Authenticate": scheme}) from error
    if not set(asked.scopes) <= set(claims["scopes"]):
        raise HTTPException(401, "Not enough permissions", {"WWW-Authenticate": scheme})
    return USERS[claims["sub"]][1]


async def active_user(user: Annotated[User, Security(current_user, scopes=["me"])]) -> User:
    if user.disabled:
        raise HTTPException(400, "Inactive user")
    return user


@app.get("/me")
async def me(user: Annotated[User, Depends(active_user)]) -> User:
    return user


@app.get("/me/items")
async def my_items(user: Annotated[User, Security(active_user, scopes=["items"])]) -> list[str]:
    return [user.username]


@app.get("/status")
async def system_status(user: Annotated[User, Depends(current_user)]) -> str:
    return "ok"


def bearer(scopes: list[str], name: str = "ada", seconds: float = 86400) -> dict[str, Any]:
    token = sign({"sub": name, "scopes": scopes, "exp": time.time() + seconds})
    return {"headers": {"authorization": f"Bearer {token}"}}


DENIED = {"detail": "Not authenticated"}
INVALID = {"detail": "Could not validate credentials"}
CASES = [
    Case("POST /token", ["body.username", "body.password"], 422),
    Case(
        "POST /token",
        {"detail": "Incorrect username or password"},
        400,
        {"data": {"username": "ada", "password": "no"}},
    ),
    Case(
        "POST /token", {"detail": "Incorrect username or password"}, 400, {"data": {"username": "x", "password": "y"}}
    ),
    Case("GET /me", DENIED, 401, headers={"www-authenticate": "Bearer"}),
    Case("GET /me", DENIED, 401, {"headers": {"authorization": "Basic abc"}}),
    Case("GET /me", INVALID, 401, {"headers": {"authorization": "bearer a.b.c"}}),
    Case("GET /me", INVALID, 401, bearer(["me"], seconds=-1), {"www-authenticate": 'Bearer scope="me"'}),
    Case("GET /me", {"username": "ada", "disabled": False}, how=bearer(["me"])),
    Case("GET /me", {"detail": "Inactive user"}, 400, bearer(["me"], "bob")),
    Case("GET /me", {"detail": "Not enough permissions"}, 401, bearer(["items"])),
    Case("GET /me/items", ["ada"], how=bearer(["me", "items"])),
    Case(
        "GET /me/items",
        {"detail": "Not enough permissions"},
        401,
        bearer(["me"]),
        {"www-authenticate": 'Bearer scope="items me"'},
    ),
    Case("GET /status", "ok", how=bearer([])),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{number} {case.line}" for number, case in enumerate(CASES)])
def test_oauth2_with_scopes(case: Case) -> None:
    case.check(app)


def test_log_in_and_ask() -> None:
    client = TestClient(app)
    answer = client.post("/token", data={"username": "ada", "password": "secret", "scope": "me items"}).json()
    assert answer["token_type"] == "bearer"
    client.headers["authorization"] = f"Bearer {answer['access_token']}"
    assert client.get("/me/items").json() == ["ada"]


schemes = Faster()


@schemes.get("/basic")
def basic(credentials: Annotated[HTTPBasicCredentials, Depends(HTTPBasic(realm="simple"))]) -> list[str]:
    return [credentials.username, credentials.password]


@schemes.get("/bearer")
def bearer_of(credentials: Annotated[HTTPAuthorizationCredentials, Security(HTTPBearer())]) -> list[str]:
    return [credentials.scheme, credentials.credentials]


@schemes.get("/bearer/optional")
def maybe_bearer(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(HTTPBearer(auto_error=False))],
) -> str | None:
    return credentials.credentials if credentials else None


@schemes.get("/digest")
def digest(credentials: Annotated[HTTPAuthorizationCredentials, Security(HTTPDigest())]) -> str:
    return credentials.credentials


@schemes.get("/key/header")
def by_header(key: Annotated[str, Security(APIKeyHeader(name="x-key"))]) -> str:
    return key


@schemes.get("/key/query")
def by_query(key: Annotated[str, Security(APIKeyQuery(name="key"))]) -> str:
    return key


@schemes.get("/key/cookie")
def by_cookie(key: Annotated[str | None, Security(APIKeyCookie(name="key", auto_error=False))]) -> str | None:
    return key


@schemes.get("/openid")
def openid(token: Annotated[str, Security(OpenIdConnect(openIdConnectUrl="/openid"))]) -> str:
    return token


@schemes.post("/strict")
def strict(form: Annotated[OAuth2PasswordRequestFormStrict, Depends()]) -> list[object]:
    return [form.username, form.scopes, form.client_id]


@schemes.websocket("/ws")
async def socket(websocket: WebSocket, key: Annotated[str, Security(APIKeyQuery(name="key"))]) -> None:
    await websocket.accept()
    await websocket.send_text(key)
    await websocket.close()


def authorization(value: str) -> dict[str, Any]:
    return {"headers": {"authorization": value}}


PAIR = base64.b64encode(b"ada:pass:word").decode()
SCHEMES = [
    Case("GET /basic", DENIED, 401, headers={"www-authenticate": 'Basic realm="simple"'}),
    Case("GET /basic", ["ada", "pass:word"], how=authorization(f"Basic {PAIR}")),
    Case("GET /basic", ["ada", "pass:word"], how={"auth": ("ada", "pass:word")}),
    *(
        Case("GET /basic", DENIED, 401, authorization(f"Basic {text}"))
        for text in ("", "notabase64token", base64.b64encode(b"nocolon").decode())
    ),
    Case("GET /bearer", ["Bearer", "t"], how=authorization("Bearer t")),
    Case("GET /bearer", DENIED, 401, authorization("Basic t"), {"www-authenticate": "Bearer"}),
    Case("GET /bearer/optional", None),
    Case("GET /bearer/optional", "t", how=authorization("bearer t")),
    Case("GET /digest", "d", how=authorization("Digest d")),
    Case("GET /digest", DENIED, 401, headers={"www-authenticate": "Digest"}),
    Case("GET /key/header", "k", how={"headers": {"X-KEY": "k"}}),
    Case("GET /key/header", DENIED, 401, headers={"www-authenticate": "APIKey"}),
    Case("GET /key/query?key=k", "k"),
    Case("GET /key/query", DENIED, 401),
    Case("GET /key/cookie", None),
    Case("GET /key/cookie", "k", how={"headers": {"cookie": "key=k"}}),
    Case("GET /openid", "Bearer t", how=authorization("Bearer t")),
    Case("POST /strict", ["body.grant_type"], 422, {"data": {"username": "a", "password": "b"}}),
    Case("POST /strict", ["body.grant_type"], 422, {"data": {"username": "a", "password": "b", "grant_type": "x"}}),
    Case(
        "POST /strict",
        ["a", ["r", "w"], None],
        how={"data": {"username": "a", "password": "b", "grant_type": "password", "scope": "r w"}},
    ),
]


@pytest.mark.parametrize("case", SCHEMES, ids=str)
def test_schemes(case: Case) -> None:
    case.check(schemes)


def test_a_scheme_guards_a_websocket() -> None:
    client = TestClient(schemes)
    with client.websocket_connect("/ws?key=k") as session:
        assert session.receive_text() == "k"
    with pytest.raises(WebSocketDenialResponse, match="401"), client.websocket_connect("/ws"):
        raise AssertionError("it was accepted")
