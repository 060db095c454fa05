from typing import Annotated

from faster_core.security import constant_time_equal
from FasterAPI import Depends, Faster, HTTPBasic, HTTPBasicCredentials, HTTPException

app = Faster()
PASSWORDS = {"ada": "engine"}


def find_user(given: Annotated[HTTPBasicCredentials, Depends(HTTPBasic(realm="shop"))]) -> str:
    expected = PASSWORDS.get(given.username, "")
    if not (constant_time_equal(given.password, expected) and expected):
        raise HTTPException(401, headers={"WWW-Authenticate": 'Basic realm="shop"'})
    return given.username


@app.get("/me")
async def read_me(user: Annotated[str, Depends(find_user)]) -> str:
    return user
