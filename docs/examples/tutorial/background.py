from FasterAPI import BackgroundTasks, Faster

app = Faster()
sent: list[str] = []


def send_mail(address: str) -> None:
    sent.append(address)


@app.post("/letters/{address}", status_code=202)
async def write_letter(address: str, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_mail, address)
    return {"to": address}


@app.get("/letters")
async def list_letters() -> list[str]:
    return sent
