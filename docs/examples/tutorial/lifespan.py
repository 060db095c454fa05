from collections.abc import AsyncIterator

from FasterAPI import Faster, Request


async def lifespan(app: Faster) -> AsyncIterator[dict[str, object]]:
    yield {"pool": "a pool"}
    # What stands here runs at shut-down.


app = Faster(lifespan=lifespan)


@app.on_startup
def warm_up() -> None:
    app.state.ready = True


@app.get("/")
async def root(request: Request) -> dict[str, object]:
    return {"pool": request.state.pool, "ready": app.state.ready}
