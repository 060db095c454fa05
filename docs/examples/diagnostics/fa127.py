from typing import Annotated

from FasterAPI import Faster, Path

app = Faster()


@app.get("/items/{item_id}")
async def read_item(item_id: Annotated[int, Path()] = 1) -> dict[str, int]:
    return {"item_id": item_id}
