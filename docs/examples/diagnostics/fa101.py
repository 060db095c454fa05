from FasterAPI import Faster

app = Faster()


@app.get("/items/{item_id}")
async def read_item(item_id: int) -> dict[str, int]:
    return {"item_id": item_id}


@app.get("/items/{name}")
async def read_by_name(name: str) -> dict[str, str]:
    return {"name": name}
