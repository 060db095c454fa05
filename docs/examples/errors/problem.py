from msgspec import Struct

from FasterAPI import Faster, HTTPException

app = Faster(problem_details=True)


class Line(Struct):
    count: int


class Order(Struct):
    lines: list[Line]


@app.post("/orders")
async def create_order(order: Order) -> None:
    raise HTTPException(409, "There is not enough tea.")
