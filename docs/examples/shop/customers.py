"""Customers: only for those with the key."""

from typing import Annotated

from msgspec import to_builtins
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from FasterAPI import Depends, FasterRouter, HTTPException, Partial, Path, Query, Request, Response, changes
from shop.answers import WITHOUT_KEY, answers
from shop.database import Session, refuse_conflicts
from shop.paging import Page, PageQuery, read_page
from shop.schemas import CustomerOut, NewCustomer, RowId, as_schema
from shop.security import require_key
from shop.tables import Customer, Order

__all__ = ["router"]

router = FasterRouter(
    prefix="/customers", tags=["customers"], dependencies=[Depends(require_key)], responses=WITHOUT_KEY
)

CustomerId = Annotated[RowId, Path(description="The number of the customer.")]

_NOT_FOUND = answers({404: "There is no such customer."})
_TAKEN = answers({409: "The address belongs to another customer."})


@router.get("")
async def list_customers(
    page: PageQuery,
    session: Session,
    email: Annotated[str | None, Query(max_length=254, pattern=r"^[^\x00]*$")] = None,
) -> Page[CustomerOut]:
    """The customers, a page of them; with `email` the one who has it."""
    query = select(Customer).order_by(Customer.id)
    if email is not None:
        query = query.where(Customer.email == email.lower())
    return await read_page(session, query, CustomerOut, page)


@router.get("/{customer_id:int}", responses=_NOT_FOUND)
async def read_customer(customer_id: CustomerId, session: Session) -> CustomerOut:
    """One customer."""
    return as_schema(await _find(session, customer_id), CustomerOut)


@router.post("", status_code=201, responses=_TAKEN)
async def create_customer(new: NewCustomer, session: Session, request: Request, response: Response) -> CustomerOut:
    """Add a customer."""
    new.email = new.email.lower()
    customer = Customer(**to_builtins(new))
    async with refuse_conflicts(session, _taken(new.email)):
        session.add(customer)
    response.headers["Location"] = str(request.url_for("read_customer", customer_id=customer.id))
    return as_schema(customer, CustomerOut)


@router.patch("/{customer_id:int}", responses=answers({}, _NOT_FOUND, _TAKEN))
async def change_customer(customer_id: CustomerId, patch: Partial[NewCustomer], session: Session) -> CustomerOut:
    """Write the fields that are sent. `null` removes the address; a field that is left out stays."""
    customer = await _find(session, customer_id)
    sent = changes(patch)
    if "email" in sent:
        sent["email"] = sent["email"].lower()
    async with refuse_conflicts(session, _taken(sent.get("email", customer.email))):
        for name, value in sent.items():
            setattr(customer, name, value)
    return as_schema(customer, CustomerOut)


@router.delete("/{customer_id:int}", status_code=204, responses=answers({409: "The customer has orders."}, _NOT_FOUND))
async def delete_customer(customer_id: CustomerId, session: Session) -> None:
    """Remove a customer who has ordered nothing."""
    customer = await _find(session, customer_id)
    if await session.scalar(select(exists().where(Order.customer_id == customer_id))):
        raise HTTPException(409, f"Customer {customer_id} has orders.")
    await session.delete(customer)


async def _find(session: AsyncSession, customer_id: int) -> Customer:
    customer = await session.get(Customer, customer_id)
    if customer is None:
        raise HTTPException(404, f"There is no customer {customer_id}.")
    return customer


def _taken(email: str) -> str:
    return f"There is another customer with the address {email}."
