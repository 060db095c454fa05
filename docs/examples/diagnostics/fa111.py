from typing import Annotated

from FasterAPI import Depends, Faster, Request

app = Faster()


def make_pool(request: Request) -> str:
    return f"a pool for {request.client}"


@app.get("/")
async def root(pool: Annotated[str, Depends(make_pool, scope="app")]) -> str:
    return pool
