"""An application that tells the version of HTTP that it is asked by."""

from FasterAPI import Faster, Request, http_version, is_http2

app = Faster()


@app.get("/")
async def version(request: Request) -> dict[str, str | bool]:
    return {"version": http_version(request), "http2": is_http2(request), "scheme": request.url.scheme}
