"""`fasterapi routes`: the routes of an application, or everything about one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from faster_core.app import App
from faster_core.routing import Route, WebSocketRoute
from FasterAPI.cli.explanation import Explanation, explain, write
from FasterAPI.cli.target import app_argument, load_app

__all__ = ["Row", "routes", "table"]


class Row(msgspec.Struct, frozen=True):
    """One line of the table.

    Attributes:
        methods: The methods; `WEBSOCKET`, `MOUNT` or `HOST` for what has none.
        path: The path template, or the pattern of a host.
        name: The name for `url_path_for`.
        place: The file and line of the handler, or what is mounted.
    """

    methods: list[str]
    path: str
    name: str
    place: str


@click.command()
@app_argument
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--explain", "wanted", metavar="PATH", help="Everything about one: '/items/{id}', or 'POST /items'.")
def routes(app: str | None, app_dir: Path, as_json: bool, wanted: str | None) -> None:
    """Show the routes of APP."""
    found = load_app(app, app_dir)
    if wanted is not None:
        explained = [explain(found, route) for route in _find(found, wanted)]
        click.echo(_as_json(explained) if as_json else "\n\n".join(map(write, explained)))
        return
    rows = table(found)
    click.echo(_as_json(rows) if as_json else _as_text(rows))


def table(app: App) -> list[Row]:
    """Return the routes, mounts and hosts of an application, in order."""
    return [_row(entry) for entry in app.routes]


def _row(entry: Any) -> Row:
    if isinstance(entry, Route):
        return Row(list(entry.methods), entry.path, entry.name, str(entry.place or ""))
    if isinstance(entry, WebSocketRoute):
        return Row(["WEBSOCKET"], entry.path, entry.name, str(entry.place or ""))
    pattern = getattr(entry, "pattern", None)
    path = str(getattr(entry, "path", ""))
    return Row(["HOST" if pattern else "MOUNT"], str(pattern or path), entry.name or "", repr(entry.app))


def _find(app: App, wanted: str) -> list[Route | WebSocketRoute]:
    """Return the routes that a path means: a template as it is written, or a path that one matches.

    Raises:
        click.UsageError: When there is none.
    """
    method, _, path = wanted.rpartition(" ")
    candidates = [
        route
        for route in app.routes
        if isinstance(route, (Route, WebSocketRoute)) and (not method or method.upper() in _methods(route))
    ]
    found = [route for route in candidates if route.path == path]
    found = found or [route for route in candidates if route.template.match(path) is not None]
    if not found:
        raise click.UsageError(f"No route answers {wanted}. See them all with: fasterapi routes")
    return found


def _methods(route: Route | WebSocketRoute) -> Sequence[str]:
    return route.methods if isinstance(route, Route) else ("WEBSOCKET",)


def _as_json(value: list[Row] | list[Explanation]) -> str:
    return msgspec.json.format(msgspec.json.encode(value)).decode()


def _as_text(rows: list[Row]) -> str:
    if not rows:
        return "There are no routes."
    cells = [("METHOD", "PATH", "NAME", "HANDLER")]
    cells += [(",".join(row.methods), row.path, row.name, row.place) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(3)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[3]]).rstrip()
        for line in cells
    )
