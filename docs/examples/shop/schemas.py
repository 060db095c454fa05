"""What comes in and goes out, as Structs: their annotations are the validation and the document."""

from datetime import datetime
from typing import Annotated, Literal, TypeVar

from msgspec import Meta, Struct, convert

__all__ = [
    "Category",
    "CustomerOut",
    "NewCustomer",
    "NewOrder",
    "NewOrderLine",
    "NewProduct",
    "OrderLineOut",
    "OrderOut",
    "OrderStatus",
    "ProductFilter",
    "ProductOut",
    "RowId",
    "as_schema",
]

T = TypeVar("T")

# A 32-bit column holds no more, and PostgreSQL no NUL.
RowId = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Cents = Annotated[int, Meta(ge=0, le=100_000_000, description="Money in cents.")]
Stock = Annotated[int, Meta(ge=0, le=1_000_000)]
Sku = Annotated[str, Meta(pattern=r"^[A-Z]{3}-[0-9]{4}$", examples=["TEA-0042"])]
Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
LongText = Annotated[str, Meta(max_length=2000, pattern=r"^[^\x00]*$")]
Email = Annotated[
    str, Meta(max_length=254, pattern=r"^[^@\x00-\x20\x7f]+@[^@\x00-\x20\x7f]+$", examples=["ada@example.org"])
]
OrderStatus = Literal["placed", "confirmed", "cancelled"]


class NewProduct(Struct, forbid_unknown_fields=True):
    """A product as a client writes it."""

    sku: Sku
    name: Name
    category: Annotated[str, Meta(min_length=1, max_length=50, pattern=r"^[a-z][a-z -]*$")]
    price_cents: Cents
    stock: Stock = 0
    description: LongText | None = None


class ProductOut(Struct):
    """A product as it is stored."""

    id: int
    sku: str
    name: str
    category: str
    price_cents: int
    stock: int
    description: str | None
    created_at: datetime
    version: int


class ProductFilter(Struct, forbid_unknown_fields=True):
    """Which products, from the query string."""

    q: Annotated[LongText, Meta(description="Part of the name or of the SKU, in any case.")] | None = None
    category: Name | None = None
    min_price_cents: Cents | None = None
    max_price_cents: Cents | None = None
    in_stock: bool | None = None
    sort: Literal["name", "-name", "price", "-price", "newest"] = "name"

    def __post_init__(self) -> None:
        """Refuse a range that holds nothing."""
        low, high = self.min_price_cents, self.max_price_cents
        if low is not None and high is not None and low > high:
            raise ValueError("min_price_cents is greater than max_price_cents")


class Category(Struct):
    """A category and how many products it has."""

    name: str
    products: int


class NewCustomer(Struct, forbid_unknown_fields=True):
    """A customer as a client writes it."""

    email: Email
    name: Name
    address: LongText | None = None


class CustomerOut(Struct):
    """A customer as it is stored."""

    id: int
    email: str
    name: str
    address: str | None
    created_at: datetime


class NewOrderLine(Struct, forbid_unknown_fields=True):
    """How many of a product."""

    product_id: RowId
    quantity: Annotated[int, Meta(ge=1, le=1000)]


class NewOrder(Struct, forbid_unknown_fields=True):
    """An order as a client writes it."""

    customer_id: RowId
    lines: Annotated[list[NewOrderLine], Meta(min_length=1, max_length=100)]


class OrderLineOut(Struct):
    """A product in an order, at the price of that day."""

    product_id: int
    quantity: int
    unit_price_cents: int


class OrderOut(Struct):
    """An order as it is stored; `confirmed_at` is set by the work that follows the response."""

    id: int
    customer_id: int
    status: OrderStatus
    total_cents: int
    created_at: datetime
    confirmed_at: datetime | None
    lines: list[OrderLineOut]


def as_schema(row: object, schema: type[T]) -> T:
    """Return what a stored row looks like to a client."""
    return convert(row, schema, from_attributes=True)
