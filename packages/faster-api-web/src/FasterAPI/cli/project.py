"""`fasterapi new`: a project to begin with.

It is the folder `template`: each file ends in `.in`, a name that begins with `dot_` stands for one that begins with a
dot, and `$name`, `$image` and `$version` are filled in.
"""

import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from string import Template

import click

from FasterAPI._version import __version__
from FasterAPI.cli.target import Broken

__all__ = ["new", "render"]

# What the package index, a container registry and a shell all take as it is.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*")


def _checked(context: click.Context, parameter: click.Parameter, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise click.BadParameter(
            f"{name!r} is no name for a project. Write letters and digits, joined by - or _, as in my-shop."
        )
    return name


@click.command()
@click.argument("name", callback=_checked)
def new(name: str) -> None:
    """Make a project in the new folder NAME: an API, its tests, a Dockerfile, a workflow for CI."""
    folder = Path(name)
    try:
        if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
            raise Broken(f"{folder} exists already, and is left as it is. Take another name.")
        written = render(name)
        for path, text in written.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise Broken(f"{folder} cannot be written: {error.strerror}") from error
    click.echo(f"{name} is made:")
    for path in written:
        click.echo(f"  {path}")
    click.echo(f'Next:\n  cd {name}\n  pip install --editable ".[dev]"\n  pytest\n  fasterapi dev')


def render(name: str) -> dict[str, str]:
    """Return the files of a project by their paths, in order.

    Args:
        name: The name of the project.
    """
    values = {"name": name, "image": name.lower(), "version": __version__}
    root = files("FasterAPI").joinpath("cli", "template")
    found = {_target(path): Template(file.read_text("utf-8")).substitute(values) for path, file in _walk(root)}
    return dict(sorted(found.items()))


def _walk(folder: Traversable, inside: PurePosixPath = PurePosixPath()) -> Iterator[tuple[PurePosixPath, Traversable]]:
    for entry in folder.iterdir():
        path = inside / entry.name
        if entry.is_dir():
            yield from _walk(entry, path)
        elif path.suffix == ".in":
            yield path, entry


def _target(path: PurePosixPath) -> str:
    return "/".join(re.sub(r"^dot_", ".", part) for part in path.with_suffix("").parts)
