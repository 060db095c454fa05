import os

from FasterAPI import Faster, Request, http_version
from FasterAPI.contrib.http2 import serve_http2

app = Faster()


@app.get("/version")
async def version(request: Request) -> str:
    return http_version(request)


if __name__ == "__main__":
    port = int(os.environ.get("PORT", "8443"))
    serve_http2("http2_server:app", certfile="shop.crt", keyfile="shop.key", port=port)
