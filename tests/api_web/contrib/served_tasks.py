"""An application with tasks, for a worker process, which finds its broker in the environment."""

import os
from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
from taskiq.serializers import JSONSerializer
from taskiq_redis import RedisAsyncResultBackend, RedisStreamBroker

from FasterAPI import Depends, Faster
from FasterAPI.contrib.taskiq import Tasks

URL, NAME = os.environ["TEST_TASKS_URL"], os.environ["TEST_TASKS_NAME"]

broker = RedisStreamBroker(URL, queue_name=NAME, consumer_group_name=NAME).with_result_backend(
    RedisAsyncResultBackend(URL, prefix_str=NAME, result_ex_time=60, serializer=JSONSerializer())
)
app = Faster()
tasks = Tasks(app, broker)


class Order(msgspec.Struct):
    product: str
    amount: int


async def open_shelf() -> AsyncIterator[dict[str, int]]:
    yield {"tea": 10}


Shelf = Annotated[dict[str, int], Depends(open_shelf, scope="app")]


@tasks.task
async def pack(order: Order, shelf: Shelf) -> dict[str, int]:
    shelf[order.product] -= order.amount
    return {"left": shelf[order.product], "process": os.getpid()}


@app.post("/orders")
async def order(order: Order) -> dict[str, int]:
    task = await pack.kiq(order)
    result = await task.wait_result(timeout=60)
    return {**result.return_value, "asked_by": os.getpid()}
