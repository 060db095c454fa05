"""Five programs as they are deployed: PostgreSQL, Redis, several workers, real sockets."""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

pytest.importorskip("redis")
pytest.importorskip("sqlalchemy")
pytest.importorskip("websockets")

import jwt
from websockets.sync.client import ClientConnection, connect

from tests.docs.server import serve
from tests.docs.services import REDIS_URL, empty_database, needs_redis

WORKERS = ("--workers", "2", "--timeout-worker-healthcheck", "600", "--log-level", "warning")
"""Two, and no watch over them: a test may stop one for a moment."""


@contextmanager
def served(module: str, *options: str, printed: list[str] | None = None, **environ: str) -> Iterator[httpx.Client]:
    command = ("uvicorn", f"{module}:app", "--port", "{port}", *options)
    with (
        serve(*command, environ=environ, path="/openapi.json", printed=printed) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        yield client


# A login with JWT against PostgreSQL

SECRET = "a secret of the tests with more than thirty-two bytes"


@pytest.fixture(scope="module")
def login() -> Iterator[httpx.Client]:
    with empty_database() as url, served("services.login", *WORKERS, DATABASE_URL=url, SECRET=SECRET) as client:
        yield client


def register(client: httpx.Client, password: str = "analytical") -> str:
    name = f"ada-{uuid4().hex}"
    answer = client.post("/users", json={"name": name, "password": password})
    assert (answer.status_code, answer.json()) == (201, {"name": name})
    return name


def log_in(client: httpx.Client, name: str, password: str = "analytical") -> httpx.Response:
    return client.post("/token", data={"username": name, "password": password})


@pytest.mark.postgres
def test_token_of_one_worker_is_good_for_all(login: httpx.Client) -> None:
    name = register(login)
    answer = log_in(login, name)
    assert (answer.status_code, answer.json()["expires_in"]) == (200, 900)
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    for _ in range(10):
        # A connection for each, so that either worker may get it.
        assert httpx.get(f"{login.base_url}/me", headers=bearer, timeout=60).json() == {"name": name}


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("user", "password"),
    [("known", "difference"), ("unknown", "analytical"), ("zero\x00", "x"), ("\ud7ff", "\x00")],
)
def test_wrong_password_and_unknown_name_look_the_same(login: httpx.Client, user: str, password: str) -> None:
    answer = log_in(login, register(login) if user == "known" else user, password)
    assert (answer.status_code, answer.json()) == (401, {"detail": "Incorrect username or password"})
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.postgres
def test_name_that_is_taken_stays_who_it_was(login: httpx.Client) -> None:
    name = register(login)
    again = login.post("/users", json={"name": name, "password": "difference"})
    assert (again.status_code, again.json()) == (409, {"detail": "This name is taken."})
    assert log_in(login, name).status_code == 200
    assert log_in(login, name, "difference").status_code == 401


@pytest.mark.postgres
def test_forged_and_ended_tokens_are_refused(login: httpx.Client) -> None:
    name, now = register(login), int(time.time())
    for claims, secret in (
        ({"sub": name, "exp": now + 900}, f"not {SECRET}"),
        ({"sub": name, "exp": now - 1}, SECRET),
        ({"sub": name}, SECRET),
        ({"sub": f"not {name}", "exp": now + 900}, SECRET),
    ):
        token = jwt.encode(claims, secret, algorithm="HS256")
        assert login.get("/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    unsigned = jwt.encode({"sub": name, "exp": now + 900}, "", algorithm="none")
    assert login.get("/me", headers={"Authorization": f"Bearer {unsigned}"}).status_code == 401


# An upload

MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, Path]]:
    folder = tmp_path_factory.mktemp("uploads")
    with served("services.uploads", *WORKERS, UPLOADS=str(folder)) as client:
        yield client, folder


@pytest.mark.parametrize("size", [0, 6, 20 * MEBIBYTE])
def test_file_comes_back_as_it_was(uploads: tuple[httpx.Client, Path], size: int) -> None:
    client, _ = uploads
    content = os.urandom(size)
    stored = client.post("/files", files={"file": ("Überblick.html", content, "text/html")})
    assert (stored.status_code, stored.json()["filename"], stored.json()["size"]) == (201, "Überblick.html", size)
    answer = client.get(f"/files/{stored.json()['key']}")
    assert answer.content == content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["content-disposition"].endswith("; filename*=UTF-8''%C3%9Cberblick.html")


def test_name_of_a_file_is_no_path(uploads: tuple[httpx.Client, Path]) -> None:
    client, folder = uploads
    before = {path.name for path in folder.parent.iterdir()}
    stored = client.post("/files", files={"file": ("../../escaped.txt", b"hello")}).json()
    assert {path.name for path in folder.parent.iterdir()} == before
    assert (folder / stored["key"]).read_bytes() == b"hello"


