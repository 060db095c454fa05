from FasterAPI import Faster

app = Faster()


@app.get("/")
async def root() -> dict[str, str]:
    return {"hello": "world"}
