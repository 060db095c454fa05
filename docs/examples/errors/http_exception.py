from FasterAPI import Faster, HTTPException

app = Faster()

items = {"foo": "The Foo item"}


@app.get("/items/{item_id}")
async def read_item(item_id: str) -> dict[str, str]:
    if item_id not in items:
        raise HTTPException(status_code=404, detail="Item not found")
    return {"item": items[item_id]}


@app.get("/price")
async def read_price() -> None:
    raise HTTPException(status_code=422, detail={"field": "price", "msg": "must be positive"})


@app.get("/private")
async def read_private() -> None:
    raise HTTPException(status_code=401, detail="Not authenticated", headers={"WWW-Authenticate": "Bearer"})
