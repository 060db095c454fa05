"""A uvicorn worker with one application: `python -m tests.benchmarks.worker ours plain` prints its port and serves."""

import socket
import sys
from importlib import import_module
from importlib.util import find_spec

from tests.benchmarks.exchange import Application
from tests.benchmarks.machine import pin
from tests.benchmarks.peer import PEERS

__all__ = ["serve"]

RESOURCES = 20


def serve(key: str, name: str) -> None:
    """Serve until the process is ended.

    Args:
        key: The peer.
        name: The application: `plain`, `crowded`, `wrapped`, or `stocked` with a hundred routes.
    """
    import uvicorn

    pin(0)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", 0))
        # From here on connections wait for uvicorn, so that the port can be told before it is up.
        listener.listen(128)
        config = uvicorn.Config(
            _application(key, name),
            http="httptools" if find_spec("httptools") else "auto",
            loop="uvloop" if find_spec("uvloop") else "auto",
            access_log=False,
            log_level="warning",
        )
        print(listener.getsockname()[1], flush=True)
        uvicorn.Server(config).run([listener])


def _application(key: str, name: str) -> Application:
    if name != "stocked":
        return PEERS[key].application(name)
    made: Application = import_module(f"tests.benchmarks.stocks.{key}").stocked(RESOURCES)
    return made


if __name__ == "__main__":
    serve(*sys.argv[1:3])
