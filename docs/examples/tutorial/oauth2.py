from typing import Annotated

from FasterAPI import (
    Depends,
    Faster,
    HTTPException,
    OAuth2PasswordBearer,
    OAuth2PasswordRequestForm,
    Security,
    SecurityScopes,
)

app = Faster()
scheme = OAuth2PasswordBearer(tokenUrl="token", scopes={"items:read": "Read items.", "items:write": "Change items."})
granted = {"token-of-ada": {"items:read"}}


@app.post("/token")
async def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> dict[str, str]:
    if (form.username, form.password) != ("ada", "engine"):
        raise HTTPException(400, "Incorrect user name or password.")
    return {"access_token": "token-of-ada", "token_type": "bearer"}


def find_user(wanted: SecurityScopes, token: Annotated[str, Depends(scheme)]) -> str:
    challenge = {"WWW-Authenticate": f'Bearer scope="{wanted.scope_str}"'}
    if token not in granted:
        raise HTTPException(401, "This token is not known.", challenge)
    if not granted[token].issuperset(wanted.scopes):
        raise HTTPException(403, "The token does not reach that far.", challenge)
    return token.removeprefix("token-of-")


@app.get("/items")
async def list_items(user: Annotated[str, Security(find_user, scopes=["items:read"])]) -> str:
    return f"items of {user}"


@app.post("/items")
async def create_item(user: Annotated[str, Security(find_user, scopes=["items:write"])]) -> None:
    return None
