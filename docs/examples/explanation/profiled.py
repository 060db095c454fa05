import asyncio
import cProfile
import pstats

from FasterAPI import Faster
from FasterAPI.testclient import AsyncTestClient

app = Faster()


def digits_of(number: int) -> int:
    return sum(int(digit) for digit in str(2 ** (50 * number)))


@app.get("/digits/{number}")
async def read_digits(number: int) -> dict[str, int]:
    return {"number": number, "sum": digits_of(number)}


async def ask() -> None:
    async with AsyncTestClient(app) as client:
        for number in range(200):
            await client.get(f"/digits/{number}")


if __name__ == "__main__":
    with cProfile.Profile() as profile:
        asyncio.run(ask())
    pstats.Stats(profile).sort_stats("cumulative").print_stats(r"<endpoint|profiled\.py")
