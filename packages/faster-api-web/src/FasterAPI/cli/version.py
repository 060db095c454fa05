"""`fasterapi version`."""

import platform
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed

import click

from FasterAPI._version import __version__

__all__ = ["version"]

_OTHERS = ("msgspec", "uvicorn", "uvloop", "granian", "hypercorn", "pydantic")


@click.command()
def version() -> None:
    """Say which versions are installed."""
    click.echo(f"FasterAPI {__version__}")
    click.echo(f"{platform.python_implementation()} {platform.python_version()} on {platform.system()}")
    for name in _OTHERS:
        try:
            click.echo(f"{name} {installed(name)}")
        except PackageNotFoundError:
            # What is not installed has no version to name.
            continue
