from typing import Annotated

from FasterAPI import Faster, Form

app = Faster()


@app.post("/login")
async def login(name: Annotated[str, Form()]) -> dict[str, str]:
    return {"name": name}
