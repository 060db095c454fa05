from msgspec import Struct

from FasterAPI import Faster, HTTPException

app = Faster(
    title="Shop",
    version="2.0",
    summary="What can be bought.",
    openapi_tags=[{"name": "items", "description": "Everything with a price."}],
)


class Item(Struct):
    """Something that is sold."""

    name: str


class Reason(Struct):
    detail: str


@app.get(
    "/items/{item_id}", tags=["items"], responses={404: {"model": Reason, "description": "There is no such item."}}
)
async def read_item(item_id: int) -> Item:
    """Read one item.

    Markdown, for the **document**.
    """
    raise HTTPException(404)


operation = app.openapi()["paths"]["/items/{item_id}"]["get"]
assert operation["summary"] == "Read Item"
assert operation["description"].startswith("Read one item.")
assert sorted(operation["responses"]) == ["200", "404", "422"]
