import os
import tempfile
from collections.abc import AsyncIterator
from hashlib import scrypt
from hmac import compare_digest
from secrets import token_bytes
from typing import Annotated, Any

from msgspec import Meta, Struct
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from FasterAPI import Depends, Faster, HTTPException, OAuth2PasswordRequestForm, Security, run_in_threadpool
from FasterAPI.contrib.jwt import JWTBearer, oauth2_password_token_response
from FasterAPI.contrib.sqlalchemy import Database

SECRET = os.environ.get("SECRET", "at least thirty-two bytes, from your settings")
DATABASE_URL = os.environ.get("DATABASE_URL", f"sqlite+aiosqlite:///{tempfile.mkdtemp()}/users.db")


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    name: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[bytes]
    password: Mapped[bytes]


class NewUser(Struct):
    name: Annotated[str, Meta(pattern=r"^[\w.@+-]{1,80}$")]
    password: Annotated[str, Meta(min_length=8, max_length=200)]


def digest(password: str, salt: bytes) -> bytes:
    return scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)


database = Database(DATABASE_URL)
Session = Annotated[AsyncSession, Depends(database.session, scope="function")]
bearer = JWTBearer(SECRET)


async def lifespan(app: Faster) -> AsyncIterator[None]:
    async with database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # Workers start at the same moment: one after the other looks what is missing.
            await connection.execute(text("SELECT pg_advisory_xact_lock(1)"))
        await connection.run_sync(Base.metadata.create_all)
    yield


app = Faster(lifespan=lifespan)
app.install(database)


@app.post("/users", status_code=201)
async def register(new: NewUser, session: Session) -> dict[str, str]:
    salt = token_bytes(16)
    # It takes long on purpose; a thread lets others go on meanwhile.
    password = await run_in_threadpool(digest, new.password, salt)
    session.add(User(name=new.name, salt=salt, password=password))
    try:
        await session.flush()
    except IntegrityError:
        raise HTTPException(409, "This name is taken.") from None
    return {"name": new.name}


@app.post("/token")
async def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()], session: Session) -> dict[str, str | int]:
    async def authenticate(name: str, password: str) -> str | None:
        # PostgreSQL has no text with a zero byte, so nobody is called that.
        user = None if "\x00" in name else await session.get(User, name)
        # For a name that nobody has the work is the same: how long it takes tells nothing.
        given = await run_in_threadpool(digest, password, user.salt if user else b"nobody")
        return name if user and compare_digest(given, user.password) else None

    return await oauth2_password_token_response(form, secret=SECRET, authenticate=authenticate, expires_minutes=15)


async def find_user(claims: Annotated[dict[str, Any], Security(bearer)], session: Session) -> User:
    user = await session.get(User, claims["sub"])
    if user is None:
        raise HTTPException(401, "This user is no more.", {"WWW-Authenticate": "Bearer"})
    return user


@app.get("/me")
async def read_me(user: Annotated[User, Depends(find_user)]) -> dict[str, str]:
    return {"name": user.name}
