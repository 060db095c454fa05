import asyncio

from FasterAPI import Faster

app = Faster()


@app.get("/loop")
async def tell_loop() -> str:
    kind = type(asyncio.get_running_loop())
    return f"{kind.__module__}.{kind.__qualname__}"
