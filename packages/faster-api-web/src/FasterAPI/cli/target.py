"""The application that a command is about: where it is, and how it is imported.

fasterapi run shop.main:app        a module and an attribute
fasterapi run shop.main            a module; the attribute is `app` or `api`
fasterapi run shop/main.py         the same as a file
fasterapi run shop.main:make()     a function that makes it
fasterapi run                      [tool.fasterapi] entrypoint in pyproject.toml; otherwise the first of main.py,
                                   app/main.py, app.py, api.py, app/app.py, app/api.py
"""

import difflib
import importlib
import inspect
import os
import sys
import tomllib
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

import click

from faster_core.app import App
from faster_core.exceptions import ConfigurationError

__all__ = ["Broken", "Target", "app_argument", "describe_finding", "find_target", "load", "load_app"]

_FILES = ("main.py", "app/main.py", "app.py", "api.py", "app/app.py", "app/api.py")
_ATTRIBUTES = ("app", "api")
_MAKERS = ("create_app", "make_app", "get_app", "build_app", "create", "make")


class Broken(click.ClickException):
    """An application that cannot be imported. Exit code 1."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where an application is.

    Attributes:
        module: The module, by its dotted name.
        attribute: The name in it; None for `app` or `api`.
        factory: Whether it is a function that makes the application.
    """

    module: str
    attribute: str | None = None
    factory: bool = False

    def __str__(self) -> str:
        name = f"{self.module}:{self.attribute}" if self.attribute else self.module
        return f"{name}()" if self.factory else name


