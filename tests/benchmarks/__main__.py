"""`python -m tests.benchmarks TIER`: measure, print the tables, and with `--save` write them into the documentation."""

import argparse
import signal
import sys

from tests.benchmarks.choice import CHOICES
from tests.benchmarks.peer import PEERS, installed
from tests.benchmarks.run import Run
from tests.benchmarks.workload import WORKLOADS

TIERS = {
    "quick": ("in_process",),
    "in-process": ("in_process",),
    "choices": ("choices",),
    "server": ("server",),
    "servers": ("servers",),
    "startup": ("startup",),
    "concurrency": ("concurrency",),
    "instructions": ("instructions",),
    "readme": ("readme",),
    "all": ("in_process", "choices", "server", "servers", "startup", "concurrency", "instructions"),
}


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "tier",
        choices=TIERS,
        help="what to measure; quick is in-process in about two minutes, readme only writes the table there",
    )
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=[], metavar="PEER", help=" ".join(PEERS))
    parser.add_argument(
        "--workloads", nargs="+", choices=WORKLOADS, default=list(WORKLOADS), metavar="WORK", help=" ".join(WORKLOADS)
    )
    parser.add_argument(
        "--choices", nargs="+", choices=CHOICES, default=list(CHOICES), metavar="CHOICE", help=" ".join(CHOICES)
    )
    parser.add_argument("--rounds", type=int, help="fewer rounds, or more, than the tiers have by themselves")
    parser.add_argument("--save", action="store_true", help="write the documentation's tables, whole ones only")
    options = parser.parse_args(arguments)
    whole = set(options.workloads) == {*WORKLOADS} and set(options.choices) == {*CHOICES} and not options.peers
    if options.save and not whole:
        parser.error("--save writes whole tables: leave out --workloads, --peers and --choices")
    return options


def leave(number: int, frame: object) -> None:
    """End as after an error, so that the servers that were started end, too."""
    sys.exit(128 + number)


def main(arguments: list[str]) -> None:
    options = parse(arguments)
    signal.signal(signal.SIGTERM, leave)
    peers, missing = installed(options.peers)
    if missing:
        print(f"Not installed, and left out: {', '.join(missing)}.", file=sys.stderr)
    quick = options.tier == "quick"
    run = Run(
        peers=peers,
        workloads=[WORKLOADS[key] for key in options.workloads],
        chosen=options.choices,
        rounds=options.rounds or (15 if quick else None),
        sample=0.04 if quick else 0.1,
        save=options.save,
    )
    for tier in TIERS[options.tier]:
        print(f"{tier}:", file=sys.stderr, flush=True)
        getattr(run, tier)()


if __name__ == "__main__":
    main(sys.argv[1:])
