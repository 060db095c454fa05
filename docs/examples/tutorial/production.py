from FasterAPI import Faster, Limits, RequestIDMiddleware, TimeoutMiddleware, TrustedHostMiddleware

app = Faster(limits=Limits(max_body_size=256 * 1024, max_form_size=20 * 1024 * 1024))
app.add_middleware(TimeoutMiddleware, timeout=30)
app.add_middleware(TrustedHostMiddleware, allowed_hosts=["shop.example.org", "127.0.0.1"])
app.add_middleware(RequestIDMiddleware)


@app.post("/notes", max_body_size=16)
async def add_note(note: dict[str, str]) -> dict[str, str]:
    return note


@app.get("/health", include_in_schema=False)
async def health() -> dict[str, str]:
    return {"status": "up"}