def app_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a command: it takes `APP` and `--app-dir`."""
    command = click.option(
        "--app-dir",
        default=".",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Where its modules are; here unless given.",
    )(command)
    return click.argument("app", required=False)(command)


def find_target(given: str | None, folder: Path) -> Target:
    """Return where an application is, without importing it.

    Args:
        given: What the user wrote; None to look for it.
        folder: Where to look.

    Raises:
        click.UsageError: When there is none, or it is written wrong.
    """
    if given is None:
        given = _entrypoint(folder / "pyproject.toml") or _existing(folder)
    if given is None:
        raise click.UsageError(
            f"There is no application in {folder.resolve()}: none of {', '.join(_FILES)}. "
            "Name it, as in: fasterapi run shop.main:app. Or make a project: fasterapi new shop"
        )
    drive, rest = os.path.splitdrive(given)
    module, _, attribute = rest.partition(":")
    if module.endswith(".py"):
        module = _module_of(Path(drive + module), folder)
    if not module:
        raise click.UsageError(f"{given!r} names no module. Write module:attribute, as in: fasterapi run shop.main:app")
    return Target(module, attribute.removesuffix("()") or None, attribute.endswith("()"))


def _module_of(file: Path, folder: Path) -> str:
    """Return the name that a file is imported by; it may be written relative to its folder, or to the current one."""
    found = next((path for path in (folder / file, file) if path.is_file()), None)
    if found is None:
        raise click.UsageError(f"There is no file {file} in {folder.resolve()}.")
    top = Path(os.path.abspath(folder))
    path = Path(os.path.abspath(found)).with_suffix("")
    if not path.is_relative_to(top):
        raise click.UsageError(
            f"{file} is not in {top}. Run the command in the folder that imports begin in, or name that with --app-dir."
        )
    return ".".join(path.relative_to(top).parts)


def _existing(folder: Path) -> str | None:
    return next((file for file in _FILES if (folder / file).is_file()), None)


def _entrypoint(file: Path) -> str | None:
    if not file.is_file():
        return None
    try:
        table = tomllib.loads(file.read_text("utf-8")).get("tool", {}).get("fasterapi", {})
    except tomllib.TOMLDecodeError as error:
        raise click.UsageError(f"{file} is not TOML: {error}") from error
    entrypoint = table.get("entrypoint")
    if entrypoint is not None and not isinstance(entrypoint, str):
        raise click.UsageError(f'{file}: entrypoint must be a text such as "shop.main:app", not {entrypoint!r}.')
    return entrypoint


def load(target: Target, folder: Path) -> tuple[Target, Any]:
    """Import an application.

    Args:
        target: Where it is.
        folder: What its module is relative to.

    Returns:
        The target, with its attribute, and the application, an ASGI callable.

    Raises:
        Broken: When the import fails; the message shows the user's own lines.
        click.UsageError: When there is no such module or attribute, or it is no application.
    """
    path = str(folder.resolve())
    if path not in sys.path:
        sys.path.insert(0, path)
    module = _import(target, folder)
    name = target.attribute or _likely(module)
    found: Any = _attribute(module, name)
    if target.factory:
        try:
            found = found()
        except Exception as error:
            raise Broken(_describe(error, f"{target} raised")) from error
    if not callable(found):
        kind = type(found).__name__
        raise click.UsageError(f"{target.module}:{name} is no ASGI application, but a value of type {kind}.")
    if inspect.isfunction(found) and not target.factory and _takes_nothing(found):
        raise click.UsageError(
            f"{target.module}:{name} is a function without arguments. "
            f"If it makes the application, write {target.module}:{name}()"
        )
    return Target(target.module, name, target.factory), found


def load_app(given: str | None, folder: Path) -> App:
    """Import an application of ours.

    Args:
        given: What the user wrote; None to look for it.
        folder: Where to look.

    Raises:
        click.UsageError: When it is another kind of ASGI application, or there is none.
        Broken: When the import fails.
    """
    target, app = load(find_target(given, folder), folder)
    if not isinstance(app, App):
        raise click.UsageError(f"{target} is a {type(app).__name__}, not a Faster application.")
    return app


def _import(target: Target, folder: Path) -> ModuleType:
    try:
        return importlib.import_module(target.module)
    except ModuleNotFoundError as error:
        parts = target.module.split(".")
        if error.name not in {".".join(parts[: count + 1]) for count in range(len(parts))}:
            raise Broken(_describe(error, f"{target.module} cannot be imported")) from error
        raise click.UsageError(_absence(error.name or target.module, folder)) from error
    except ConfigurationError as error:
        raise Broken(describe_finding(error)) from error
    except Exception as error:
        raise Broken(_describe(error, f"{target.module} cannot be imported")) from error


def _absence(missing: str, folder: Path) -> str:
    """Return why a module was not found: it is an attribute, another of its name was there before, it is elsewhere."""
    above, _, last = missing.rpartition(".")
    if hasattr(sys.modules.get(above), last):
        return f"{missing!r} is no module. Did you mean {f'{above}:{last}'!r}?"
    top = missing.partition(".")[0]
    known = getattr(sys.modules.get(top), "__file__", None)
    if known is not None and not Path(known).resolve().is_relative_to(folder.resolve()):
        return f"{top!r} already is a module of that name, {known}. Rename yours."
    return (
        f"There is no module {missing!r} in {folder.resolve()}. "
        "Run the command where it is, or name the folder with --app-dir."
    )


def _likely(module: ModuleType) -> str:
    """Return the name of the application in a module."""
    for name in _ATTRIBUTES:
        if hasattr(module, name):
            return name
    for name, value in vars(module).items():
        if isinstance(value, App):
            return name
    maker = next((name for name in _MAKERS if inspect.isfunction(getattr(module, name, None))), None)
    advice = f"Is it made by {maker}? Then write {module.__name__}:{maker}()" if maker else "Name it: module:attribute."
    raise click.UsageError(
        f"{module.__name__} ({module.__file__}) has no application, neither 'app' nor 'api'. {advice}"
    )


def _takes_nothing(function: Callable[..., Any]) -> bool:
    try:
        inspect.signature(function).bind()
    except TypeError:
        return False
    return True


def _attribute(module: ModuleType, name: str) -> Any:
    found: Any = module
    for part in name.split("."):
        if not hasattr(found, part):
            near = difflib.get_close_matches(part, [key for key in vars(found) if not key.startswith("_")], n=1)
            advice = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"{module.__name__} ({module.__file__}) has nothing named {name!r}.{advice}")
        found = getattr(found, part)
    return found


def describe_finding(error: ConfigurationError) -> str:
    """Return what start-up found wrong, with every line involved."""
    finding = error.diagnostic
    places = [f"  {place.file}:{place.line}" for place in finding.places]
    return "\n".join([str(finding), *places])


def _describe(error: Exception, what: str) -> str:
    """Return an exception with the lines of the user's program, and without those that imported it."""
    chain = traceback.TracebackException(type(error), error, _own_lines(error.__traceback__))
    return f"{what}:\n{''.join(chain.format()).rstrip()}"


def _own_lines(lines: TracebackType | None) -> TracebackType | None:
    """Return a traceback from the first line that is neither ours nor of the import machinery."""
    while lines is not None:
        file = lines.tb_frame.f_code.co_filename
        if file != __file__ and "importlib" not in file:
            return lines
        lines = lines.tb_next
    return None
