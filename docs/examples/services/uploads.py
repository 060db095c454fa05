import os
import shutil
import tempfile
from pathlib import Path as Folder
from secrets import token_hex
from typing import Annotated

import msgspec

from FasterAPI import Faster, FileResponse, HTTPException, Limits, Path, UploadFile

FOLDER = Folder(os.environ.get("UPLOADS") or tempfile.mkdtemp())

app = Faster(limits=Limits(max_form_size=50 * 1024 * 1024, max_files=1))


class Stored(msgspec.Struct):
    key: str
    filename: str
    size: int


Key = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


@app.post("/files", status_code=201)
def add_file(file: UploadFile) -> Stored:
    # The name is the client's word: it is kept, and never becomes a path.
    key = token_hex(16)
    # A plain function runs in a thread, where it may wait for the disk. The file is never in memory as a whole.
    with (FOLDER / key).open("xb") as target:
        shutil.copyfileobj(file.file, target)
        stored = Stored(key, file.filename or "unnamed", target.tell())
    (FOLDER / f"{key}.json").write_bytes(msgspec.json.encode(stored))
    return stored


@app.get("/files/{key}")
def read_file(key: Key) -> FileResponse:
    try:
        stored = msgspec.json.decode((FOLDER / f"{key}.json").read_bytes(), type=Stored)
    except FileNotFoundError:
        raise HTTPException(404, "There is no such file.") from None
    # Always as a download: a page that somebody has uploaded must not run as one of yours.
    return FileResponse(FOLDER / key, filename=stored.filename, media_type="application/octet-stream")
