"""Lists in pages."""

from typing import Annotated, Any, Generic, TypeVar

from msgspec import Meta, Struct
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from FasterAPI import Query
from shop.schemas import as_schema

__all__ = ["Page", "PageQuery", "read_page"]

T = TypeVar("T")


class Page(Struct, Generic[T]):
    """A part of a list, and how long the whole is."""

    items: list[T]
    total: int
    limit: int
    offset: int


class _Window(Struct):
    limit: Annotated[int, Meta(ge=1, le=100, description="How many at most.")] = 20
    offset: Annotated[int, Meta(ge=0, le=1_000_000, description="How many to leave out first.")] = 0


PageQuery = Annotated[_Window, Query()]
"""`limit` and `offset`, from the query string."""


async def read_page(session: AsyncSession, rows: Select[Any], schema: type[T], window: _Window) -> Page[T]:
    """Return one page of what a query finds.

    Args:
        session: The session.
        rows: The query, with its order.
        schema: What a row becomes.
        window: Which part.
    """
    total = await session.scalar(select(func.count()).select_from(rows.order_by(None).subquery()))
    found = await session.scalars(rows.limit(window.limit).offset(window.offset))
    return Page([as_schema(row, schema) for row in found], total or 0, window.limit, window.offset)
