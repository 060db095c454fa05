"""The application as `fasterapi dev` serves it, imported anew by each process that the reloader starts."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from faster_core.app import App
from FasterAPI.cli.address import say_pages
from FasterAPI.cli.target import Target, find_target, load

__all__ = ["make_app", "remember"]

_TARGET = "FASTERAPI_DEV_TARGET"
_FOLDER = "FASTERAPI_DEV_FOLDER"
_BASE = "FASTERAPI_DEV_BASE"


def remember(target: Target, folder: Path, base: str) -> None:
    """Tell the processes to come which application they serve, and where."""
    os.environ[_TARGET] = str(target)
    os.environ[_FOLDER] = str(folder.resolve())
    os.environ[_BASE] = base
    os.environ.setdefault("FASTERAPI_ENV", "development")


def make_app() -> Any:
    """Return the application, with tracebacks in its answers, and say where its documentation is.

    Raises:
        SystemExit: When it cannot be imported; why is on the screen, and the reloader waits for the next change.
    """
    folder = Path(os.environ[_FOLDER])
    try:
        _, app = load(find_target(os.environ[_TARGET], folder), folder)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    if isinstance(app, App):
        app.debug = True
    say_pages(os.environ[_BASE], app)
    return app
