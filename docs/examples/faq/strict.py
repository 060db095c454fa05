from msgspec import Struct

from FasterAPI import Faster

app = Faster()


class Item(Struct):
    item_id: int


@app.post("/items")
async def create_item(item: Item) -> Item:
    return item
