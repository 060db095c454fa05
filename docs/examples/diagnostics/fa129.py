from FasterAPI import Faster, Request, WebSocket

app = Faster()


@app.websocket("/talk")
async def talk(socket: WebSocket, request: Request) -> None:
    await socket.accept()
    await socket.send_text(request.url.path)
