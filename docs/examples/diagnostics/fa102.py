import tempfile

from FasterAPI import Faster, StaticFiles

app = Faster()


@app.get("/files/{name:path}")
async def read_file(name: str) -> dict[str, str]:
    return {"name": name}


app.mount("/files", StaticFiles(directory=tempfile.gettempdir()))
