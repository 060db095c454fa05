from datetime import date
from typing import Annotated

from FasterAPI import Faster, Query

app = Faster()


@app.get("/items")
async def list_items(
    word: str,
    tag: Annotated[list[str], Query(default_factory=list)],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    since: date | None = None,
    in_stock: bool = True,
) -> dict[str, object]:
    return {"word": word, "limit": limit, "since": since, "tag": tag, "in_stock": in_stock}
