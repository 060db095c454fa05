"""The tiers, one after the other: measure, print, write."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tests.benchmarks import (
    choices,
    concurrency,
    in_process,
    instructions,
    loop,
    readme,
    server,
    servers,
    startup,
    table,
    wrk,
)
from tests.benchmarks.alone import alone
from tests.benchmarks.choice import CHOICES
from tests.benchmarks.machine import Conditions, observe, pinned
from tests.benchmarks.peer import HAND, OURS, PEERS, Peer
from tests.benchmarks.workload import Workload

__all__ = ["Run"]

_PACKAGES = ("msgspec", "pydantic", "python-multipart", "uvicorn", "uvloop", "httptools")
_APPLICATIONS = ("plain", "crowded", "wrapped")
_SERVED = ("get", "post")


@dataclass(frozen=True)
class Run:
    """What is to be measured, and how long.

    Args:
        peers: The applications that are compared.
        workloads: The rows.
        chosen: The keys of the choices that are undone.
        rounds: How many rounds; None for what each tier has by itself.
        sample: Seconds of CPU time for each application in a round of the tiers without a server.
        save: Whether the documentation's tables are written anew.
    """

    peers: Sequence[Peer]
    workloads: Sequence[Workload]
    chosen: Sequence[str]
    rounds: int | None
    sample: float
    save: bool

    def in_process(self) -> None:
        """Measure the first tier."""
        conditions, rounds, figures = observe(_PACKAGES), self.rounds or 31, {}
        with pinned(0):
            for workload in self.workloads:
                print(f"  {workload.title}", file=sys.stderr, flush=True)
                figures[workload.key] = alone(
                    in_process.measure, workload, self.peers, rounds=rounds, sample=self.sample
                )
        text = table.ratios_table(figures, self.workloads, self.peers)
        said = {key: {peer: asdict(figure) for peer, figure in row.items()} for key, row in figures.items()}
        self._finish("in-process", conditions, text, {"loop": loop.NAME, "rounds": rounds, "figures": said})
        if self.save:
            self.readme()

    def choices(self) -> None:
        """Measure what each choice of the design bought."""
        conditions, rounds = observe(_PACKAGES), self.rounds or 31
        asked = {workload.key for workload in self.workloads}
        gains: dict[str, dict[str, choices.Gain]] = {}
        with pinned(0):
            for key in self.chosen:
                print(f"  {CHOICES[key].title}", file=sys.stderr, flush=True)
                gains[key] = {
                    workload.key: alone(choices.measure, CHOICES[key], workload, rounds=rounds, sample=self.sample)
                    for workload in CHOICES[key].chosen()
                    if workload.key in asked
                }
        said = {key: {work: asdict(gain) for work, gain in row.items()} for key, row in gains.items()}
        figures = {"loop": loop.NAME, "rounds": rounds, "figures": said}
        self._finish("choices", conditions, table.choices_table(gains), figures)

    def server(self) -> None:
        """Measure the tier over uvicorn, where wrk is."""
        if missing := wrk.available():
            print(f"Skipped: {missing}.", file=sys.stderr)
            return
        conditions = observe(_PACKAGES)
        workloads = [workload for workload in self.workloads if workload.request.kind == "http"]
        loads: dict[str, dict[str, server.Load]] = {}
        for name in _APPLICATIONS:
            chosen = [workload for workload in workloads if workload.application == name]
            if chosen:
                print(f"  {', '.join(workload.title for workload in chosen)}", file=sys.stderr, flush=True)
                loads |= server.measure(chosen, self.peers, rounds=self.rounds or 21, seconds=1)
        memory = {peer.key: server.memory_of_worker(peer) for peer in self._stocked()}
        text = table.server_table(loads, workloads, self.peers) + "\n" + table.memory_table(memory, self._stocked())
        said = {key: {peer: asdict(load) for peer, load in row.items()} for key, row in loads.items()}
        self._finish("server", conditions, text, {"figures": said, "memory": memory})

    def servers(self) -> None:
        """Measure one application behind several servers, where wrk is."""
        if missing := wrk.available():
            print(f"Skipped: {missing}.", file=sys.stderr)
            return
        conditions = observe((*_PACKAGES, "granian", "hypercorn", "h11"))
        keys = [key for key, one in servers.SERVERS.items() if one.present]
        workloads = [workload for workload in self.workloads if workload.key in _SERVED]
        loads = {}
        for workload in workloads:
            print(f"  {workload.title}", file=sys.stderr, flush=True)
            loads[workload.key] = servers.measure(workload, keys, rounds=self.rounds or 9, seconds=1)
        said = {key: {one: asdict(load) for one, load in row.items()} for key, row in loads.items()}
        self._finish("servers", conditions, table.servers_table(loads, workloads), {"figures": said})

    def startup(self) -> None:
        """Measure starts and imports."""
        conditions = observe(_PACKAGES)
        peers = self._stocked()
        starts = {}
        for routes in (500, 1_000):
            print(f"  {routes} routes", file=sys.stderr, flush=True)
            starts[routes] = {peer.key: startup.start(peer, routes, repeat=self.rounds or 3) for peer in peers}
        packages = [peer.package for peer in peers if peer is not HAND]
        imports = {package: startup.import_time(package, repeat=self.rounds or 7) for package in packages}
        added = startup.added_import(repeat=self.rounds or 31)
        text = table.starts_table(starts, peers) + "\n" + table.imports_table(imports, added)
        said = {str(routes): {key: asdict(one) for key, one in row.items()} for routes, row in starts.items()}
        figures: dict[str, Any] = {
            "starts": said,
            "imports": {key: asdict(one) for key, one in imports.items()},
            "added_import": asdict(added),
        }
        self._finish("startup", conditions, text, figures)

    def concurrency(self) -> None:
        """Measure functions that keep a processor busy, beside the event loop."""
        conditions, rounds = observe(_PACKAGES), self.rounds or 9
        figures = concurrency.measure(rounds=rounds, sample=0.5)
        said = {job: {way: asdict(one) for way, one in row.items()} for job, row in figures.items()}
        self._finish("concurrency", conditions, table.concurrency_table(figures), {"rounds": rounds, "figures": said})

    def instructions(self) -> None:
        """Count instructions of ours and by hand, and say what has grown since the figures that are committed."""
        if missing := instructions.available():
            print(f"Skipped: {missing}.", file=sys.stderr)
            return
        conditions = observe(_PACKAGES)
        counts = {}
        for workload in self.workloads:
            print(f"  {workload.title}", file=sys.stderr, flush=True)
            counts[workload.key] = {peer.key: instructions.count(peer, workload) for peer in (HAND, OURS)}
        then = table.read("instructions")
        self._compare(counts, then, conditions)
        self._finish("instructions", conditions, table.instructions_table(counts, self.workloads), {"figures": counts})

    def readme(self) -> None:
        """Write the README's table anew."""
        readme.update()

    def _compare(
        self, counts: dict[str, dict[str, int]], then: dict[str, object] | None, conditions: Conditions
    ) -> None:
        if then is None:
            print("There are no committed figures to compare with.", file=sys.stderr)
            return
        now = conditions.as_json()
        print(f"\n{table.changes_table(counts, then, now)}", flush=True)
        for line in instructions.losses(counts, then, now):
            # The form that GitHub shows beside a run; a reader of a terminal can read it, too.
            print(f"::warning title=Instructions::{line}", flush=True)

    def _stocked(self) -> list[Peer]:
        return [PEERS[key] for key in startup.STOCKED if PEERS[key] in self.peers]

    def _finish(self, name: str, conditions: Conditions, text: str, figures: dict[str, object]) -> None:
        print(f"\n{text}\n{conditions.sentence()}\n", flush=True)
        if self.save:
            table.write(name, conditions, text, figures)
