from collections.abc import Callable
from typing import Any

from FasterAPI import Faster

app = Faster()


def logged(function: Callable[..., Any]) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> Any:
        return await function(*args, **kwargs)

    return call


@app.get("/items/{item_id}")
@logged
async def read_item(item_id: int) -> dict[str, int]:
    return {"item_id": item_id}
