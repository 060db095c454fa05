import os
from typing import Annotated

from FasterAPI import Faster, HTMLResponse, Query, WebSocket
from FasterAPI.pubsub import PubSub, relay

pubsub = PubSub(os.environ.get("CHAT_BROKER", "memory://"))
app = Faster()
app.install(pubsub)

PAGE = """<!doctype html>
<title>Chat</title>
<form><input name="text" placeholder="Say something" autocomplete="off"></form>
<ul></ul>
<script>
  const socket = new WebSocket(location.origin.replace("http", "ws") + "/rooms/lobby?name=" + prompt("Your name"));
  const list = document.querySelector("ul"), form = document.querySelector("form");
  socket.onmessage = event => {
    const line = JSON.parse(event.data), item = document.createElement("li");
    item.textContent = line.name + ": " + line.text;
    list.append(item);
  };
  form.onsubmit = event => { event.preventDefault(); socket.send(form.text.value); form.reset(); };
</script>
"""


@app.get("/", response_class=HTMLResponse)
async def show_page() -> str:
    return PAGE


@app.websocket("/rooms/{room}")
async def chat(socket: WebSocket, room: str, name: Annotated[str, Query(min_length=1, max_length=40)]) -> None:
    channel = f"room:{room}"

    async def say(text: str) -> None:
        await pubsub.publish(channel, {"name": name, "text": text})

    async with pubsub.subscribe(channel) as lines:
        await socket.accept()
        await socket.send_json({"name": "the server", "text": f"Welcome to worker {os.getpid()}."})
        await relay(socket, lines, say)
