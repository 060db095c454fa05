from msgspec import Struct

from FasterAPI import Faster

app = Faster()


class Filter(Struct):
    colour: str


@app.get("/items")
async def list_items(wanted: Filter) -> Filter:
    return wanted
