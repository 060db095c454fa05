"""Functions in other interpreters and processes: what comes back, what cannot cross, and that the loop is free."""

import asyncio
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from faster_core.interpreters import CrossingError, SubInterpreterPool, run_in_subinterpreter
from tests.core import cpu

subinterpreters = pytest.mark.skipif(sys.version_info < (3, 13), reason="older Pythons take processes")

KINDS = ["processes", "subinterpreters"] if sys.version_info >= (3, 13) else ["processes"]


@pytest.fixture(scope="module", params=KINDS)
def pool(request: Any) -> Iterator[SubInterpreterPool]:
    pool = SubInterpreterPool(1, processes=request.param == "processes")
    assert pool.kind == request.param
    yield pool
    pool.close()


def call(pool: SubInterpreterPool, function: Any, *args: Any, **kwargs: Any) -> Any:
    return asyncio.run(pool.run(function, *args, **kwargs))


def test_results_come_back(pool: SubInterpreterPool) -> None:
    assert call(pool, cpu.add, 1) == 2
    assert call(pool, cpu.add, 1, right=5) == 6


@pytest.mark.parametrize(
    "value",
    [None, "ä\ud800", b"\0", 10**400, {"a": [1.5, (2, {3})]}, "x" * 3_000_000],
    ids=lambda value: repr(value)[:12],
)
def test_what_is_pickled_crosses_both_ways(pool: SubInterpreterPool, value: Any) -> None:
    assert call(pool, cpu.identity, value) == value


def test_an_error_has_its_traceback(pool: SubInterpreterPool) -> None:
    with pytest.raises(LookupError, match="no luck") as raised:
        call(pool, cpu.fail, "no luck")
    text = "".join(traceback.format_exception(raised.value))
    assert "raise LookupError(message)" in text
    assert "cpu.py" in text
    assert call(pool, cpu.add, 1) == 2


def test_what_cannot_go_in() -> None:
    pool = SubInterpreterPool(1)
    with pytest.raises(CrossingError) as raised:
        call(pool, cpu.identity, lambda: None)
    assert str(raised.value).startswith("identity or an argument of it cannot be pickled (")
    assert str(raised.value).endswith("Take a function from the top level of a module, and plain data.")
    with pytest.raises(CrossingError):
        call(pool, lambda: None)
    main = type("F", (), {"__call__": lambda self: 1, "__module__": "__main__", "__qualname__": "work"})()
    with pytest.raises(CrossingError) as raised:
        call(pool, main)
    assert "in __main__, which other interpreters do not have. Move it to a module and import it." in str(raised.value)
    pool.close()


@pytest.mark.parametrize("workers", [0, -1])
def test_a_pool_has_workers(workers: int) -> None:
    with pytest.raises(ValueError, match="The number of workers must be 1 or more"):
        SubInterpreterPool(workers)


def test_a_closed_pool_says_so() -> None:
    pool = SubInterpreterPool(1)
    pool.close()
    pool.close()
    with pytest.raises(RuntimeError, match="after shutdown"):
        call(pool, cpu.add, 1)


@subinterpreters
def test_the_pool_of_the_process() -> None:
    assert asyncio.run(run_in_subinterpreter(cpu.add, 2, right=3)) == 5


@subinterpreters
def test_a_result_that_cannot_come_back() -> None:
    async def main() -> None:
        async with SubInterpreterPool(1) as pool:
            with pytest.raises(CrossingError) as raised:
                await pool.run(cpu.give_lambda)
            assert str(raised.value).startswith("The result of give_lambda cannot be pickled (")
            with pytest.raises(RuntimeError) as odd:
                await pool.run(cpu.odd)
            assert "odd" in str(odd.value)
            with pytest.raises(RuntimeError) as left:
                await pool.run(cpu.leave)
            assert str(left.value) == "leave ended with SystemExit(3)."

    asyncio.run(main())


@subinterpreters
def test_interpreters_stay_warm_and_keep_apart() -> None:
    async def main() -> None:
        async with SubInterpreterPool(1) as pool:
            assert [await pool.run(cpu.remember, index) for index in range(3)] == [1, 2, 3]
        async with SubInterpreterPool(1) as pool:
            assert await pool.run(cpu.remember, "fresh") == 1

    asyncio.run(main())
    assert cpu.remember("here") == 1


@subinterpreters
def test_a_module_that_does_not_load_there_is_named() -> None:
    from faster_core.encoding import encode_json

    async def main() -> None:
        async with SubInterpreterPool(1) as pool:
            with pytest.raises(CrossingError) as raised:
                await pool.run(encode_json, [1])
            assert str(raised.value).startswith("encode_json or an argument of it cannot be loaded in a subinterpreter")
            assert "SubInterpreterPool(processes=True)" in str(raised.value)
            assert not await pool.run(cpu.has_msgspec)  # the failed import has left nothing half-loaded

    asyncio.run(main())


@subinterpreters
def test_the_loop_is_free() -> None:
    async def ticks(pool: SubInterpreterPool) -> int:
        working = asyncio.create_task(pool.run(cpu.spin, 3_000_000))
        count = 0
        while not working.done():
            await asyncio.sleep(0.001)
            count += 1
        return count

    async def main() -> None:
        async with SubInterpreterPool(1) as pool:
            await pool.run(cpu.add, 1)
            # The system may give both cores to others; not every time.
            counts = [await ticks(pool)]
            while max(counts) <= 5 and len(counts) < 50:
                counts.append(await ticks(pool))
            assert max(counts) > 5

    asyncio.run(main())


@subinterpreters
def test_a_cancelled_task_does_not_wait(tmp_path: Path) -> None:
    async def main() -> None:
        async with SubInterpreterPool(1) as pool:
            await pool.run(cpu.add, 1)
            late = asyncio.create_task(pool.run(cpu.wait_for, str(tmp_path / "end")))
            await asyncio.sleep(0.02)
            late.cancel()
            with pytest.raises(asyncio.CancelledError):
                await late
            # It works until now, and nobody has waited for it.
            (tmp_path / "end").touch()
            assert await pool.run(cpu.add, 1) == 2

    asyncio.run(main())


def test_a_process_ends_cleanly_with_an_open_pool() -> None:
    code = (
        "import asyncio\n"
        "from faster_core.interpreters import SubInterpreterPool\n"
        "import operator\n"
        "if __name__ == '__main__':\n"
        "    pool = SubInterpreterPool(2)\n"
        "    print(asyncio.run(pool.run(operator.add, 1, 2)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "3\n", "")
