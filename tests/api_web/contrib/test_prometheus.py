import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from FasterAPI import Depends, Faster, HTTPException, StreamingResponse, TestClient
from tests.api_web.contrib.example import run_example
from tests.api_web.contrib.mounts import BELOW_MOUNTS, mount_everything

pytest.importorskip("prometheus_client")

from prometheus_client import Counter
from prometheus_client.parser import text_string_to_metric_families

from FasterAPI.contrib import prometheus as module
from FasterAPI.contrib.prometheus import Prometheus

ROOT = Path(__file__).parents[3]


def read(text: str) -> dict[tuple[str, ...], float]:
    """Return the samples of a page, by name and the labels' values."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def make_app(prometheus: Prometheus) -> Faster:
    app = Faster()
    app.install(prometheus)

    @app.get("/items/{item_id}")
    async def item(item_id: int) -> int:
        if item_id == 0:
            raise LookupError("none")
        return item_id

    return app


def test_first_example_runs() -> None:
    with TestClient(run_example(module)["app"]) as client:
        response = client.get("/metrics")
        assert "/metrics" not in client.get("/openapi.json").json()["paths"]
    assert response.headers["content-type"].startswith("text/plain; version=")
    assert read(response.text)["http_requests_in_progress", "GET"] == 1


def test_requests_are_counted_by_template() -> None:
    client = TestClient(make_app(Prometheus()), raise_server_exceptions=False)
    for path in ("/items/1", "/items/2", "/items/x", "/items/0", "/nowhere/1", "/nowhere/2"):
        client.get(path)
    client.delete("/items/1")
    client.request("BREW", "/items/1")
    samples = read(client.get("/metrics").text)
    counted = {key[1:]: value for key, value in samples.items() if key[0] == "http_requests_total"}
    assert counted == {
        ("GET", "/items/{item_id}", "200"): 2,
        ("GET", "/items/{item_id}", "422"): 1,
        ("GET", "/items/{item_id}", "500"): 1,
        ("GET", "unmatched", "404"): 2,
        ("DELETE", "unmatched", "405"): 1,
        ("other", "unmatched", "405"): 1,
    }
    assert samples["http_request_duration_seconds_count", "GET", "/items/{item_id}"] == 4
    assert samples["http_request_duration_seconds_bucket", "+Inf", "GET", "/items/{item_id}"] == 4


@pytest.mark.parametrize(("path", "template"), BELOW_MOUNTS)
def test_route_below_a_mount_has_its_prefix(path: str, template: str) -> None:
    prometheus = Prometheus()
    app = make_app(prometheus)
    mount_everything(app)
    client = TestClient(app)
    status = str(client.get(path).status_code)
    samples = read(client.get("/metrics").text)
    assert samples["http_requests_total", "GET", template, status] == 1
    assert samples["http_request_duration_seconds_count", "GET", template] == 1


def test_stream_is_measured_to_its_end_and_in_progress_until_then() -> None:
    prometheus = Prometheus()
    app = make_app(prometheus)
    seen = []

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        async def write() -> AsyncIterator[bytes]:
            yield b"a"
            seen.append(read(bytes(prometheus.tell().body).decode())["http_requests_in_progress", "GET"])
            time.sleep(0.06)
            yield b"b"

        return StreamingResponse(write())

    client = TestClient(app)
    client.get("/stream")
    samples = read(client.get("/metrics").text)
    assert seen == [1]
    assert samples["http_request_duration_seconds_bucket", "0.05", "GET", "/stream"] == 0
    assert samples["http_request_duration_seconds_count", "GET", "/stream"] == 1


def test_metrics_of_your_own_are_told_as_well() -> None:
    prometheus = Prometheus(path="/internal/metrics", prefix="shop")
    Counter("orders", "Orders.", registry=prometheus.registry).inc(3)
    samples = read(TestClient(make_app(prometheus)).get("/internal/metrics").text)
    assert samples[("orders_total",)] == 3
    assert samples["shop_requests_in_progress", "GET"] == 1


def test_metrics_can_be_guarded_or_served_elsewhere() -> None:
    async def refuse() -> None:
        raise HTTPException(403)

    assert TestClient(make_app(Prometheus(dependencies=[Depends(refuse)]))).get("/metrics").status_code == 403
    assert TestClient(make_app(Prometheus(path=None))).get("/metrics").status_code == 404


def test_two_applications_do_not_share_metrics() -> None:
    one, two = TestClient(make_app(Prometheus())), TestClient(make_app(Prometheus()))
    one.get("/items/1")
    assert ("http_requests_total", "GET", "/items/{item_id}", "200") not in read(two.get("/metrics").text)


def test_directory_has_to_exist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "none"))
    with pytest.raises(NotADirectoryError, match=r"none', which is no directory\. Make it first\.$"):
        make_app(Prometheus())


WORKER = """
import sys
from FasterAPI import Faster, TestClient
from FasterAPI.contrib.prometheus import Prometheus

app = Faster()
app.install(Prometheus())

@app.get("/items/{item_id}")
async def item(item_id: int) -> int:
    return item_id

with TestClient(app) as client:
    for number in range(int(sys.argv[1])):
        client.get(f"/items/{number}")
    print(client.get("/metrics").text)
"""


def test_any_process_tells_the_sum_of_all(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    pages = [
        subprocess.run(
            [sys.executable, "-c", WORKER, str(number)],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for number in (2, 3)
    ]
    samples = read(pages[1])
    assert samples["http_requests_total", "GET", "/items/{item_id}", "200"] == 5
    # The process that has ended has nothing in progress any more.
    assert samples["http_requests_in_progress", "GET"] == 1


KILLED = """
import os, signal
from FasterAPI import Faster, TestClient
from FasterAPI.contrib.prometheus import Prometheus

app = Faster()
app.install(Prometheus())

@app.get("/")
async def end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)

TestClient(app).get("/")
"""


@pytest.mark.skipif(os.name != "posix", reason="nobody can be asked there whether he lives")
def test_what_a_killed_process_had_in_progress_is_over(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    killed = subprocess.run([sys.executable, "-c", KILLED], env=environment, cwd=ROOT, check=False)
    assert killed.returncode < 0
    assert list(tmp_path.glob("gauge_live*"))
    page = subprocess.run(
        [sys.executable, "-c", WORKER, "1"], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert read(page)["http_requests_in_progress", "GET"] == 1
