"""Middleware: functions, classes, CORS, GZip, hosts, HTTPS."""

from typing import Any

import pytest

from FasterAPI import (
    BaseHTTPMiddleware,
    CORSMiddleware,
    Faster,
    GZipMiddleware,
    HTTPSRedirectMiddleware,
    Middleware,
    Request,
    Response,
    SessionMiddleware,
    TestClient,
    TrustedHostMiddleware,
)


def make(*middleware: Middleware) -> Faster:
    app = Faster(middleware=list(middleware))

    @app.get("/")
    async def root(request: Request) -> str:
        return "Hello"

    @app.get("/long")
    async def long() -> str:
        return "x" * 4000

    return app


def test_a_function_around_every_request() -> None:
    app = make()

    @app.middleware("http")
    async def timed(request: Request, call_next: Any) -> Response:
        response: Response = await call_next(request)
        response.headers["X-Process-Time"] = request.url.path
        return response

    client = TestClient(app)
    assert client.get("/").headers["x-process-time"] == "/"
    assert client.get("/nowhere").headers["x-process-time"] == "/nowhere"


def test_the_last_added_is_outermost() -> None:
    order: list[str] = []

    class Noted(BaseHTTPMiddleware):
        def __init__(self, app: Any, name: str) -> None:
            super().__init__(app)
            self.name = name

        async def dispatch(self, request: Request, call_next: Any) -> Response:
            order.append(self.name)
            response: Response = await call_next(request)
            order.append(f"/{self.name}")
            return response

    app = make(Middleware(Noted, name="first"), Middleware(Noted, name="second"))
    app.add_middleware(Noted, name="added")
    assert TestClient(app).get("/").json() == "Hello"
    assert order == ["added", "first", "second", "/second", "/first", "/added"]


def test_pure_asgi() -> None:
    class Marked:
        def __init__(self, app: Any, mark: bytes) -> None:
            self.app, self.mark = app, mark

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            async def marked(message: Any) -> None:
                if message["type"] == "http.response.start":
                    message = {**message, "headers": [*message["headers"], (b"x-mark", self.mark)]}
                await send(message)

            await self.app(scope, receive, marked)

    app = make()
    app.add_middleware(Marked, mark=b"m")
    assert TestClient(app).get("/").headers["x-mark"] == "m"


CORS = Middleware(
    CORSMiddleware,
    allow_origins=["https://shop.example"],
    allow_credentials=True,
    allow_methods=["GET", "PUT"],
    allow_headers=["X-Token"],
    expose_headers=["X-Seen"],
)


@pytest.mark.parametrize(
    ("origin", "method", "status"),
    [
        ("https://shop.example", "PUT", 200),
        ("https://shop.example", "DELETE", 400),
        ("https://evil.example", "PUT", 400),
    ],
)
def test_cors_preflight(origin: str, method: str, status: int) -> None:
    response = TestClient(make(CORS)).options(
        "/",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "X-Token",
        },
    )
    assert response.status_code == status
    assert (response.headers.get("access-control-allow-origin") == origin) == (origin == "https://shop.example")
    assert "Origin" in response.headers["vary"]


def test_cors_simple_request() -> None:
    response = TestClient(make(CORS)).get("/", headers={"Origin": "https://shop.example"})
    assert response.json() == "Hello"
    assert response.headers["access-control-allow-origin"] == "https://shop.example"
    assert response.headers["access-control-allow-credentials"] == "true"
    assert response.headers["access-control-expose-headers"] == "X-Seen"
    plain = TestClient(make(CORS)).get("/")
    assert "access-control-allow-origin" not in plain.headers


def test_gzip() -> None:
    client = TestClient(make(Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)))
    long = client.get("/long", headers={"accept-encoding": "gzip"})
    assert (long.headers["content-encoding"], len(long.json())) == ("gzip", 4000)
    assert int(long.headers["content-length"]) < 4000
    assert "content-encoding" not in client.get("/", headers={"accept-encoding": "gzip"}).headers


@pytest.mark.parametrize(
    ("host", "status"), [("example.com", 200), ("a.example.com", 200), ("testserver", 400), ("example.com.evil", 400)]
)
def test_trusted_hosts(host: str, status: int) -> None:
    app = make(Middleware(TrustedHostMiddleware, allowed_hosts=["example.com", "*.example.com"]))
    assert TestClient(app, base_url=f"http://{host}").get("/").status_code == status


def test_https_redirect() -> None:
    app = make(Middleware(HTTPSRedirectMiddleware))
    response = TestClient(app, follow_redirects=False).get("/long?a=1")
    assert (response.status_code, response.headers["location"]) == (307, "https://testserver/long?a=1")
    assert TestClient(app, base_url="https://testserver").get("/").json() == "Hello"


def test_sessions() -> None:
    app = Faster(middleware=[Middleware(SessionMiddleware, secret_key="0123456789abcdef0123456789abcdef")])

    @app.get("/")
    async def visits(request: Request) -> int:
        request.session["visits"] = request.session.get("visits", 0) + 1
        return int(request.session["visits"])

    client = TestClient(app)
    assert [client.get("/").json() for _ in range(3)] == [1, 2, 3]
    assert TestClient(app).get("/").json() == 1
