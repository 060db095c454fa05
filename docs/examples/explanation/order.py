from typing import Annotated

from msgspec import Struct

from FasterAPI import Depends, Faster, Header, HTTPException

app = Faster()


class Item(Struct):
    name: str


def find_user(x_token: Annotated[str | None, Header()] = None) -> str:
    if x_token != "secret":
        raise HTTPException(401)
    return "ada"


@app.post("/items")
async def create_item(item: Item, user: Annotated[str, Depends(find_user)], count: int = 1) -> Item:
    return item
