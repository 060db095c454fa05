from collections.abc import AsyncIterator
from typing import Annotated

from FasterAPI import Depends, Faster, Header, HTTPException, Query

app = Faster()
log: list[str] = []


def read_page(limit: Annotated[int, Query(ge=1, le=100)] = 20, offset: int = 0) -> tuple[int, int]:
    return limit, offset


def find_user(x_token: Annotated[str | None, Header()] = None) -> str:
    if x_token != "secret":
        raise HTTPException(401, "Send X-Token.")
    return "ada"


async def open_session() -> AsyncIterator[str]:
    log.append("open")
    try:
        yield "session"
    except HTTPException:
        log.append("rolled back")
        raise
    finally:
        log.append("closed")


User = Annotated[str, Depends(find_user)]
Session = Annotated[str, Depends(open_session)]


@app.get("/items")
async def list_items(page: Annotated[tuple[int, int], Depends(read_page)], user: User) -> dict[str, object]:
    return {"page": page, "user": user}


@app.post("/items/{item_id}")
async def buy(item_id: int, user: User, session: Session) -> dict[str, object]:
    if item_id == 0:
        raise HTTPException(404)
    return {"item_id": item_id, "user": user}


@app.get("/log", dependencies=[Depends(find_user)])
async def read_log() -> list[str]:
    return log
