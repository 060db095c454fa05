from FasterAPI import Faster

app = Faster()


@app.get("/items/{item_id}")
async def read_item(item_id: int, word: str | None = None) -> dict[str, object]:
    return {"item_id": item_id, "word": word}
