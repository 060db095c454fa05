from typing import Annotated

from FasterAPI import Depends, Faster, Query, WebSocket, WebSocketException

app = Faster()


def find_user(token: Annotated[str, Query()]) -> str:
    if token != "secret":
        raise WebSocketException(1008, "This token is not known.")
    return "ada"


@app.websocket("/rooms/{room}")
async def talk(socket: WebSocket, room: str, user: Annotated[str, Depends(find_user)]) -> None:
    await socket.accept()
    async for text in socket.iter_text():
        await socket.send_json({"room": room, "from": user, "text": text})
