import tempfile
from pathlib import Path

from FasterAPI import Faster, HTMLResponse, Jinja2Templates, Request, Response

folder = Path(tempfile.mkdtemp())
(folder / "item.html").write_text('<a href="{{ url_for("read_item", name=name) }}">{{ name }}</a>')

app = Faster()
templates = Jinja2Templates(directory=folder)


@app.get("/items/{name}", response_class=HTMLResponse)
async def read_item(request: Request, name: str) -> Response:
    return templates.TemplateResponse(request, "item.html", {"name": name})
