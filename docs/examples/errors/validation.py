from msgspec import Struct

from FasterAPI import Faster, JSONResponse, Request, RequestValidationError

app = Faster()


class Item(Struct):
    item_id: int


@app.post("/items")
async def create_item(item: Item) -> Item:
    return item


async def answer_validation_error(request: Request, exc: RequestValidationError) -> JSONResponse:
    return JSONResponse({"errors": exc.errors, "hint": "Check your request body."}, status_code=422)


app.add_exception_handler(RequestValidationError, answer_validation_error)
