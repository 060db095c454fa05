"""`fasterapi run` and `fasterapi dev`."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from FasterAPI.cli.address import base_url, say_pages, say_where
from FasterAPI.cli.target import Broken, app_argument, find_target, load
from FasterAPI.server import DEADLINE, SERVERS, ServerName, ServerOptions, examine, start

__all__ = ["dev", "run"]

_LEVELS = ("critical", "error", "warning", "info", "debug")

_DEV_DEADLINE = 5.0
"""Seconds: who edits a file does not wait for an endless stream."""


def _address(command: Callable[..., Any]) -> Callable[..., Any]:
    port = click.IntRange(0, 65535)
    command = click.option("--root-path", default="", help="The path under which a proxy serves it.")(command)
    command = click.option("--port", default=8000, show_default=True, type=port, help="The port.")(command)
    return click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")(command)


def _shutdown(deadline: float) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a command: it takes the times of a shut-down, in seconds."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        command = click.option(
            "--shutdown-delay",
            default=0.0,
            show_default=True,
            metavar="SECONDS",
            type=click.FloatRange(min=0),
            help="How long requests are let in after readiness has failed.",
        )(command)
        return click.option(
            "--shutdown-deadline",
            default=deadline,
            show_default=True,
            metavar="SECONDS",
            type=click.FloatRange(min=0, min_open=True),
            help="When the process ends at the latest after a signal to stop.",
        )(command)

    return decorate


@click.command()
@app_argument
@_address
@click.option("--workers", default=1, show_default=True, type=click.IntRange(min=1), help="How many processes.")
@click.option("--server", default="uvicorn", show_default=True, type=click.Choice(SERVERS), help="Which server.")
@click.option("--proxy-headers", is_flag=True, help="Believe X-Forwarded-For and X-Forwarded-Proto.")
@click.option("--forwarded-allow-ips", default="127.0.0.1", show_default=True, help="Of these proxies.")
@click.option(
    "--log-level", default="info", show_default=True, type=click.Choice(_LEVELS), help="The level of the server's log."
)
@_shutdown(DEADLINE)
def run(app: str | None, app_dir: Path, server: ServerName, **options: Any) -> None:
    """Serve APP, for example shop.main:app."""
    target, found = load(find_target(app, app_dir), app_dir)
    named = options["workers"] > 1 or server == "granian"
    # The folder travels to the other processes in their environment.
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(app_dir.resolve()), os.environ.get("PYTHONPATH")]))
    served = f"{target.module}:{target.attribute}" if named else found
    settings = ServerOptions(factory=named and target.factory, **options)
    _examine(served, server, settings)
    base = base_url(settings.host, settings.port)
    click.echo(f"FasterAPI serves {target}")
    say_where(base)
    say_pages(base, found)
    start(served, server, settings)


@click.command()
@app_argument
@_address
@click.option("--no-reload", is_flag=True, help="Do not begin anew when a file changes.")
@_shutdown(_DEV_DEADLINE)
def dev(app: str | None, app_dir: Path, no_reload: bool, **options: Any) -> None:
    """Serve APP while developing: it begins anew when a file changes, and errors show their traceback."""
    from FasterAPI.cli import development

    target = find_target(app, app_dir)
    served = f"{development.__name__}:make_app"
    watched = {} if no_reload else {"reload_dirs": [str(app_dir.resolve())]}
    settings = ServerOptions(factory=True, reload=not no_reload, uvicorn_options=watched, **options)
    _examine(served, "uvicorn", settings)
    base = base_url(settings.host, settings.port)
    development.remember(target, app_dir, base)
    click.echo(f"FasterAPI serves {target} for development. Never use it in production: errors show their traceback.")
    say_where(base)
    start(served, "uvicorn", settings)


def _examine(app: Any, server: ServerName, settings: ServerOptions) -> None:
    """Say what is wrong before anything is said to be served."""
    try:
        examine(app, server, settings)
    except OSError as error:
        raise Broken(error.strerror or str(error)) from error
    except ImportError as error:
        raise Broken(str(error)) from error
    except ValueError as error:
        raise click.UsageError(str(error)) from error
