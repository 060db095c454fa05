from typing import Annotated

from msgspec import Struct

from FasterAPI import Body, Faster

app = Faster()


class Item(Struct):
    name: str


class Buyer(Struct):
    email: str


@app.post("/orders", status_code=201)
async def create_order(item: Item, buyer: Buyer, count: Annotated[int, Body(ge=1)] = 1) -> dict[str, object]:
    return {"item": item.name, "buyer": buyer.email, "count": count}
