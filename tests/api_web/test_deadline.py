"""The time that a process has to end, and what happens when it is over."""

import subprocess
import sys
import time

import pytest

pytest.importorskip("uvicorn")

from FasterAPI.deadline import Deadline


def test_time_runs_from_the_start_on() -> None:
    deadline = Deadline(100)
    assert deadline.remaining == 100
    time.sleep(0.01)
    assert deadline.remaining == 100
    deadline.start(enforce=False)
    time.sleep(0.01)
    assert 0 < deadline.remaining < 100


def test_nothing_remains_after_the_end() -> None:
    deadline = Deadline(0.01)
    deadline.start(enforce=False)
    time.sleep(0.05)
    assert deadline.remaining == 0.0


def test_a_second_start_changes_nothing() -> None:
    deadline = Deadline(10)
    deadline.start(enforce=False)
    time.sleep(0.01)
    deadline.start(enforce=False)
    assert deadline.remaining < 9.995


def run(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)


def test_a_process_that_hangs_is_ended_and_says_where() -> None:
    done = run(
        "import threading, time\n"
        "from FasterAPI.deadline import Deadline\n"
        "begun = threading.Event()\n"
        "def wait_for_ever():\n"
        "    begun.set(), time.sleep(60)\n"
        "threading.Thread(target=wait_for_ever, name='the-thread').start()\n"
        "begun.wait()\n"
        "Deadline(0.1).start(enforce=True)\n"
    )
    assert done.returncode == 1
    assert "The process did not end within 0.1 seconds and is ended now." in done.stderr
    assert "the-thread in wait_for_ever (<string>:5)" in done.stderr


def test_a_process_that_ends_is_left_alone() -> None:
    done = run("from FasterAPI.deadline import Deadline\nDeadline(60).start(enforce=True)\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
