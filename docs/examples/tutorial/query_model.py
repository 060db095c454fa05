from typing import Annotated, Literal

from msgspec import Meta, Struct

from FasterAPI import Faster, Query

app = Faster()


class Page(Struct, forbid_unknown_fields=True):
    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    offset: Annotated[int, Meta(ge=0)] = 0
    order: Literal["name", "price"] = "name"


@app.get("/items")
async def list_items(page: Annotated[Page, Query()]) -> Page:
    return page
