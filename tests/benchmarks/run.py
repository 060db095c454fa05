"""The tiers, one after the other: measure, print, write."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from tests.benchmarks import choices, in_process, instructions, loop, server, startup, table
from tests.benchmarks.choice import CHOICES
from tests.benchmarks.machine import Conditions, observe, pinned
from tests.benchmarks.peer import HAND, OURS, PEERS, Peer
from tests.benchmarks.workload import Workload

__all__ = ["Run"]

_PACKAGES = ("msgspec", "pydantic", "python-multipart", "uvicorn", "uvloop", "httptools")
_APPLICATIONS = ("plain", "crowded", "wrapped")


@dataclass(frozen=True)
class Run:
    """What is to be measured, and how long.

    Args:
        peers: The applications that are compared.
        workloads: The rows.
        chosen: The keys of the choices that are undone.
        rounds: Rounds of the tiers without a server.
        sample: Seconds of CPU time for each application in a round.
        save: Whether the documentation's tables are written anew.
    """

    peers: Sequence[Peer]
    workloads: Sequence[Workload]
    chosen: Sequence[str]
    rounds: int
    sample: float
    save: bool

    def in_process(self) -> None:
        """Measure the first tier."""
        conditions = observe(_PACKAGES)
        figures = {}
        with pinned(0):
            for workload in self.workloads:
                print(f"  {workload.title}", file=sys.stderr, flush=True)
                figures[workload.key] = in_process.measure(workload, self.peers, rounds=self.rounds, sample=self.sample)
        text = table.ratios_table(figures, self.workloads, self.peers)
        said = {key: {peer: asdict(figure) for peer, figure in row.items()} for key, row in figures.items()}
        self._finish("in-process", conditions, text, {"loop": loop.NAME, "rounds": self.rounds, "figures": said})

    def choices(self) -> None:
        """Measure what each choice of the design bought."""
        conditions = observe(_PACKAGES)
        asked = {workload.key for workload in self.workloads}
        gains: dict[str, dict[str, choices.Gain]] = {}
        with pinned(0):
            for key in self.chosen:
                print(f"  {CHOICES[key].title}", file=sys.stderr, flush=True)
                gains[key] = {
                    workload.key: choices.measure(CHOICES[key], workload, rounds=self.rounds, sample=self.sample)
                    for workload in CHOICES[key].chosen()
                    if workload.key in asked
                }
        said = {key: {work: asdict(gain) for work, gain in row.items()} for key, row in gains.items()}
        figures = {"loop": loop.NAME, "rounds": self.rounds, "figures": said}
        self._finish("choices", conditions, table.choices_table(gains), figures)

    def server(self) -> None:
        """Measure the second tier, where wrk is."""
        if missing := server.available():
            print(f"Skipped: {missing}.", file=sys.stderr)
            return
        conditions = observe(_PACKAGES)
        workloads = [workload for workload in self.workloads if workload.request.kind == "http"]
        loads: dict[str, dict[str, server.Load]] = {}
        for name in _APPLICATIONS:
            chosen = [workload for workload in workloads if workload.application == name]
            if chosen:
                print(f"  {', '.join(workload.title for workload in chosen)}", file=sys.stderr, flush=True)
                loads |= server.measure(chosen, self.peers, rounds=3, seconds=2)
        memory = {peer.key: server.memory_of_worker(peer) for peer in self._stocked()}
        text = table.server_table(loads, workloads, self.peers)
        rows = [[peer.title, f"{memory[peer.key]:.1f} MiB"] for peer in self._stocked()]
        text += "\n" + table.grid(["uvicorn worker with 100 routes", "resident memory"], rows)
        said = {key: {peer: asdict(load) for peer, load in row.items()} for key, row in loads.items()}
        self._finish("server", conditions, text, {"figures": said, "memory": memory})

    def startup(self) -> None:
        """Measure starts and imports."""
        conditions = observe(_PACKAGES)
        peers = self._stocked()
        starts = {}
        for routes in (500, 1_000):
            print(f"  {routes} routes", file=sys.stderr, flush=True)
            starts[routes] = {peer.key: startup.start(peer, routes, repeat=3) for peer in peers}
        packages = [peer.package for peer in peers if peer is not HAND]
        imports = {package: startup.import_time(package, repeat=7) for package in packages}
        text = table.starts_table(starts, peers) + "\n" + table.imports_table(imports)
        said = {str(routes): {key: asdict(one) for key, one in row.items()} for routes, row in starts.items()}
        self._finish(
            "startup", conditions, text, {"starts": said, "imports": {key: asdict(one) for key, one in imports.items()}}
        )

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

    def _compare(
        self, counts: dict[str, dict[str, int]], then: dict[str, object] | None, conditions: Conditions
    ) -> None:
        if then is None:
            print("There are no committed figures to compare with.", file=sys.stderr)
            return
        for line in instructions.losses(counts, then, conditions.as_json()):
            # The form that GitHub shows beside a run; a reader of a terminal can read it, too.
            print(f"::warning title=Instructions::{line}", flush=True)

    def _stocked(self) -> list[Peer]:
        return [PEERS[key] for key in startup.STOCKED if PEERS[key] in self.peers]

    def _finish(self, name: str, conditions: Conditions, text: str, figures: dict[str, object]) -> None:
        print(f"\n{text}\n{conditions.sentence()}\n", flush=True)
        if self.save:
            table.write(name, conditions, text, figures)
