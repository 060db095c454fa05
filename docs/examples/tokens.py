from typing import Annotated, Any

from faster_core.security import constant_time_equal
from FasterAPI import Depends, Faster, OAuth2PasswordRequestForm, Security
from FasterAPI.contrib.jwt import JWTBearer, oauth2_password_token_response

SECRET = "at least thirty-two bytes, from your settings"

app = Faster()
bearer = JWTBearer(SECRET)


async def check_password(username: str, password: str) -> str | None:
    known = username == "ada" and constant_time_equal(password, "engine")
    return username if known else None


@app.post("/token")
async def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> dict[str, str | int]:
    return await oauth2_password_token_response(form, secret=SECRET, authenticate=check_password, expires_minutes=15)


@app.get("/me")
async def read_me(claims: Annotated[dict[str, Any], Security(bearer)]) -> str:
    return str(claims["sub"])
