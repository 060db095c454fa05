"""Several processes: replaced when they die, renewed one by one, stopped together and with their parent."""

import contextlib
import os
import signal
import sys
from pathlib import Path

import pytest

pytest.importorskip("uvicorn")

from FasterAPI.workers import STARTUP_FAILURE, Workers
from tests.core.spawned import Spawned, spawned

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")

# Workers that serve nothing: they say who they are, and do what a file tells them.
PROGRAM = """
import contextlib
import os
import pathlib
import signal
import sys
import time

from FasterAPI.workers import Workers


def work(report, folder):
    stopping = []
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: stopping.append(number))
    deed = (pathlib.Path(folder) / "deed").read_text()
    if deed == "fail":
        sys.exit(3)
    print(f"worker {os.getpid()} serves", flush=True)
    with contextlib.suppress(BrokenPipeError):  # the parent may be gone
        report()
    while not stopping or deed == "ignore":
        time.sleep(0.01)
    print(f"worker {os.getpid()} stops", flush=True)


if __name__ == "__main__":
    import logging

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    print(f"parent {os.getpid()}", flush=True)
    deadline = 0.5 if (pathlib.Path.cwd() / "deed").read_text() == "ignore" else 60
    sys.exit(Workers(work, (os.getcwd(),), 2, deadline=deadline).run())
"""

SERVES = r"worker (\d+) serves"
STOPS = r"worker (\d+) stops"


def start(folder: Path, deed: str = "serve") -> None:
    (folder / "main.py").write_text(PROGRAM)
    (folder / "deed").write_text(deed)


def running(folder: Path) -> contextlib.AbstractContextManager[Spawned]:
    return spawned(["main.py"], folder, listening=None)


def test_all_stop_together(tmp_path: Path) -> None:
    start(tmp_path)
    with running(tmp_path) as parent:
        served = parent.wait_for(SERVES, count=2)
        parent.signal()
        assert parent.end() == 0
        assert sorted(parent.wait_for(STOPS, count=2)) == sorted(served)


def test_one_that_dies_is_replaced(tmp_path: Path) -> None:
    start(tmp_path)
    with running(tmp_path) as parent:
        first = parent.wait_for(SERVES, count=2)[0]
        os.kill(int(first), signal.SIGKILL)
        third = parent.wait_for(SERVES, count=3)[2]
        assert f"Worker {first} died with status -9" in parent.text
        assert third not in parent.wait_for(SERVES, count=2)[:2]
        parent.signal()
        assert parent.end() == 0


def test_they_are_renewed_one_by_one(tmp_path: Path) -> None:
    start(tmp_path)
    with running(tmp_path) as parent:
        former = parent.wait_for(SERVES, count=2)
        parent.signal(signal.SIGHUP)
        stopped = parent.wait_for(STOPS, count=2)
        assert sorted(stopped) == sorted(former)
        words = [line.split()[2] for line in parent.lines if line.startswith("worker ")]
        assert words == ["serves", "serves", "serves", "stops", "serves", "stops"]
        parent.signal()
        assert parent.end() == 0


def test_a_renewal_that_fails_leaves_the_former_ones(tmp_path: Path) -> None:
    start(tmp_path)
    with running(tmp_path) as parent:
        parent.wait_for(SERVES, count=2)
        (tmp_path / "deed").write_text("fail")
        parent.signal(signal.SIGHUP)
        parent.wait_for("did not start; the others go on as they are")
        assert "stops" not in parent.text
        parent.signal()
        assert parent.end() == 0
        assert len(parent.wait_for(STOPS, count=2)) == 2


def test_one_that_cannot_start_stops_them_all(tmp_path: Path) -> None:
    start(tmp_path, "fail")
    with running(tmp_path) as parent:
        assert parent.end() == STARTUP_FAILURE
        assert "could not start; all are stopped" in parent.text


def test_one_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    start(tmp_path, "ignore")
    with running(tmp_path) as parent:
        parent.wait_for(SERVES, count=2)
        parent.signal()
        assert parent.end() == 1
        assert parent.text.count("did not end in time and is killed") == 2


def test_they_do_not_outlive_their_parent(tmp_path: Path) -> None:
    start(tmp_path)
    with running(tmp_path) as parent:
        served = parent.wait_for(SERVES, count=2)
        parent.process.kill()
        assert sorted(parent.wait_for(STOPS, count=2)) == sorted(served)


def test_the_signals_of_the_caller_come_back() -> None:
    def never(number: int, frame: object) -> None:
        raise AssertionError(number)

    former = signal.signal(signal.SIGTERM, never)
    try:
        workers = Workers(_end_at_once, (), 1, deadline=1)
        assert workers.run() == STARTUP_FAILURE
        assert signal.getsignal(signal.SIGTERM) is never
    finally:
        signal.signal(signal.SIGTERM, former)


def _end_at_once(report: object) -> None:
    """End without having served."""
