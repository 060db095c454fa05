"""`fasterapi check`: what start-up finds wrong with an application."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from faster_core import App
from faster_core.diagnostic import Diagnostic, FasterWarning
from faster_core.exceptions import ConfigurationError
from faster_core.routing.mounted import Guarded
from FasterAPI.cli.target import Broken, app_argument, load_app

__all__ = ["check"]


@click.command()
@app_argument
@click.option(
    "--format", "style", default="text", show_default=True, type=click.Choice(["text", "json", "github"]), help="How."
)
@click.pass_context
def check(context: click.Context, app: str | None, app_dir: Path, style: str) -> None:
    """Say what is wrong with APP. The exit code is 1 when it cannot be right, 0 when it only may be wrong."""
    findings = find(app, app_dir)
    for line in _FORMATS[style](findings):
        click.echo(line)
    context.exit(1 if any(finding.severity == "error" for finding in findings) else 0)


def find(given: str | None, folder: Path) -> list[Diagnostic]:
    """Return what start-up finds wrong; an error ends start-up, so that it is the only one.

    Raises:
        Broken: When the import fails otherwise, or the document cannot be made.
        click.UsageError: When there is no application.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FasterWarning)
        try:
            found = load_app(given, folder)
        except Broken as error:
            if isinstance(error.__cause__, ConfigurationError):
                return [error.__cause__.diagnostic]
            raise
        return [finding for app in _with_mounted(found) for finding in _findings(app)]


def _with_mounted(app: App) -> Iterator[App]:
    """Iterate over an application and those of ours that are mounted in it."""
    yield app
    for entry in app.routes:
        inner = getattr(entry, "app", None)
        inner = inner.app if isinstance(inner, Guarded) else inner
        if isinstance(inner, App):
            yield from _with_mounted(inner)


def _findings(app: App) -> list[Diagnostic]:
    """Return what is wrong with one application; some of it is found when its document is made."""
    make_document = getattr(app, "openapi", None)
    if make_document is not None:
        try:
            make_document()
        except Exception as error:
            raise Broken(f"The document cannot be made: {type(error).__name__}: {error}") from error
    return app.diagnostics


def _text(findings: list[Diagnostic]) -> list[str]:
    lines = []
    for finding in findings:
        place = finding.places[0] if finding.places else None
        where = f"{place.file}:{place.line}: " if place else ""
        lines.append(f"{where}{finding.severity} {finding.code}: {finding.message} {finding.fix}")
        lines += [f"    also {other.file}:{other.line}" for other in finding.places[1:]]
    errors = sum(finding.severity == "error" for finding in findings)
    summary = f"{_counted(errors, 'error')}, {_counted(len(findings) - errors, 'warning')}"
    return [*lines, summary if findings else "Nothing is wrong."]


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _json(findings: list[Diagnostic]) -> list[str]:
    return [msgspec.json.format(msgspec.json.encode(findings)).decode()]


def _github(findings: list[Diagnostic]) -> list[str]:
    """Return the lines that put an annotation beside the user's own lines."""
    lines = []
    for finding in findings:
        place = finding.places[0] if finding.places else None
        where = f" file={_escape(place.file, more=True)},line={place.line},title={finding.code}" if place else ""
        lines.append(f"::{finding.severity}{where}::{_escape(f'{finding.message} {finding.fix}')}")
    return lines


def _escape(text: str, *, more: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if more else text


_FORMATS = {"text": _text, "json": _json, "github": _github}
