"""The benchmarks measure work that is really done.

They are not run here: each application answers each request a few times.
"""

import asyncio

import pytest

from tests.benchmarks import choices, loop
from tests.benchmarks.choice import CHOICES, Choice
from tests.benchmarks.exchange import Answer, check, running
from tests.benchmarks.peer import HAND, OURS, Peer, installed
from tests.benchmarks.undone.source import Lenient
from tests.benchmarks.workload import WORKLOADS, Workload

workloads = pytest.mark.parametrize("workload", list(WORKLOADS.values()), ids=list(WORKLOADS))


async def once(peer: Peer, workload: Workload) -> None:
    application = peer.application(workload.application)
    async with running(application):
        await check(application, workload, peer.title)


@workloads
@pytest.mark.parametrize("peer", [HAND, OURS], ids=lambda peer: peer.key)
def test_the_work_is_done(peer: Peer, workload: Workload) -> None:
    asyncio.run(once(peer, workload))


async def once_without(choice: Choice, workload: Workload) -> None:
    application, around = choices.make(choice, workload)
    async with around():
        await check(application, workload, choice.title)


@pytest.mark.parametrize(
    ("choice", "workload"),
    [
        pytest.param(choice, workload, id=f"{key}-{workload.key}")
        for key, choice in CHOICES.items()
        for workload in choice.chosen()
    ],
)
def test_the_work_is_done_without_a_choice(choice: Choice, workload: Workload) -> None:
    loop.run(once_without(choice, workload))


def test_a_choice_that_is_not_there_cannot_be_undone() -> None:
    workload = WORKLOADS["get"]
    with pytest.raises(LookupError, match="Lenient finds nothing to undo in:\nasync def endpoint"):
        choices.make(Choice("", "", ("get",), Lenient()), workload)


@pytest.mark.parametrize("workload", [workload for workload in WORKLOADS.values() if workload.floor])
def test_a_floor_takes_the_whole_request(workload: Workload) -> None:
    pytest.importorskip("python_multipart")
    left = workload.request.messages[::-1]

    async def receive() -> object:
        return left.pop()

    assert workload.floor is not None
    asyncio.run(workload.floor(workload.request.scope(), receive, None))  # type: ignore[arg-type]
    assert left == []


def test_work_that_is_not_done_is_noticed() -> None:
    async def lazy(scope: object, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b'{"item_id": 41}'})  # type: ignore[operator]

    with pytest.raises(AssertionError, match="by hand, path: 200"):
        asyncio.run(check(lazy, WORKLOADS["path"], "by hand"))


def test_input_that_is_not_looked_at_is_noticed() -> None:
    async def credulous(scope: object, receive: object, send: object) -> None:
        head = [(b"content-type", b"application/json"), (b"content-length", b"14")]
        await send({"type": "http.response.start", "status": 200, "headers": head})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b'{"item_id":42}'})  # type: ignore[operator]

    with pytest.raises(AssertionError, match=r"forty-two.* is answered with"):
        asyncio.run(check(credulous, WORKLOADS["path"], "by hand"))


def test_a_header_line_that_comes_twice_is_noticed() -> None:
    twice = [(b"vary", b"Origin"), (b"vary", b"Origin")]
    with pytest.raises(AssertionError, match="came twice"):
        asyncio.run(Answer().take({"type": "http.response.start", "status": 200, "headers": twice}))


def test_the_one_by_hand_is_always_there() -> None:
    peers, missing = installed(["ours"])
    assert ([peer.key for peer in peers], missing) == (["hand", "ours"], [])
