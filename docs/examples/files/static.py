import tempfile
from pathlib import Path

from FasterAPI import Faster, StaticFiles

folder = Path(tempfile.mkdtemp())
(folder / "hello.txt").write_text("hello")

app = Faster()
app.mount("/static", StaticFiles(directory=folder), name="static")
