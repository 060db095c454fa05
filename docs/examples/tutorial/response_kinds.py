from collections.abc import AsyncIterator

from FasterAPI import EventSourceResponse, Faster, HTMLResponse, JSONLinesResponse, RedirectResponse, ServerSentEvent

app = Faster()


@app.get("/hello", response_class=HTMLResponse)
async def hello() -> str:
    return "<h1>Hello</h1>"


@app.get("/old")
async def old() -> RedirectResponse:
    return RedirectResponse("/hello")


@app.get("/ticks", response_class=EventSourceResponse)
async def ticks() -> AsyncIterator[ServerSentEvent]:
    for number in range(2):
        yield ServerSentEvent(data={"n": number}, event="tick", id=str(number))


@app.get("/rows", response_class=JSONLinesResponse)
async def rows() -> AsyncIterator[dict[str, int]]:
    for number in range(3):
        yield {"row": number}
