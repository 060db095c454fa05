"""`fasterapi run` and `fasterapi dev`."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from faster_core.app import App
from FasterAPI.cli.target import Broken, Target, app_argument, find_target, load
from FasterAPI.server import SERVERS, ServerName, check_port
from FasterAPI.server import run as serve

__all__ = ["dev", "run"]

_DEV_DEADLINE = 5.0
"""Seconds: who edits a file does not wait for an endless stream."""


def _address(command: Callable[..., Any]) -> Callable[..., Any]:
    port = click.IntRange(0, 65535)
    command = click.option("--root-path", default="", help="The path under which a proxy serves it.")(command)
    command = click.option("--port", default=8000, show_default=True, type=port, help="The port.")(command)
    return click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")(command)


@click.command()
@app_argument
@_address
@click.option("--workers", default=1, show_default=True, type=click.IntRange(min=1), help="How many processes.")
@click.option("--server", default="uvicorn", show_default=True, type=click.Choice(SERVERS), help="Which server.")
@click.option("--proxy-headers", is_flag=True, help="Believe X-Forwarded-For and X-Forwarded-Proto.")
@click.option("--forwarded-allow-ips", default="127.0.0.1", show_default=True, help="Of these proxies.")
@click.option("--log-level", default="info", show_default=True, help="The level of the server's log.")
def run(
    app: str | None,
    app_dir: Path,
    host: str,
    port: int,
    root_path: str,
    workers: int,
    server: ServerName,
    proxy_headers: bool,
    forwarded_allow_ips: str,
    log_level: str,
) -> None:
    """Serve APP, for example shop.main:app."""
    target, found = load(find_target(app, app_dir), app_dir)
    named = workers > 1 or server == "granian"
    # The folder travels to the other processes in their environment.
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(app_dir.resolve()), os.environ.get("PYTHONPATH")]))
    _announce(target, found, host, port)
    try:
        serve(
            f"{target.module}:{target.attribute}" if named else found,
            host=host,
            port=port,
            workers=workers,
            server=server,
            root_path=root_path,
            proxy_headers=proxy_headers,
            forwarded_allow_ips=forwarded_allow_ips,
            log_level=log_level,
            factory=named and target.factory,
        )
    except (OSError, ImportError) as error:
        raise Broken(_words_of(error)) from error
    except ValueError as error:
        raise click.UsageError(str(error)) from error


@click.command()
@app_argument
@_address
@click.option("--no-reload", is_flag=True, help="Do not begin anew when a file changes.")
def dev(app: str | None, app_dir: Path, host: str, port: int, root_path: str, no_reload: bool) -> None:
    """Serve APP while developing: it begins anew when a file changes, and errors show their traceback."""
    from FasterAPI.cli import development

    target = find_target(app, app_dir)
    try:
        check_port(host, port)
    except OSError as error:
        raise Broken(_words_of(error)) from error
    development.remember(target, app_dir)
    click.echo(f"FasterAPI serves {target} for development. Never use it in production: errors show their traceback.")
    click.echo(f"  API   http://{_host(host)}:{port}")
    serve(
        f"{development.__name__}:make_app",
        factory=True,
        host=host,
        port=port,
        root_path=root_path,
        reload=not no_reload,
        shutdown_deadline=_DEV_DEADLINE,
        reload_dirs=None if no_reload else [str(app_dir.resolve())],
    )


def _announce(target: Target, app: Any, host: str, port: int) -> None:
    base = f"http://{_host(host)}:{port}"
    click.echo(f"FasterAPI serves {target}")
    click.echo(f"  API   {base}")
    if isinstance(app, App):
        paths = {getattr(route, "path", None) for route in app.routes}
        for label, path in (("docs", "/docs"), ("spec", "/openapi.json")):
            if path in paths:
                click.echo(f"  {label}  {base}{path}")


def _host(host: str) -> str:
    """Return an address as a browser on this machine takes it."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - read, not listened on
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _words_of(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
