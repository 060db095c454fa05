from FasterAPI import Faster, GZipMiddleware

app = Faster()
app.add_middleware(GZipMiddleware, minimum_size=500)


@app.get("/numbers")
async def list_numbers() -> list[int]:
    return list(range(1000))
