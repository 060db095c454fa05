"""Figures of the benchmarks become ratios, tables and warnings."""

import operator
import os
import pickle
import re
import sys
from pathlib import Path

import pytest

from tests.benchmarks import choices, concurrency, readme
from tests.benchmarks.__main__ import parse
from tests.benchmarks.alone import alone
from tests.benchmarks.choice import CHOICES
from tests.benchmarks.in_process import measure
from tests.benchmarks.instructions import losses
from tests.benchmarks.lane import spread
from tests.benchmarks.machine import observe
from tests.benchmarks.peer import HAND, OURS
from tests.benchmarks.process import started
from tests.benchmarks.server import Sample, summarise
from tests.benchmarks.servers import SERVERS
from tests.benchmarks.table import (
    changes_table,
    choices_table,
    concurrency_table,
    ratios_table,
    read,
    server_table,
    servers_table,
    write,
)
from tests.benchmarks.workload import WORKLOADS
from tests.benchmarks.wrk import read as read_wrk


def test_figures_become_a_table() -> None:
    workload = WORKLOADS["get"]
    figures = measure(workload, [HAND, OURS], rounds=2, sample=0.001)
    assert figures["hand"].ratio == figures["hand"].low == figures["hand"].high == 1.0
    assert figures["ours"].microseconds > 0
    head, rule, row, *_ = ratios_table({"get": figures}, [workload], [HAND, OURS]).splitlines()
    assert head == f"| work | by hand | FasterAPI {OURS.version} |"
    assert rule == "|---|---:|---:|"
    assert re.fullmatch(r"\| GET, no argument \| \d+\.\d\d µs \| [\d.,]+ \([\d.,]+–[\d.,]+\) \|", row)


def test_functions_beside_the_loop_become_a_table() -> None:
    job = concurrency.Job("a moment", 0.01, content=10)
    figures = concurrency.measure(rounds=1, sample=0.0001, jobs=[job])
    assert set(figures["a moment"]) == set(concurrency.WAYS)
    assert all(min(one.milliseconds, one.ratio) > 0 for one in figures["a moment"].values())
    head, rule, row, *_ = concurrency_table(figures).splitlines()
    assert head == ("| keeps a processor busy for | on the loop | in threads | in subinterpreters | in processes |")
    assert rule == "|---|---:|---:|---:|---:|"
    assert re.sub(r"[\d.,]+", "n", row) == "| a moment | n msn n ms | n n ms | n n ms | n n ms |"


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


BY_HAND = [Sample(10_000, 20.0, 4.0), Sample(5_000, 40.0, 9.0), Sample(20_000, 20.0, 3.0)]
OF_OURS = [Sample(9_000, 25.0, 4.0), Sample(5_000, 40.0, 8.0), Sample(16_000, 23.0, 3.0)]


def test_loads_become_tables() -> None:
    workload = WORKLOADS["get"]
    loads = {"hand": summarise(BY_HAND, BY_HAND), "ours": summarise(OF_OURS, BY_HAND)}
    assert (loads["ours"].per_second, loads["ours"].p99) == (9_000, 4.0)
    lines = server_table({"get": loads}, [workload], [HAND, OURS]).splitlines()
    assert "| GET, no argument | 10,000/s | 0.90 (0.85–0.95) |" in lines
    assert "| GET, no argument | 20 µs | 1.15 (1.07–1.20) |" in lines
    first, second, *_ = SERVERS
    found = servers_table({"get": {first: loads["hand"], second: loads["ours"]}}, [workload]).splitlines()
    assert found[2] == f"| {SERVERS[first].title} | GET, no argument | 10,000/s | 1.00 (1.00–1.00) | 20 µs |"
    assert found[3] == f"| {SERVERS[second].title} | GET, no argument | 9,000/s | 0.90 (0.85–0.95) | 25 µs |"


WRK = """Running 1s test @ http://127.0.0.1:8000/
  1 threads and 16 connections
  Latency Distribution
     50%  812.00us
     99%    {latency}
  30209 requests in 1.10s, 4.12MB read
Requests/sec:  27462.73
"""


@pytest.mark.parametrize(("latency", "milliseconds"), [("850.00us", 0.85), ("2.50ms", 2.5), ("1.20s", 1_200.0)])
def test_what_wrk_says_is_read(latency: str, milliseconds: float) -> None:
    said = read_wrk(WRK.format(latency=latency))
    assert (said.answered, said.per_second) == (30_209, 27_462.73)
    assert said.p99 == pytest.approx(milliseconds)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (WRK.format(latency="2.50ms") + "  Non-2xx or 3xx responses: 12\n", "wrk saw errors"),
        ("unable to connect to 127.0.0.1:8000 Connection refused\n", "wrk did not report"),
    ],
)
def test_what_wrk_cannot_do_is_an_error(text: str, said: str) -> None:
    with pytest.raises(RuntimeError, match=said):
        read_wrk(text)


