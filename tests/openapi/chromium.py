"""A headless Chromium, driven through the DevTools protocol: as much of it as the tests of the pages need."""

import base64
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--window-size=1400,1200",
    "--remote-debugging-port=0",
    # Whatever is not this machine does not exist.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)


class Tab:
    """One page. What it requests and complains about is kept.

    Attributes:
        requests: The URLs that were asked for.
        complaints: Errors of the console, of the network and of the policy.
    """

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._number = 0
        self.requests: list[str] = []
        self.complaints: list[str] = []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> Any:
        """Return what a method of the protocol gives."""
        self._number += 1
        self._connection.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            message = json.loads(self._connection.recv(timeout=90))
            if message.get("id") == self._number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self._notice(message)

    def _notice(self, message: dict[str, Any]) -> None:
        params = message.get("params", {})
        kind = message.get("method")
        if kind == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif kind == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(params["exceptionDetails"])[:2000])
        elif kind == "Runtime.consoleAPICalled" and params["type"] in ("error", "assert"):
            self.complaints.append(json.dumps(params["args"])[:2000])
        elif kind == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.complaints.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")

    def open(self, url: str) -> None:
        """Open a URL; the page may still be drawing itself afterwards."""
        # The page before this one is left first: what it still asks for is not this one's.
        self.call("Page.navigate", url="about:blank")
        self.run("new Promise(resolve => setTimeout(resolve, 50))")
        self.requests.clear()
        self.complaints.clear()
        self.call("Page.navigate", url=url)

    def run(self, script: str) -> Any:
        """Return the value of an expression of JavaScript."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{script}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def wait(self, script: str, seconds: float = 60) -> Any:
        """Return the value of an expression as soon as it is true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = self.run(script)
            if value:
                return value
            time.sleep(0.05)
        raise AssertionError(f"never true: {script}; complaints: {self.complaints}; {self.text()[:2000]}")

    def text(self) -> str:
        """Return the text that is to be seen."""
        return str(self.run("document.body ? document.body.innerText : ''"))

    def click(self, selector: str) -> None:
        """Click the first element that a selector finds, once it is there."""
        found = json.dumps(selector)
        self.wait(f"(item => item && (item.click(), true))(document.querySelector({found}))")

    def type(self, selector: str, text: str) -> None:
        """Replace the text of a field, as a person does who types."""
        found = json.dumps(selector)
        self.wait(f"(item => item && (item.focus(), item.select(), true))(document.querySelector({found}))")
        self.call("Input.insertText", text=text)

    def picture(self, path: Path) -> None:
        """Write what is to be seen as a PNG."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))


@contextmanager
def browser() -> Iterator[Tab]:
    """Start a browser of its own, and end it."""
    assert PROGRAM is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [PROGRAM, *FLAGS, f"--user-data-dir={folder}", "about:blank"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            with connect(_debugger(Path(folder), process), max_size=None, origin=None) as connection:
                yield Tab(connection)
        finally:
            process.terminate()
            process.wait(timeout=60)


def _debugger(folder: Path, process: "subprocess.Popen[bytes]") -> str:
    """Return the address of the only page, once the browser has said it."""
    import urllib.request

    file = folder / "DevToolsActivePort"
    end = time.monotonic() + 90
    while time.monotonic() < end and process.poll() is None:
        if file.exists() and len(lines := file.read_text().split()) == 2:
            with urllib.request.urlopen(f"http://127.0.0.1:{lines[0]}/json/list", timeout=60) as answer:
                pages = [item for item in json.load(answer) if item["type"] == "page"]
            if pages:
                return str(pages[0]["webSocketDebuggerUrl"])
        time.sleep(0.05)
    raise AssertionError(f"Chromium did not start: {process.poll()}")
