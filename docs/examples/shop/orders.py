"""Orders: placed whole or not at all."""

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from FasterAPI import (
    BackgroundTasks,
    Depends,
    FasterRouter,
    HTTPException,
    Path,
    Query,
    Request,
    RequestValidationError,
    Response,
)
from shop.answers import WITHOUT_KEY, answers
from shop.database import Database, Session
from shop.paging import Page, PageQuery, read_page
from shop.schemas import NewOrder, OrderOut, OrderStatus, RowId, as_schema
from shop.security import require_key
from shop.tables import Customer, Order, OrderLine, Product

__all__ = ["router"]

router = FasterRouter(prefix="/orders", tags=["orders"], dependencies=[Depends(require_key)], responses=WITHOUT_KEY)

OrderId = Annotated[RowId, Path(description="The number of the order.")]

_NOT_FOUND = answers({404: "There is no such order."})


@router.get("")
async def list_orders(
    page: PageQuery,
    session: Session,
    customer_id: Annotated[RowId | None, Query()] = None,
    status: OrderStatus | None = None,
) -> Page[OrderOut]:
    """The orders, the newest first, a page of them."""
    query = select(Order).order_by(Order.id.desc())
    if customer_id is not None:
        query = query.where(Order.customer_id == customer_id)
    if status is not None:
        query = query.where(Order.status == status)
    return await read_page(session, query, OrderOut, page)


@router.get("/{order_id:int}", responses=_NOT_FOUND)
async def read_order(order_id: OrderId, session: Session) -> OrderOut:
    """One order, with its lines."""
    return as_schema(await _find(session, order_id), OrderOut)


@router.post("", status_code=201, responses=answers({409: "There is not enough of some products."}))
async def place_order(
    new: NewOrder,
    session: Session,
    sessions: Database,
    tasks: BackgroundTasks,
    request: Request,
    response: Response,
) -> OrderOut:
    """Take the products out of the stock and write the order; the customer is told after the response."""
    wanted = Counter[int]()
    for line in new.lines:
        wanted[line.product_id] += line.quantity
    await _check_references(session, new.customer_id, wanted)
    lines = await _take(session, wanted)
    total = sum(line.quantity * line.unit_price_cents for line in lines)
    order = Order(customer_id=new.customer_id, total_cents=total, lines=lines)
    session.add(order)
    await session.flush()
    tasks.add_task(_confirm, sessions, order.id)
    response.headers["Location"] = str(request.url_for("read_order", order_id=order.id))
    return as_schema(order, OrderOut)


@router.post("/{order_id:int}/cancel", responses=answers({409: "It has been cancelled before."}, _NOT_FOUND))
async def cancel_order(order_id: OrderId, session: Session) -> OrderOut:
    """Cancel an order and put its products back."""
    order = await _find(session, order_id)
    # One statement decides, so that of two requests at once one cancels.
    cancel = update(Order).where(Order.id == order_id, Order.status != "cancelled").values(status="cancelled")
    if await session.scalar(cancel.returning(Order.id)) is None:
        raise HTTPException(409, f"Order {order_id} is cancelled.")
    for line in order.lines:
        await session.execute(_move(line.product_id, line.quantity))
    await session.refresh(order)
    return as_schema(order, OrderOut)


async def _find(session: AsyncSession, order_id: int) -> Order:
    order = await session.get(Order, order_id)
    if order is None:
        raise HTTPException(404, f"There is no order {order_id}.")
    return order


async def _check_references(session: AsyncSession, customer_id: int, wanted: Counter[int]) -> None:
    """Refuse an order that names what does not exist: one 422 with all of it."""
    unknown = []
    if await session.get(Customer, customer_id) is None:
        unknown.append(f"There is no customer {customer_id} - at `$.customer_id`")
    known = set(await session.scalars(select(Product.id).where(Product.id.in_(wanted))))
    unknown += [f"There is no product {product_id} - at `$.lines`" for product_id in sorted(wanted.keys() - known)]
    if unknown:
        raise RequestValidationError(
            [{"loc": ["body"], "msg": message, "type": "value_error.unknown"} for message in unknown]
        )


async def _take(session: AsyncSession, wanted: Counter[int]) -> list[OrderLine]:
    """Take products out of the stock. What has been taken before one is short, the session gives back."""
    lines, short = [], []
    # In one order for all, so that two orders never wait for each other.
    for product_id, quantity in sorted(wanted.items()):
        take = _move(product_id, -quantity).where(Product.stock >= quantity).returning(Product.price_cents)
        price = await session.scalar(take)
        if price is None:
            short.append({"product_id": product_id, "wanted": quantity})
        else:
            lines.append(OrderLine(product_id=product_id, quantity=quantity, unit_price_cents=price))
    if short:
        raise HTTPException(409, {"message": "There is not enough of some products.", "products": short})
    return lines


def _move(product_id: int, quantity: int) -> Any:
    """Return the statement that changes a stock, which is a new version of the product."""
    values = {"stock": Product.stock + quantity, "version": Product.version + 1}
    return update(Product).where(Product.id == product_id).values(values)


async def _confirm(sessions: Database, order_id: int) -> None:
    """Tell the customer, which is where a mail would be sent, and write down when."""
    confirm = update(Order).where(Order.id == order_id, Order.status == "placed")
    async with sessions.begin() as session:
        await session.execute(confirm.values(status="confirmed", confirmed_at=datetime.now(UTC)))