PARENT = "import subprocess, sys; subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE).wait()"
CHILD = """
import sys, time
while time.process_time() < 0.5:
    pass
print("done", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc on this system")
def test_time_of_children_counts() -> None:
    with started([sys.executable, "-c", PARENT, sys.executable, "-c", CHILD]) as process:
        assert process.output.readline() == "done\n"
        assert process.cpu_seconds() >= 0.5


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
    assert f"{len(said)} of 1 have lost more than 10%" in changes_table(now, then, conditions) or not said


def test_changes_become_a_table() -> None:
    then = {"conditions": CONDITIONS, "figures": {"get": {"ours": 1_000, "hand": 100}}}
    told = changes_table({"get": {"ours": 950, "hand": 50}}, then, CONDITIONS).splitlines()
    day = CONDITIONS["date"]
    assert told[0] == f"| FasterAPI's instructions | on {day} | now | change |"
    assert told[2:] == [
        "| GET, no argument | 1,000 | 950 | -5.0% |",
        "",
        f"Compared by instructions. None has lost more than 10% since {day}.",
    ]
    assert "| 1,000 | 950 | +90.0% |" in changes_table({"get": {"ours": 950, "hand": 50}}, then, OTHER)


FEW = {
    "conditions": {"python": "CPython 3.13.0", "processor": "a processor", "date": "2026-11-22"},
    "loop": "uvloop",
    "figures": {
        "get": {"hand": {"ratio": 1.0}, "ours": {"ratio": 1.0625}, "fast_api": {"ratio": 38.5}},
        "upload": {"hand": {"ratio": 1.0}, "ours": {"ratio": 1.5}, "fast_api": {"ratio": 2.25}},
    },
}
SUMMARY = """\
| CPU time of a request, by hand = 1 | FasterAPI | FastAPI |
|---|---:|---:|
| GET, no argument | 1.06 | 38 |
| Upload of 1 MiB | 1.50 | 2.25 |

CPython 3.13.0, uvloop, a processor, 2026-11-22; all peers in one run, in turns.
"""


def test_figures_become_the_readme() -> None:
    text = f"# One\n\n{readme.BEGIN}old\n{readme.END}\n## Two\n"
    written = readme.rewritten(text, FEW)
    assert written == f"# One\n\n{readme.BEGIN}\n{SUMMARY}\n{readme.END}\n## Two\n"
    assert readme.rewritten(written, FEW) == written


@pytest.mark.parametrize(
    "text", ["", readme.BEGIN, readme.END, readme.BEGIN * 2 + readme.END, readme.END + readme.BEGIN]
)
def test_a_readme_without_marks_is_left_alone(text: str) -> None:
    with pytest.raises(ValueError, match="each once"):
        readme.rewritten(text, FEW)


def test_the_readme_says_what_was_measured() -> None:
    text, written = readme.README.read_text(encoding="utf-8"), read("in-process")
    assert written is not None
    assert readme.rewritten(text, written) == text, "run `hatch run bench:readme`"


@pytest.mark.parametrize("part", [["--workloads", "get"], ["--peers", "ours"], ["--choices", "door"]])
def test_only_whole_tables_are_saved(part: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert not parse(["all", *part]).save
    with pytest.raises(SystemExit):
        parse(["all", "--save", *part])
    assert "--save writes whole tables" in capsys.readouterr().err


def test_whole_tables_are_saved() -> None:
    options = parse(["all", "--save", "--rounds", "3"])
    assert (options.save, options.rounds, options.workloads, options.choices) == (True, 3, [*WORKLOADS], [*CHOICES])


def test_a_measurement_has_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MALLOC_TRIM_THRESHOLD_", raising=False)
    assert alone(os.getpid) != os.getpid()
    assert alone(os.getenv, "MALLOC_TRIM_THRESHOLD_") is not None
    assert os.getenv("MALLOC_TRIM_THRESHOLD_") is None
    with pytest.raises(ZeroDivisionError):
        alone(operator.truediv, 1, 0)


def test_what_is_measured_can_be_sent_to_a_process() -> None:
    sent = pickle.loads(pickle.dumps([*WORKLOADS.values(), *CHOICES.values(), HAND, OURS]))
    assert [one.title for one in sent[: len(WORKLOADS)]] == [workload.title for workload in WORKLOADS.values()]
