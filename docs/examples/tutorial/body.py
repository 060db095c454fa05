from typing import Annotated

from msgspec import Meta, Struct

from FasterAPI import Faster

app = Faster()


class Supplier(Struct):
    name: str
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$")]


class Item(Struct, kw_only=True):
    """Something that is sold."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    price: Annotated[float, Meta(gt=0, description="In euros.")]
    tags: set[str] = set()
    supplier: Supplier | None = None


@app.put("/items/{item_id}")
async def put_item(item_id: int, item: Item, notify: bool = False) -> dict[str, object]:
    return {"item_id": item_id, "name": item.name, "notify": notify}
