from FasterAPI import Faster, Request, SessionMiddleware

app = Faster()
app.add_middleware(SessionMiddleware, secret_key="a secret from your settings")


@app.post("/basket/{product}")
async def add(product: str, request: Request) -> list[str]:
    request.session.setdefault("basket", []).append(product)
    basket: list[str] = request.session["basket"]
    return basket
