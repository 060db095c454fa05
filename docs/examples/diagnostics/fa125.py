from typing import Annotated

from FasterAPI import Faster, Query

app = Faster()


@app.get("/items")
async def list_items(limit: Annotated[int, Query(20)]) -> dict[str, int]:
    return {"limit": limit}
