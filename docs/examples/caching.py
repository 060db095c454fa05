import os

from FasterAPI import Faster, Response
from FasterAPI.contrib.redis import RedisCacheMiddleware

app = Faster()
app.add_middleware(RedisCacheMiddleware, url=os.environ.get("REDIS_URL", "redis://localhost:6379/0"))


@app.get("/prices")
async def list_prices(response: Response) -> dict[str, int]:
    response.headers["Cache-Control"] = "public, s-maxage=60"
    return {"tea": 350}
