from typing import Annotated

from FasterAPI import Faster, Query

app = Faster()


@app.get("/items")
async def list_items(limit: Annotated[int, Query(ge=1, validate_default=True)] = 0) -> dict[str, int]:
    return {"limit": limit}
