from typing import Annotated

from FasterAPI import Depends, Faster

app = Faster()


def page_size() -> int:
    return 20


@app.get("/items")
async def list_items(size: Annotated[int, Depends(page_size())]) -> dict[str, int]:
    return {"size": size}
