import tempfile
from pathlib import Path

from FasterAPI import Faster

dist = Path(tempfile.mkdtemp())
(dist / "index.html").write_text("<title>Shop</title>")

app = Faster()
app.frontend("/", directory=dist)


@app.get("/api/items")
async def list_items() -> list[str]:
    return ["tea"]
