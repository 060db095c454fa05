from msgspec import Struct

from FasterAPI import Faster, Partial, apply, changes

app = Faster()


class Item(Struct):
    name: str
    price: float
    note: str | None = None


items = {1: Item(name="tea", price=3.5, note="loose")}


@app.patch("/items/{item_id}")
async def change_item(item_id: int, change: Partial[Item]) -> dict[str, object]:
    items[item_id] = apply(change, items[item_id])
    return {"changed": sorted(changes(change)), "item": items[item_id]}
