import io
import json
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from FasterAPI import Faster, RequestIDMiddleware, TestClient
from tests.api_web.contrib.example import run_example

pytest.importorskip("structlog")

import structlog

from FasterAPI.contrib import structlog as module
from FasterAPI.contrib.structlog import configure_structlog


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    uvicorn = [logging.getLogger(name) for name in ("uvicorn", "uvicorn.error", "uvicorn.access")]
    former = [(logger, logger.handlers[:], logger.level, logger.propagate) for logger in (root, *uvicorn)]
    for logger in uvicorn:
        # A server that ran in this process before may have left its own.
        logger.setLevel(logging.NOTSET)
    yield
    for logger, handlers, level, propagate in former:
        logger.handlers[:], logger.propagate = handlers, propagate
        logger.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_first_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    with TestClient(run_example(module)["app"]) as client:
        response = client.post("/orders?product=tea")
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"ordered"' in line]
    assert {key: line[key] for key in ("event", "product", "level", "request_id")} == {
        "event": "ordered",
        "product": "tea",
        "level": "info",
        "request_id": response.headers["x-request-id"],
    }
    assert line["timestamp"].endswith("Z")


def test_standard_library_comes_out_in_the_same_form() -> None:
    stream = io.StringIO()
    assert configure_structlog(stream=stream) is structlog
    structlog.get_logger("ours").info("hello", n=1)
    logging.getLogger("theirs").warning("hello %s", "you", extra={"n": 2})
    logging.getLogger("uvicorn.error").info("started")
    found = [{key: line.get(key) for key in ("event", "level", "logger", "n")} for line in lines(stream)]
    assert found == [
        {"event": "hello", "level": "info", "logger": "ours", "n": 1},
        {"event": "hello you", "level": "warning", "logger": "theirs", "n": 2},
        {"event": "started", "level": "info", "logger": "uvicorn.error", "n": None},
    ]


def test_traceback_is_one_line_of_json() -> None:
    stream = io.StringIO()
    configure_structlog(stream=stream)
    app = Faster()
    app.add_middleware(RequestIDMiddleware)

    @app.get("/")
    async def fail() -> None:
        raise LookupError("lost")

    response = TestClient(app, raise_server_exceptions=False).get("/")
    (line,) = [line for line in lines(stream) if line["level"] == "error"]
    assert line["request_id"] == response.headers["x-request-id"]
    assert (line["exception"][0]["exc_type"], line["exception"][0]["exc_value"]) == ("LookupError", "lost")


@pytest.mark.parametrize("json_format", [True, False])
def test_traceback_tells_no_values_of_variables(json_format: bool) -> None:
    stream = io.StringIO()
    configure_structlog(stream=stream, json_format=json_format)

    def log_in(password: str) -> None:
        raise LookupError("lost")

    try:
        log_in("hunter" + "2")
    except LookupError:
        structlog.get_logger("ours").exception("failed")
        logging.getLogger("theirs").exception("failed")
    assert stream.getvalue().count("LookupError") >= 2
    assert "log_in" in stream.getvalue()
    assert "hunter2" not in stream.getvalue()


def test_line_break_in_a_value_begins_no_line() -> None:
    stream = io.StringIO()
    configure_structlog(stream=stream)
    structlog.get_logger().info("login", name='ada"\n{"event": "forged"}')
    assert [line["event"] for line in lines(stream)] == ["login"]
    stream = io.StringIO()
    configure_structlog(stream=stream, json_format=False)
    structlog.get_logger().info("login", name="ada\nforged")
    assert len(stream.getvalue().splitlines()) == 1


@pytest.mark.parametrize(("level", "events"), [("warning", ["b"]), (logging.INFO, ["a", "b"])])
def test_level_holds_for_both(level: str | int, events: list[str]) -> None:
    stream = io.StringIO()
    configure_structlog(stream=stream, log_level=level)
    for log in (structlog.get_logger("ours"), logging.getLogger("theirs")):
        log.info("a")
        log.warning("b")
    assert [line["event"] for line in lines(stream)] == events * 2


def test_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^There is no log level 'LOUD'\. Write one of DEBUG, INFO"):
        configure_structlog(log_level="LOUD")


def test_processors_of_your_own_see_every_event() -> None:
    def hide(logger: Any, method: str, event: Any) -> Any:
        return {**event, "password": "***"} if "password" in event else event

    stream = io.StringIO()
    configure_structlog(stream=stream, processors=[hide])
    structlog.get_logger().info("login", password="secret")
    logging.getLogger("theirs").info("login", extra={"password": "secret"})
    assert [line["password"] for line in lines(stream)] == ["***", "***"]


def test_people_get_text() -> None:
    stream = io.StringIO()
    configure_structlog(stream=stream, json_format=False)
    structlog.get_logger().info("hello", n=1)
    assert "hello" in stream.getvalue()
    assert "n=1" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


SERVED = """
import structlog

from FasterAPI import Faster
from FasterAPI.contrib.structlog import configure_structlog

configure_structlog(json_format=True)
app = Faster()


@app.get("/")
async def root() -> None:
    structlog.get_logger("shop").info("asked")
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_server_comes_out_in_the_same_form(tmp_path: Path, workers: int) -> None:
    pytest.importorskip("httpx")
    (tmp_path / "logged.py").write_text(SERVED, "utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["-m", "FasterAPI", "run", "logged:app", "--port", str(port), "--workers", str(workers)]
    process = subprocess.Popen(
        [sys.executable, *command], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        ask(f"http://127.0.0.1:{port}/", process)
    finally:
        process.terminate()
        printed = process.communicate(timeout=60)[0]
    # The command itself says where it serves, before the server is asked for anything.
    logged = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    rest = [line for line in printed.splitlines() if not line.startswith(("{", "  ", "FasterAPI serves "))]
    assert rest == []
    events = {(line["logger"], line["event"].partition(" ")[0]) for line in logged}
    assert {("shop", "asked"), ("uvicorn.access", "127.0.0.1:"), ("uvicorn.error", "Started")} <= {
        (logger, event.rstrip("0123456789")) for logger, event in events
    }
    assert all("color_message" not in line for line in logged)


def ask(url: str, process: "subprocess.Popen[str]") -> None:
    """Ask a server that may not have started yet."""
    import httpx

    deadline = time.monotonic() + 60
    while True:
        try:
            assert httpx.get(url, timeout=60).status_code == 200
        except httpx.TransportError:
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return
