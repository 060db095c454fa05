from FasterAPI import Faster, Limits

app = Faster(limits=Limits(max_query_parameters=3))


@app.get("/items")
async def list_items(word: str = "") -> str:
    return word


@app.post("/items")
async def create_item(item: dict[str, object]) -> dict[str, object]:
    return item
