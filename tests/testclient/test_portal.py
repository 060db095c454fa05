"""faster_testclient.portal"""

from __future__ import annotations

import asyncio
import contextvars
import gc
import signal
import subprocess
import sys
import threading
import time
from typing import Any

import pytest

from faster_testclient import TestClient
from faster_testclient.portal import Portal
from tests.testclient.apps import body, sending, start

VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("VARIABLE")


@pytest.fixture
def portal() -> Any:
    made = Portal()
    yield made
    made.close()


def thread_of(portal: Portal) -> threading.Thread:
    async def current() -> threading.Thread:
        return threading.current_thread()

    return portal.call(current)


async def loop_id() -> int:
    return id(asyncio.get_running_loop())


def test_calls_run_on_one_loop_in_another_thread(portal: Portal) -> None:
    async def here(first: int, second: int) -> tuple[int, int, int]:
        return first + second, id(asyncio.get_running_loop()), threading.get_ident()

    first, second = portal.call(here, 1, 2), portal.call(here, 3, 4)
    assert (first[0], second[0]) == (3, 7)
    assert first[1:] == second[1:]
    assert first[2] != threading.get_ident()


def test_a_call_sees_the_callers_context_and_leaves_it_alone(portal: Portal) -> None:
    async def look() -> str:
        seen = VARIABLE.get()
        VARIABLE.set("changed")
        return seen

    VARIABLE.set("mine")
    assert portal.call(look) == "mine"
    assert VARIABLE.get() == "mine"


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), SystemExit(3), asyncio.CancelledError()])
def test_every_exception_reaches_the_caller_and_the_loop_lives_on(portal: Portal, error: BaseException) -> None:
    async def fail() -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        portal.call(fail)
    assert caught.value is error
    assert isinstance(portal.call(loop_id), int)


def test_a_call_from_its_own_loop_is_refused(portal: Portal) -> None:
    async def inside() -> None:
        portal.call(loop_id)

    with pytest.raises(RuntimeError, match="was called from the event loop that runs its application"):
        portal.call(inside)


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="this system sends no signals to threads")
def test_an_interrupted_call_is_cancelled(portal: Portal) -> None:
    events: list[str] = []

    called = threading.Event()

    async def endless() -> None:
        called.set()
        try:
            await asyncio.Event().wait()
        finally:
            events.append("cancelled")

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    caller = threading.main_thread().ident
    assert caller is not None

    def send() -> None:
        # To the thread that waits for the call, and only when it does.
        called.wait(60)
        while sys._current_frames()[caller].f_code.co_name != "wait":
            time.sleep(0.001)
        signal.pthread_kill(caller, signal.SIGALRM)

    before = signal.signal(signal.SIGALRM, interrupt)
    sender = threading.Thread(target=send)
    try:
        with pytest.raises(KeyboardInterrupt):
            sender.start()
            portal.call(endless)
    finally:
        signal.signal(signal.SIGALRM, before)
        sender.join()
    portal.call(asyncio.sleep, 0)
    assert events == ["cancelled"]


def test_close_cancels_what_runs_and_ends_the_thread() -> None:
    portal = Portal()
    events: list[str] = []

    async def begin() -> None:
        async def endless() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                events.append("cancelled")

        portal_tasks.append(asyncio.create_task(endless()))
        await asyncio.sleep(0)

    portal_tasks: list[asyncio.Task[None]] = []
    portal.call(begin)
    thread = thread_of(portal)
    portal.close()
    portal.close()
    assert events == ["cancelled"]
    assert portal.closed
    assert not thread.is_alive()
    with pytest.raises(RuntimeError, match="is closed"):
        portal.call(loop_id)


def test_a_forgotten_portal_ends_its_thread() -> None:
    portal = Portal()
    thread = thread_of(portal)
    del portal
    gc.collect()
    thread.join(60)
    assert not thread.is_alive()


def test_a_forgotten_client_ends_its_thread() -> None:
    client = TestClient(sending(start(), body()))
    client.get("/")
    thread = thread_of(client.portal)
    del client
    gc.collect()
    thread.join(60)
    assert not thread.is_alive()


def test_nothing_is_said_at_the_end_of_the_interpreter() -> None:
    program = """
import asyncio
from faster_testclient.portal import Portal

tasks = []

async def endless():
    tasks.append(asyncio.create_task(asyncio.Event().wait()))

portal = Portal()
portal.call(endless)
"""
    ended = subprocess.run([sys.executable, "-X", "dev", "-c", program], capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
