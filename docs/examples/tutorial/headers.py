from typing import Annotated

from FasterAPI import Cookie, Faster, Header

app = Faster()


@app.get("/visit")
async def visit(
    user_agent: Annotated[str, Header()],
    accept_language: Annotated[str | None, Header()] = None,
    theme: Annotated[str, Cookie()] = "light",
) -> dict[str, str | None]:
    return {"user_agent": user_agent, "accept_language": accept_language, "theme": theme}
