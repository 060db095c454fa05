from typing import Annotated

from msgspec import Struct

from FasterAPI import Depends, Faster, Header

app = Faster()


class Item(Struct):
    name: str


def find_user(x_token: Annotated[str, Header()]) -> str:
    return x_token


@app.post("/items/{item_id}", status_code=201)
async def create_item(item_id: int, item: Item, user: Annotated[str, Depends(find_user)], notify: bool = False) -> Item:
    return item
