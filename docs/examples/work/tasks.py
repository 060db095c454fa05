from typing import Annotated

from taskiq import InMemoryBroker

from FasterAPI import Depends, Faster
from FasterAPI.contrib.taskiq import Tasks

broker = InMemoryBroker(await_inplace=True)  # RedisStreamBroker("redis://localhost:6379/0") for workers of their own
app = Faster()
tasks = Tasks(app, broker)
letters: list[str] = []


def open_mailer() -> list[str]:
    return letters


@tasks.task
async def send_invoice(order_id: int, mailer: Annotated[list[str], Depends(open_mailer)]) -> None:
    mailer.append(f"Invoice for order {order_id}")


@app.post("/orders/{order_id}", status_code=202)
async def create_order(order_id: int) -> None:
    await send_invoice.kiq(order_id)


@app.get("/letters")
async def list_letters() -> list[str]:
    return letters
