from FasterAPI import Faster, JSONResponse, Request, Response

app = Faster()


class ShopError(Exception):
    """The base of this application's errors."""


class ItemNotFound(ShopError):
    def __init__(self, item_id: int) -> None:
        self.item_id = item_id


class OutOfStock(ShopError):
    pass


@app.exception_handler(ShopError)
def answer_shop_error(request: Request, exc: ShopError) -> Response:
    return JSONResponse({"detail": type(exc).__name__}, status_code=409)


@app.exception_handler(ItemNotFound)
async def answer_not_found(request: Request, exc: ItemNotFound) -> Response:
    return JSONResponse({"detail": f"Item {exc.item_id} does not exist"}, status_code=404)


@app.exception_handler(405)
async def answer_wrong_method(request: Request, exc: Exception) -> Response:
    return JSONResponse({"detail": f"There is no {request.method} here."}, status_code=405)


@app.get("/items/{item_id}", raises=[ItemNotFound, OutOfStock])
async def read_item(item_id: int) -> dict[str, int]:
    raise ItemNotFound(item_id) if item_id else OutOfStock


@app.get("/broken")
async def broken() -> None:
    raise ValueError("a secret of ours")
