"""The benchmarks measure work that is really done.

They are not run here: each application answers each request a few times.
"""

import asyncio
import re
from pathlib import Path

import pytest

from tests.benchmarks import choices, loop
from tests.benchmarks.choice import CHOICES, Choice
from tests.benchmarks.exchange import Answer, check, running
from tests.benchmarks.in_process import measure
from tests.benchmarks.instructions import losses
from tests.benchmarks.lane import spread
from tests.benchmarks.machine import observe
from tests.benchmarks.peer import HAND, OURS, Peer, installed
from tests.benchmarks.table import choices_table, ratios_table, read, write
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


def test_figures_become_a_table() -> None:
    workload = WORKLOADS["get"]
    figures = measure(workload, [HAND, OURS], rounds=2, sample=0.001)
    assert figures["hand"].ratio == figures["hand"].low == figures["hand"].high == 1.0
    assert figures["ours"].microseconds > 0
    head, rule, row, *_ = ratios_table({"get": figures}, [workload], [HAND, OURS]).splitlines()
    assert head == f"| work | by hand | FasterAPI {OURS.version} |"
    assert rule == "|---|---:|---:|"
    assert re.fullmatch(r"\| GET, no argument \| \d+\.\d\d µs \| [\d.,]+ \([\d.,]+–[\d.,]+\) \|", row)


def test_choices_become_a_table() -> None:
    gain = choices.measure(CHOICES["digits"], WORKLOADS["path"], rounds=2, sample=0.001)
    assert min(gain.with_it, gain.without.microseconds, gain.without.ratio) > 0
    head, rule, row, *_ = choices_table({"digits": {"path": gain}}).splitlines()
    assert head == "| choice | work | with it | without | factor |"
    assert rule == "|---|---:|---:|---:|---:|"
    title, work, *figures = row.strip("| ").split(" | ")
    assert (title, work) == (
        "`int()` for texts of digits; otherwise: msgspec's lenient conversion for all",
        "GET, typed path parameter",
    )
    assert [re.sub(r"[\d.]+", "n", figure) for figure in figures] == ["n µs", "n µs", "n (n–n)"]


@pytest.mark.parametrize(
    ("values", "others", "said"),
    [
        ([3.0], [2.0], (1.5, 1.5, 1.5)),
        ([2.0, 8.0], [1.0, 2.0], (3.0, 2.5, 3.5)),
        # Two rounds in which the machine was busy: both slow, or one.
        ([10.0, 20.0, 40.0, 10.0, 10.0], [10.0, 20.0, 10.0, 5.0, 10.0], (1.0, 1.0, 2.0)),
    ],
)
def test_ratios_are_of_one_round(values: list[float], others: list[float], said: tuple[float, ...]) -> None:
    found = spread(values, others)
    assert (found.ratio, found.low, found.high) == said


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    conditions = observe(["msgspec", "no-such-package"])
    write("one", conditions, "| a |\n", {"figures": {"get": 1}}, tmp_path / "new")
    assert (tmp_path / "new" / "one.md").read_text(encoding="utf-8") == f"| a |\n\n{conditions.sentence()}\n"
    assert read("one", tmp_path / "new") == {"conditions": conditions.as_json(), "figures": {"get": 1}}
    assert list(conditions.packages) == ["msgspec"]
    assert read("two", tmp_path) is None


CONDITIONS = observe(["msgspec"]).as_json()
OTHER = CONDITIONS | {"python": "CPython 3.99.0"}


@pytest.mark.parametrize(
    ("ours", "hand", "conditions", "said"),
    [
        (1_100, 100, CONDITIONS, []),
        (1_111, 100, CONDITIONS, ["get: 11% more instructions; 1,000 then, 1,111 now"]),
        (1_300, 130, OTHER, []),
        (1_300, 100, OTHER, ["get: 30% more instructions, relative to those by hand; 1,000 then, 1,300 now"]),
        (500, 100, CONDITIONS, []),
    ],
)
def test_a_loss_is_told(ours: int, hand: int, conditions: dict[str, object], said: list[str]) -> None:
    then = {"conditions": CONDITIONS, "figures": {"get": {"ours": 1_000, "hand": 100}}}
    now = {"get": {"ours": ours, "hand": hand}, "new": {"ours": 9_999, "hand": 1}}
    assert losses(now, then, conditions) == said
