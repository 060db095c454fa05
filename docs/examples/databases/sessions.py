import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

from msgspec import Struct
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from FasterAPI import Depends, Faster, HTTPException
from FasterAPI.contrib.sqlalchemy import Database


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)


class NewCustomer(Struct):
    email: str


database = Database(f"sqlite+aiosqlite:///{Path(tempfile.mkdtemp()) / 'shop.db'}")
Session = Annotated[AsyncSession, Depends(database.session, scope="function")]


async def lifespan(app: Faster) -> AsyncIterator[None]:
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield


app = Faster(lifespan=lifespan)
app.install(database)
app.add_api_route("/health/database", database.health)


@app.post("/customers", status_code=201)
async def create_customer(customer: NewCustomer, session: Session) -> dict[str, int]:
    row = Customer(email=customer.email)
    session.add(row)
    try:
        await session.flush()
    except IntegrityError:
        raise HTTPException(409, "This address is taken.") from None
    return {"id": row.id}
