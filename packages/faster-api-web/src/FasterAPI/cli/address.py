"""Where an application is served, as the commands say it."""

from typing import Any

import click

from faster_core.app import App

__all__ = ["base_url", "say_pages", "say_where"]

_PAGES = (("docs", "/docs"), ("spec", "/openapi.json"))


def base_url(host: str, port: int) -> str:
    """Return an address as a browser on this machine takes it; nothing for port 0, which the server names."""
    if not port:
        return ""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - read, not listened on
        host = "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def say_where(base: str) -> None:
    """Say where an application is."""
    if base:
        click.echo(f"  API   {base}")


def say_pages(base: str, app: Any) -> None:
    """Say where an application has its documentation, if it has any."""
    if base and isinstance(app, App):
        paths = {getattr(route, "path", None) for route in app.routes}
        for label, path in _PAGES:
            if path in paths:
                click.echo(f"  {label}  {base}{path}")
