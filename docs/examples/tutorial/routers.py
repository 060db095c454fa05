from typing import Annotated

from FasterAPI import Depends, Faster, FasterRouter, Header, HTTPException


def require_key(x_key: Annotated[str | None, Header()] = None) -> None:
    if x_key != "key":
        raise HTTPException(403, "Send X-Key.")


items = FasterRouter(prefix="/items", tags=["items"])
admin = FasterRouter(prefix="/admin", tags=["admin"], dependencies=[Depends(require_key)])


@items.get("/{item_id}")
async def read_item(item_id: int) -> dict[str, int]:
    return {"item_id": item_id}


@admin.delete("/items/{item_id}", status_code=204)
async def delete_item(item_id: int) -> None:
    return None


app = Faster()
app.include_router(items)
app.include_router(items, prefix="/v2")
app.include_router(admin)
