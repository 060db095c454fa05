from FasterAPI import Faster

app = Faster()


@app.get("/items", status=201)  # type: ignore[call-arg]
async def list_items() -> list[str]:
    return []
