from typing import Annotated

from msgspec import Struct

from FasterAPI import Faster, Form, UploadFile

app = Faster()


class Login(Struct):
    name: str
    password: str


@app.post("/login")
async def login(form: Annotated[Login, Form()]) -> dict[str, str]:
    return {"name": form.name}


@app.post("/photos", status_code=201)
async def add_photo(photo: UploadFile, title: Annotated[str, Form()] = "") -> dict[str, object]:
    return {"title": title, "filename": photo.filename, "size": len(await photo.read())}
