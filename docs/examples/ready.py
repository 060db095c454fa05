from FasterAPI import Faster, HTTPException

app = Faster()


@app.get("/ready", include_in_schema=False)
async def ready() -> dict[str, bool]:
    if not app.ready:
        raise HTTPException(503, "Not ready.")
    return {"ready": True}


@app.get("/health", include_in_schema=False)
async def health() -> dict[str, str]:
    return {"status": "up"}
