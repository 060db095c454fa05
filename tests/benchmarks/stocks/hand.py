"""Written by hand: one function for all resources, and no document."""

from typing import Any

from tests.benchmarks.exchange import Application
from tests.benchmarks.peers import hand
from tests.benchmarks.shop import Connection, current_user, load_settings

__all__ = ["stocked"]

ITEM = hand.Item("Widget", 9.5, 3, ["new"])


def stocked(resources: int) -> Application:
    names = {f"resource{number}" for number in range(resources)}

    async def dispatch(scope: Any, receive: Any, send: Any) -> None:
        _, name, *rest = scope["path"].split("/")
        if name not in names or len(rest) > 1:
            raise hand.Refusal(404, "Not Found")
        method = scope["method"]
        item_id = hand.as_int(rest[0]) if rest else None
        async with Connection(await load_settings()) as connection:
            await current_user(connection)
            if method == "GET":
                await hand.answer(send, 200, [ITEM] if item_id is None else ITEM)
            elif method in ("POST", "PUT"):
                item = hand.decode_item(await hand.read_body(receive))
                await hand.answer(send, 201 if method == "POST" else 200, item)
            elif method == "DELETE":
                await send({"type": "http.response.start", "status": 204, "headers": []})
                await send({"type": "http.response.body", "body": b""})
            else:
                raise hand.wrong_method(b"GET, POST, PUT, DELETE")

    return hand.door(dispatch)
