from enum import Enum
from uuid import UUID

from FasterAPI import Faster

app = Faster()


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@app.get("/items/{item_id}")
async def read_item(item_id: int) -> dict[str, int]:
    return {"item_id": item_id}


@app.get("/items/first")
async def read_first() -> dict[str, int]:
    return {"item_id": 1}


@app.get("/orders/{order_id:uuid}")
async def read_order(order_id: UUID) -> dict[str, UUID]:
    return {"order_id": order_id}


@app.get("/colours/{colour}")
async def read_colour(colour: Colour) -> dict[str, Colour]:
    return {"colour": colour}


@app.get("/files/{name:path}")
async def read_file(name: str) -> dict[str, str]:
    return {"name": name}
