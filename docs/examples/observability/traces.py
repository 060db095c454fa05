from typing import Annotated

from FasterAPI import Depends, Faster
from FasterAPI.contrib.opentelemetry import OpenTelemetryMiddleware, traced

app = Faster()
app.add_middleware(OpenTelemetryMiddleware)


@traced
async def load_user(user_id: int) -> str:
    return f"user {user_id}"


@app.get("/users/{user_id}")
async def read_user(user: Annotated[str, Depends(load_user)]) -> str:
    return user
