import time
from collections.abc import Awaitable, Callable

from FasterAPI import CORSMiddleware, Faster, GZipMiddleware, Request, RequestIDMiddleware, Response

app = Faster()
app.add_middleware(GZipMiddleware, minimum_size=1000)
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example.org"], allow_methods=["*"])
app.add_middleware(RequestIDMiddleware)


@app.middleware("http")
async def add_time(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    began = time.perf_counter()
    response = await call_next(request)
    response.headers["Server-Timing"] = f"app;dur={(time.perf_counter() - began) * 1000:.1f}"
    return response


@app.get("/items")
async def list_items() -> list[str]:
    return ["tea"]
