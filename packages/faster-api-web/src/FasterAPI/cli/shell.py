"""`fasterapi shell`."""

import asyncio
import code
from pathlib import Path
from typing import Any

import click

from FasterAPI.cli.target import app_argument, load_app

__all__ = ["shell"]


@click.command()
@app_argument
def shell(app: str | None, app_dir: Path) -> None:
    """Open a Python prompt with APP.

    It knows `app`, `run`, which runs a coroutine, and where httpx is installed `client`, a test client.
    """
    found = load_app(app, app_dir)
    names: dict[str, Any] = {"app": found, "run": asyncio.run}
    try:
        from FasterAPI import TestClient

        names["client"] = TestClient(found)
    except ImportError as error:
        click.echo(f"There is no `client`: {error}")
    code.interact(banner=f"{found!r}: {', '.join(names)}", local=names, exitmsg="")
