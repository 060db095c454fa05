import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import pytest

from FasterAPI import Depends, Faster, HTTPException, TestClient
from tests.api_web.contrib.example import run_example
from tests.api_web.contrib.service import POSTGRES, POSTGRES_URL

pytest.importorskip("sqlalchemy")
pytest.importorskip("aiosqlite")
pytest.importorskip("asyncpg")

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from FasterAPI import async_engine_from_url_optional
from FasterAPI import sqlalchemy_session_dependency as session_dependency_by_old_name
from FasterAPI.contrib import sqlalchemy as module
from FasterAPI.contrib.sqlalchemy import Database, sqlalchemy_session_dependency


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = f"contrib_customer_{uuid4().hex[:8]}"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=POSTGRES)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/test.db"
    return POSTGRES_URL


@pytest.fixture
def database(url: str) -> Any:
    database = Database(url)

    async def change(method: Any) -> None:
        async with database.opened(), database.engine.begin() as connection:
            await connection.run_sync(method)

    asyncio.run(change(Base.metadata.create_all))
    yield database
    asyncio.run(change(Base.metadata.drop_all))


def make_app(database: Database, get_session: Any = None) -> Any:
    app = Faster()
    app.install(database)
    Session = Annotated[AsyncSession, Depends(get_session or database.session, scope="function")]

    @app.post("/customers", status_code=201)
    async def add(name: str, session: Session, fails: bool = False) -> int:
        customer = Customer(name=name)
        session.add(customer)
        await session.flush()
        if fails:
            raise HTTPException(409, "Changed my mind")
        return customer.id

    @app.post("/twice")
    async def add_twice(name: str, session: Session) -> str:
        # Nothing is flushed: the commit finds out.
        session.add_all([Customer(name=name), Customer(name=name)])
        return "added"

    @app.get("/customers")
    async def count(session: Session) -> int | None:
        return await session.scalar(select(func.count()).select_from(Customer))

    app.add_api_route("/health", database.health)
    return app


def test_first_example_runs(database: Database, url: str) -> None:
    example = run_example(module, replace={"postgresql+asyncpg://shop@localhost/shop": url}, Customer=Customer)
    with TestClient(example["app"]) as client:
        assert client.post("/customers?name=ada").json() == 1


def test_session_commits_when_the_handler_returns_and_rolls_back_when_it_raises(database: Database) -> None:
    with TestClient(make_app(database)) as client:
        assert client.post("/customers?name=ada").status_code == 201
        assert client.post("/customers?name=ben&fails=true").status_code == 409
        assert client.get("/customers").json() == 1


def test_commit_that_fails_is_not_answered_as_success(database: Database) -> None:
    with TestClient(make_app(database), raise_server_exceptions=False) as client:
        assert client.post("/twice?name=ada").status_code == 500
        assert client.get("/customers").json() == 0


def test_everything_within_undone_is_undone(database: Database) -> None:
    app = make_app(database)
    with database.undone(), TestClient(app) as client:
        assert client.post("/customers?name=ada").status_code == 201
        # An error undoes its own request only.
        assert client.post("/customers?name=ben&fails=true").status_code == 409
        assert client.get("/customers").json() == 1
    with TestClient(app) as client:
        assert client.get("/customers").json() == 0


def test_undone_blocks_do_not_nest(database: Database) -> None:
    with (
        database.undone(),
        pytest.raises(RuntimeError, match=r"^Database\.undone\(\) is active already\. Leave that block first\.$"),
        database.undone(),
    ):
        pass


def test_dependency_for_a_session_factory_commits_and_rolls_back(database: Database) -> None:
    get_session = sqlalchemy_session_dependency(async_sessionmaker(database.engine, expire_on_commit=False))
    with TestClient(make_app(database, get_session)) as client:
        assert client.post("/customers?name=ada").status_code == 201
        assert client.post("/customers?name=ben&fails=true").status_code == 409
        assert client.get("/customers").json() == 1


def test_dependency_without_a_factory_is_refused() -> None:
    assert session_dependency_by_old_name is sqlalchemy_session_dependency
    with pytest.raises(ValueError, match=r"got None\. Give it an async_sessionmaker\.$"):
        sqlalchemy_session_dependency(None)  # type: ignore[arg-type]


def test_application_lifespan_has_the_database_to_its_end(database: Database) -> None:
    seen = []

    @asynccontextmanager
    async def lifespan(app: Any) -> Any:
        yield {"greeting": "hello"}
        async with database.sessions.begin() as session:
            seen.append(await session.scalar(text("SELECT 7")))

    app = Faster(lifespan=lifespan)
    app.install(database)
    with TestClient(app):
        pass
    assert seen == [7]
    status = database.engine.pool.status()
    assert "Connections in pool: 0" in status or "NullPool" in status


def test_bare_generator_lifespan_is_kept(database: Database) -> None:
    seen = []

    async def lifespan(app: Any) -> Any:
        seen.append("in")
        yield
        seen.append("out")

    app = Faster(lifespan=lifespan)
    app.install(database)
    with TestClient(app):
        assert seen == ["in"]
    assert seen == ["in", "out"]


def test_health_is_200_while_the_database_answers(database: Database) -> None:
    with TestClient(make_app(database)) as client:
        response = client.get("/health")
    assert (response.status_code, response.json()) == (200, {"database": "ok"})


def test_health_is_503_and_does_not_tell_where_the_database_is(
    refusing_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(f"postgresql+asyncpg://postgres:secret@127.0.0.1:{refusing_port}/test")
    with TestClient(make_app(database)) as client:
        response = client.get("/health")
    assert (response.status_code, response.json()) == (503, {"database": "unavailable"})
    assert "The database does not answer" in caplog.text
    assert "secret" not in caplog.text


def test_engine_of_your_own_takes_no_options(url: str) -> None:
    engine = async_engine_from_url_optional(url)
    assert Database(engine).engine is engine
    with pytest.raises(TypeError, match=r"^Database takes options only with a URL\."):
        Database(engine, echo=True)


def test_driver_that_is_missing_is_named() -> None:
    with pytest.raises(
        ImportError, match=r"^The database URL needs asyncmy, which is not installed\. Run: pip install"
    ):
        async_engine_from_url_optional("mysql+asyncmy://localhost/test")


def test_sqlite_holds_foreign_keys(tmp_path: Path) -> None:
    async def run() -> None:
        database = Database(f"sqlite+aiosqlite:///{tmp_path}/keys.db")
        async with database.opened(), database.sessions.begin() as session:
            await session.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
            await session.execute(text("CREATE TABLE child (id INTEGER REFERENCES parent(id))"))
            with pytest.raises(IntegrityError):
                async with session.begin_nested():
                    await session.execute(text("INSERT INTO child VALUES (1)"))

    asyncio.run(run())
