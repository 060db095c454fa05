from msgspec import Struct

from FasterAPI import Faster

app = Faster(title="Shop")


class Item(Struct):
    name: str
    price: float
    tags: list[str] = []


@app.get("/items/{item_id}")
async def read_item(item_id: int, short: bool = False) -> dict[str, int | bool]:
    return {"item_id": item_id, "short": short}


@app.post("/items", status_code=201)
async def create_item(item: Item) -> Item:
    return item
