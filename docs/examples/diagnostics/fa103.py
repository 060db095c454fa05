from typing import Annotated

from FasterAPI import Faster, Path

app = Faster()


@app.get("/items/{id}")
async def read_item(item_id: Annotated[int, Path()]) -> dict[str, int]:
    return {"item_id": item_id}
