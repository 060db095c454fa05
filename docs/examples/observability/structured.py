import structlog

from FasterAPI import Faster, RequestIDMiddleware
from FasterAPI.contrib.structlog import configure_structlog

configure_structlog(json_format=True)
log = structlog.get_logger("shop")

app = Faster()
app.add_middleware(RequestIDMiddleware)


@app.post("/orders/{product}", status_code=201)
async def order(product: str) -> None:
    log.info("ordered", product=product)
