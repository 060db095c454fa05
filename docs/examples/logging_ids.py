import logging.config

from FasterAPI import Faster, RequestIDMiddleware

logging.config.dictConfig(
    {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "faster_core.middleware.RequestIDFilter"}},
        "formatters": {"plain": {"format": "%(asctime)s %(levelname)s [%(request_id)s] %(name)s: %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["request_id"]}},
        "root": {"level": "INFO", "handlers": ["stderr"]},
    }
)

app = Faster()
app.add_middleware(RequestIDMiddleware)
log = logging.getLogger("shop")


@app.get("/items/{item_id}")
async def read_item(item_id: int) -> dict[str, int]:
    log.info("reading item %d", item_id)
    return {"item_id": item_id}
