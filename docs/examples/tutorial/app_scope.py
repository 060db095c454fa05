from collections.abc import AsyncIterator
from typing import Annotated

from FasterAPI import Depends, Faster

app = Faster()


class Pool:
    opened = 0

    def query(self) -> str:
        return f"one of {self.opened} pools"


async def open_pool() -> AsyncIterator[Pool]:
    pool = Pool()
    pool.opened += 1
    yield pool


@app.get("/")
async def root(pool: Annotated[Pool, Depends(open_pool, scope="app")]) -> str:
    return pool.query()
