"""FasterAPI."""

# mypy: disable-error-code="valid-type"

from typing import Annotated, Any

import msgspec

from FasterAPI import Depends, Faster, FasterRouter
from tests.benchmarks.exchange import Application
from tests.benchmarks.peers.ours import connect, find_user
from tests.benchmarks.shop import Connection

__all__ = ["stocked"]


def resource(number: int) -> FasterRouter:
    router = FasterRouter(prefix=f"/resource{number}", dependencies=[Depends(find_user)])
    fields: list[Any] = [("name", str), ("price", float), ("quantity", int), ("tags", list[str])]
    Item: Any = msgspec.defstruct(f"Item{number}", fields)
    item = Item("Widget", 9.5, 3, ["new"])

    async def open_stock(connection: Annotated[Connection, Depends(connect)], limit: int = 10) -> Any:
        return [item]

    Stock = Annotated[list[Any], Depends(open_stock)]

    @router.get("")
    async def list_items(stock: Stock) -> list[Item]:
        return stock

    @router.post("", status_code=201)
    async def create_item(stock: Stock, item: Item) -> Item:
        return item

    @router.get("/{item_id}")
    async def read_item(stock: Stock, item_id: int) -> Item:
        return stock[0]

    @router.put("/{item_id}")
    async def replace_item(stock: Stock, item_id: int, item: Item) -> Item:
        return item

    @router.delete("/{item_id}", status_code=204)
    async def delete_item(stock: Stock, item_id: int) -> None:
        pass

    return router


def stocked(resources: int) -> Application:
    app = Faster()
    for number in range(resources):
        app.include_router(resource(number))
    return app
