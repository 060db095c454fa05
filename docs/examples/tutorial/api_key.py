from typing import Annotated

from faster_core.security import constant_time_equal
from FasterAPI import APIKeyHeader, Faster, HTTPException, Security

app = Faster()
KEY = "a-long-random-key"


def require_key(key: Annotated[str, Security(APIKeyHeader(name="X-API-Key"))]) -> None:
    if not constant_time_equal(key, KEY):
        raise HTTPException(403, "This key is not known.")


@app.get("/reports", dependencies=[Security(require_key)])
async def list_reports() -> list[str]:
    return ["2024"]
