"""A start, in a process of its own: `python -m tests.benchmarks.cold ours 100` prints what a hundred resources cost."""

import asyncio
import gc
import json
import sys
from importlib import import_module
from pathlib import Path
from time import process_time
from typing import Any

from tests.benchmarks.exchange import Application, ask, running
from tests.benchmarks.request import Request, json_request
from tests.benchmarks.shop import WIDGET

__all__ = ["requests_of", "resident"]


def resident(process: int | str = "self") -> float | None:
    """Return the mebibytes of memory that a process has, or None where the system does not tell.

    Args:
        process: Its number; by default this one.
    """
    path = Path(f"/proc/{process}/status")
    if not path.exists():
        return None
    lines = dict(line.split(":", 1) for line in path.read_text(encoding="utf-8").splitlines())
    return int(lines["VmRSS"].split()[0]) / 1024


def requests_of(number: int) -> list[Request]:
    """Return a request for each of the five routes of a resource."""
    path = f"/resource{number}"
    return [
        Request("GET", path),
        json_request("POST", path, WIDGET),
        Request("GET", f"{path}/1"),
        json_request("PUT", f"{path}/1", WIDGET),
        Request("DELETE", f"{path}/1"),
    ]


async def _serve(application: Application, resources: int, document: str | None) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    start = process_time()
    async with running(application):
        answer = await ask(application, requests_of(resources - 1)[0])
        assert answer.status == 200, answer
        figures["first_request"] = process_time() - start
        start = process_time()
        for number in range(resources):
            for request in requests_of(number):
                answer = await ask(application, request)
                assert 200 <= answer.status < 300, (request, answer)
        figures["every_route"] = process_time() - start
        gc.collect()
        figures["memory_served"] = resident()
        figures["document"] = figures["document_bytes"] = None
        if document:
            start = process_time()
            answer = await ask(application, Request("GET", document))
            if answer.status == 200:
                figures["document"] = process_time() - start
                figures["document_bytes"] = len(answer.body)
                paths = json.loads(answer.body)["paths"]
                assert len(paths) == 2 * resources, f"the document has {len(paths)} paths"
    return figures


def _start(key: str, resources: int) -> dict[str, Any]:
    before = resident()
    start = process_time()
    module = import_module(f"tests.benchmarks.stocks.{key}")
    imported = process_time() - start
    start = process_time()
    application = module.stocked(resources)
    built = process_time() - start
    gc.collect()
    figures = {"import": imported, "build": built, "memory_before": before, "memory_built": resident()}
    document = {"hand": None, "litestar_app": "/schema/openapi.json"}.get(key, "/openapi.json")
    return figures | asyncio.run(_serve(application, resources, document))


if __name__ == "__main__":
    print(json.dumps(_start(sys.argv[1], int(sys.argv[2]))))
