from __future__ import annotations

from typing import Annotated

from FasterAPI import Depends, Faster

app = Faster()


def find_user(rights: Annotated[str, Depends(find_rights)]) -> str:
    return f"somebody with {rights}"


def find_rights(user: Annotated[str, Depends(find_user)]) -> str:
    return f"the rights of {user}"


@app.get("/me")
async def read_me(user: Annotated[str, Depends(find_user)]) -> str:
    return user
