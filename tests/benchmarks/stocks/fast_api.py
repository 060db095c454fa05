"""FastAPI, with pydantic models."""

# mypy: disable-error-code="valid-type"

from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI
from pydantic import create_model

from tests.benchmarks.exchange import Application
from tests.benchmarks.peers.fast_api import connect, find_user
from tests.benchmarks.shop import Connection

__all__ = ["stocked"]


def resource(number: int) -> APIRouter:
    router = APIRouter(prefix=f"/resource{number}", dependencies=[Depends(find_user)])
    Item: Any = create_model(
        f"Item{number}", name=(str, ...), price=(float, ...), quantity=(int, ...), tags=(list[str], ...)
    )
    item = Item(name="Widget", price=9.5, quantity=3, tags=["new"])

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
    app = FastAPI()
    for number in range(resources):
        app.include_router(resource(number))
    return app
