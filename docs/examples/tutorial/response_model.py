from msgspec import Struct

from FasterAPI import Faster, Response

app = Faster()


class Account(Struct):
    name: str
    password_hash: str
    phone: str | None = None


class PublicAccount(Struct):
    name: str
    phone: str | None = None


accounts = {"ada": Account(name="ada", password_hash="…")}


@app.get("/accounts/{name}", response_model=PublicAccount, response_model_exclude_none=True)
async def read_account(name: str, response: Response) -> Account:
    response.headers["Cache-Control"] = "max-age=60"
    return accounts[name]


@app.delete("/accounts/{name}", status_code=204)
async def delete_account(name: str) -> None:
    accounts.pop(name, None)
