"""The first products of an empty shop, from `products.csv`."""

import asyncio
import csv
from pathlib import Path
from typing import Any

from msgspec import ValidationError, convert, to_builtins
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shop.schemas import NewProduct
from shop.tables import Product

__all__ = ["CATALOGUE", "import_catalogue", "read_catalogue"]

CATALOGUE = Path(__file__).with_name("products.csv")


async def import_catalogue(connection: AsyncConnection) -> None:
    """Fill an empty table of products; leave one with products as it is."""
    if await connection.scalar(select(Product.id).limit(1)) is None:
        await connection.execute(insert(Product), await asyncio.to_thread(read_catalogue))


def read_catalogue(path: Path = CATALOGUE) -> list[dict[str, Any]]:
    """Return the products of a CSV file, checked like those that clients send.

    Args:
        path: The file; its first line names the fields.

    Raises:
        ValueError: For a line that is no product, with its number.
    """
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file)
        return [_read_line(line, f"{path.name}:{lines.line_num}") for line in lines]


def _read_line(line: dict[str, str], place: str) -> dict[str, Any]:
    given = {name: text for name, text in line.items() if text}
    try:
        product: dict[str, Any] = to_builtins(convert(given, NewProduct, strict=False))
    except ValidationError as error:
        raise ValueError(f"{place}: {error}") from error
    return product
