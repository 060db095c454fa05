from FasterAPI import Faster, UploadFile

app = Faster()


@app.post("/upload")
async def upload(file: UploadFile) -> dict[str, object]:
    return {"filename": file.filename, "size": len(await file.read())}
