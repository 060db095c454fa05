from FasterAPI import Faster

app = Faster()


@app.get("/items", operation_id="items")
async def list_items() -> list[str]:
    return []


@app.post("/items", operation_id="items")
async def create_item() -> None:
    return None


app.openapi()
