from typing import Annotated

from FasterAPI import Depends, Faster, TestClient

app = Faster()


def open_session() -> str:
    return "the real database"


@app.get("/where")
async def where(session: Annotated[str, Depends(open_session)]) -> str:
    return session


def test_where() -> None:
    with TestClient(app) as client:
        assert client.get("/where").json() == "the real database"


def test_without_database() -> None:
    with TestClient(app) as client, app.override({open_session: lambda: "a fake"}):
        assert client.get("/where").json() == "a fake"


test_where()
test_without_database()