def test_too_large_a_file_leaves_nothing(uploads: tuple[httpx.Client, Path]) -> None:
    client, folder = uploads
    before = set(folder.iterdir())
    answer = client.post("/files", files={"file": ("large", b"x" * (50 * MEBIBYTE + 1))})
    assert answer.status_code == 413
    assert set(folder.iterdir()) == before


# A chat with two workers


@contextmanager
def entered(client: httpx.Client, room: str, name: str) -> Iterator[tuple[ClientConnection, int]]:
    """Open a socket, and tell which worker it is at."""
    url = str(client.base_url).replace("http", "ws")
    with connect(f"{url}/rooms/{room}?name={name}", open_timeout=60) as socket:
        welcome: str = json.loads(socket.recv(60))["text"]
        yield socket, int(welcome.removeprefix("Welcome to worker ").removesuffix("."))


@contextmanager
def stopped(process: int) -> Iterator[None]:
    """Let a process stand still for the block."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


@pytest.mark.redis
@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no process can be stopped for a moment here")
def test_two_workers_share_a_room() -> None:
    needs_redis()
    room, other_room = uuid4().hex, uuid4().hex
    with ExitStack() as stack:
        client = stack.enter_context(served("services.chat", *WORKERS, CHAT_BROKER=REDIS_URL))
        ada, first = stack.enter_context(entered(client, room, "ada"))
        # While one worker stands still, the other takes who comes.
        with stopped(first):
            bob, second = stack.enter_context(entered(client, room, "bob"))
        assert first != second
        eve, _ = stack.enter_context(entered(client, other_room, "eve"))
        for speaker, name in ((ada, "ada"), (bob, "bob")):
            speaker.send(f"hello from {name}")
            said = {"name": name, "text": f"hello from {name}"}
            assert [json.loads(socket.recv(60)) for socket in (ada, bob)] == [said, said]
        # Nothing of it was said in another room.
        eve.send("anybody?")
        assert json.loads(eve.recv(60)) == {"name": "eve", "text": "anybody?"}
        bob.close()
        ada.send("gone?")
        assert json.loads(ada.recv(60))["text"] == "gone?"


# A cached endpoint


@pytest.mark.redis
def test_answer_of_one_worker_is_kept_for_all() -> None:
    needs_redis()
    # A name of its own: answers that an earlier test has left behind are those of another site.
    site = {"Host": f"{uuid4().hex}.example"}
    with served("caching", *WORKERS, REDIS_URL=REDIS_URL) as client:

        def ask(**headers: str) -> httpx.Response:
            # A connection for each, so that either worker may get it.
            return httpx.get(f"{client.base_url}/prices", headers={**site, **headers}, timeout=60)

        first = ask()
        hits: list[httpx.Response] = []
        deadline = time.monotonic() + 60
        # An answer is kept after it was sent, and a Redis that hesitates is not waited for: others may come in between.
        while len(hits) < 10:
            assert time.monotonic() < deadline
            answer = ask()
            assert answer.json() == {"tea": 350}
            if answer.headers["cache-status"].startswith("FasterAPI; hit; ttl="):
                hits.append(answer)
        personal = ask(Authorization="Bearer x")
    assert (first.json(), first.headers["cache-status"]) == ({"tea": 350}, "FasterAPI; fwd=miss")
    assert all(0 <= int(answer.headers["age"]) <= 60 for answer in hits)
    assert "cache-status" not in personal.headers


# A traced service

TRACE = "0af7651916cd43dd8448eb211c80319c"


def read_spans(text: str) -> list[dict[str, Any]]:
    """Return the objects that are printed one after the other."""
    found: list[dict[str, Any]] = []
    decoder, at = json.JSONDecoder(), text.find("{")
    while at >= 0:
        span, end = decoder.raw_decode(text, at)
        found.append(span)
        at = text.find("{", end)
    return found


def test_spans_of_a_request_are_told() -> None:
    pytest.importorskip("opentelemetry.sdk")
    printed: list[str] = []
    environ = {"OTEL_TRACES_EXPORTER": "console", "OTEL_SERVICE_NAME": "users"}
    continued = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
    with served("observability.traces", "--log-level", "warning", printed=printed, **environ) as client:
        assert client.get("/users/7", headers=continued).json() == "user 7"
        assert client.get("/users/ada").status_code == 422
    spans = read_spans(printed[0])
    inner, request = [span for span in spans if span["context"]["trace_id"] == f"0x{TRACE}"]
    assert (request["name"], request["parent_id"]) == ("GET /users/{user_id}", "0xb7ad6b7169203331")
    assert (inner["name"].rpartition(".")[2], inner["parent_id"]) == ("load_user", request["context"]["span_id"])
    assert request["attributes"]["http.response.status_code"] == 200
    assert {span["resource"]["attributes"]["service.name"] for span in spans} == {"users"}
    routed = [span["attributes"] for span in spans if span["name"] == "GET /users/{user_id}"]
    assert [found["url.path"] for found in routed] == ["/users/7", "/users/ada"]
