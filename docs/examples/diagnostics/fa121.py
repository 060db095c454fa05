from typing import Annotated

from msgspec import Struct

from FasterAPI import Faster, Form

app = Faster()


class Item(Struct):
    name: str


@app.post("/items")
async def create_item(item: Item, note: Annotated[str, Form()]) -> Item:
    return item
