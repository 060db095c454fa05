from FasterAPI import Faster

app = Faster()


@app.get("/items/{item_id")
async def read_item(item_id: int) -> dict[str, int]:
    return {"item_id": item_id}
