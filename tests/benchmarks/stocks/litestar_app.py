"""Litestar, with msgspec models."""

# The peers are installed where benchmarks run, not where types are checked.
# mypy: disable-error-code="import-not-found, index, no-any-return, untyped-decorator, valid-type"

from typing import Any

import msgspec
from litestar import Litestar, Router, delete, get, post, put
from litestar.di import NamedDependency, Provide

from tests.benchmarks.exchange import Application
from tests.benchmarks.peers.litestar_app import connect, find_user
from tests.benchmarks.shop import Connection, load_settings

__all__ = ["stocked"]


def resource(number: int) -> Router:
    fields: list[Any] = [("name", str), ("price", float), ("quantity", int), ("tags", list[str])]
    Item: Any = msgspec.defstruct(f"Item{number}", fields)
    item = Item("Widget", 9.5, 3, ["new"])

    async def open_stock(
        connection: NamedDependency[Connection], user: NamedDependency[dict[str, Any]], limit: int = 10
    ) -> list[Any]:
        return [item]

    Stock = NamedDependency[list[Any]]

    @get("")
    async def list_items(stock: Stock) -> list[Item]:
        return stock

    @post("")
    async def create_item(stock: Stock, data: Item) -> Item:
        return data

    @get("/{item_id:int}")
    async def read_item(stock: Stock, item_id: int) -> Item:
        return stock[0]

    @put("/{item_id:int}")
    async def replace_item(stock: Stock, item_id: int, data: Item) -> Item:
        return data

    @delete("/{item_id:int}")
    async def delete_item(stock: Stock, item_id: int) -> None:
        pass

    return Router(
        f"/resource{number}",
        route_handlers=[list_items, create_item, read_item, replace_item, delete_item],
        dependencies={"stock": Provide(open_stock)},
    )


def stocked(resources: int) -> Application:
    dependencies = {"settings": Provide(load_settings), "connection": Provide(connect), "user": Provide(find_user)}
    return Litestar([resource(number) for number in range(resources)], dependencies=dependencies)
