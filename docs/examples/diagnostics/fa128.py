from typing import Annotated

from msgspec import Struct

from FasterAPI import Body, Depends, Faster

app = Faster()


class Item(Struct):
    name: str


def read_name(item: Annotated[dict[str, str], Body(embed=True)]) -> str:
    return item["name"]


@app.post("/items")
async def create_item(item: Annotated[Item, Body(embed=True)], name: Annotated[str, Depends(read_name)]) -> Item:
    return item
