from FasterAPI import Faster
from FasterAPI.contrib.prometheus import Prometheus

app = Faster()
app.install(Prometheus())


@app.get("/items/{item_id}")
async def read_item(item_id: int) -> dict[str, int]:
    return {"item_id": item_id}
