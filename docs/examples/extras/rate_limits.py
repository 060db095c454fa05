from FasterAPI import Faster, RateLimitMiddleware

app = Faster()
app.add_middleware(RateLimitMiddleware, limit="2/minute")


@app.get("/items")
async def list_items() -> list[str]:
    return ["tea"]
