from typing import Annotated

from pydantic import BaseModel, Field

from FasterAPI import Depends, Faster, FasterRouter, HTTPException, Query

router = FasterRouter(prefix="/items", tags=["items"])


class Item(BaseModel):
    name: str = Field(min_length=1)
    price: float = Field(gt=0)


def read_page(limit: Annotated[int, Query(le=100)] = 20) -> int:
    return limit


@router.post("", status_code=201)
async def create_item(item: Item) -> Item:
    return item


@router.get("/{item_id}")
def read_item(item_id: int, page: Annotated[int, Depends(read_page)]) -> Item:
    if item_id > page:
        raise HTTPException(404)
    return Item(name="tea", price=3.5)


app = Faster(title="Shop")
app.include_router(router)
