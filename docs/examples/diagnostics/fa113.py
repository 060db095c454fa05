from collections.abc import Iterator
from typing import Annotated

from FasterAPI import Depends, Faster

app = Faster()


def open_session() -> Iterator[str]:
    yield "session"


def open_cart(session: Annotated[str, Depends(open_session, scope="function")]) -> Iterator[str]:
    yield f"cart in {session}"


@app.get("/cart")
async def read_cart(cart: Annotated[str, Depends(open_cart)]) -> str:
    return cart
