"""HTTP/2 with TLS, by hypercorn or granian. Needs the extra `http2`.

    serve_http2("shop:app", certfile="shop.crt", keyfile="shop.key", port=8443)

Browsers speak HTTP/2 over TLS only. Who does not speak it gets HTTP/1.1 at the same port. Behind a proxy that ends TLS
this is not needed: proxies speak HTTP/1.1 to the application.

Spec: RFC 9113, 3.2
"""

from os import PathLike
from pathlib import Path
from typing import Any, Literal, TypeAlias

from FasterAPI.contrib._extra import needs

__all__ = ["HTTP2Server", "serve_http2"]

HTTP2Server: TypeAlias = Literal["hypercorn", "granian"]


def serve_http2(
    target: str,
    *,
    certfile: str | PathLike[str],
    keyfile: str | PathLike[str],
    host: str = "127.0.0.1",
    port: int = 8443,
    workers: int = 1,
    server: HTTP2Server = "hypercorn",
) -> None:
    """Serve an application until the process is told to stop.

    Args:
        target: `module:attribute`. Workers import it themselves.
        certfile: The certificate, PEM, with those between it and the authority.
        keyfile: Its private key, PEM.
        host: The address to listen on.
        port: The port.
        workers: How many processes.
        server: `hypercorn`, in Python, or `granian`, in Rust.

    Raises:
        FileNotFoundError: For a certificate or a key that is not there.
        ImportError: When the server is not installed; the message is the command to run.
        ValueError: For another server, or a target without an attribute.
    """
    if ":" not in target:
        raise ValueError(f"serve_http2() got {target!r}. Write 'module:attribute', as 'shop:app'.")
    for path in (certfile, keyfile):
        if not Path(path).is_file():
            raise FileNotFoundError(f"serve_http2() finds no file {str(path)!r}.")
    if server == "hypercorn":
        _serve_hypercorn(target, Path(certfile), Path(keyfile), host, port, workers)
    elif server == "granian":
        _serve_granian(target, Path(certfile), Path(keyfile), host, port, workers)
    else:
        raise ValueError(f"There is no server {server!r} for HTTP/2. Write 'hypercorn' or 'granian'.")


def _serve_hypercorn(target: str, certfile: Path, keyfile: Path, host: str, port: int, workers: int) -> None:
    with needs("hypercorn", extra="http2", user="FasterAPI.contrib.http2"):
        from hypercorn.config import Config
        from hypercorn.run import run

    config: Any = Config()
    config.application_path = target
    config.bind = [f"[{host}]:{port}" if ":" in host else f"{host}:{port}"]
    config.certfile, config.keyfile = str(certfile), str(keyfile)
    # None is this process itself.
    config.workers = workers if workers > 1 else 0
    config.include_server_header = False
    run(config)


def _serve_granian(target: str, certfile: Path, keyfile: Path, host: str, port: int, workers: int) -> None:
    with needs("granian", extra="http2", user="FasterAPI.contrib.http2"):
        from granian import Granian
        from granian.constants import HTTPModes, Interfaces

    Granian(
        target,
        address=host,
        port=port,
        workers=workers,
        interface=Interfaces.ASGI,
        # `auto` speaks both: which one the client says with ALPN.
        http=HTTPModes.auto,
        ssl_cert=certfile,
        ssl_key=keyfile,
    ).serve()
