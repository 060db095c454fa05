"""HTML from Jinja templates. Needs the extra `templates`.

    templates = Jinja2Templates(directory="templates")

    @app.get("/items/{item_id}")
    async def show(request: Request, item_id: int) -> Response:
        return templates.TemplateResponse(request, "item.html", {"item_id": item_id})

Every template has `request` and `url_for(name, **path_params)`; what it prints is escaped, unless it is marked safe.
A test sees what was rendered as `response.template` and `response.context` of the test client's response.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from faster_core.background import BackgroundTask
from faster_core.request import Request
from faster_core.response import HTMLResponse
from faster_core.types import Receive, Scope, Send
from FasterAPI.contrib._extra import needs

with needs("jinja2", extra="templates", user="Jinja2Templates"):
    import jinja2

__all__ = ["Jinja2Templates", "TemplateResponse"]

Directory = str | os.PathLike[str]
ContextProcessor = Callable[[Request], Mapping[str, Any]]


class TemplateResponse(HTMLResponse):
    """A rendered template.

    Attributes:
        template: The Jinja template.
        context: What it was rendered with.

    Spec: the ASGI extension `http.response.debug`, which test clients offer and servers do not
    """

    def __init__(
        self,
        template: jinja2.Template,
        context: Mapping[str, Any],
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
        background: BackgroundTask | None = None,
    ) -> None:
        self.template = template
        self.context: dict[str, Any] = dict(context)
        super().__init__(template.render(context), status_code, headers, media_type, background)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response; a test client is told of the template and its context first."""
        if "http.response.debug" in (scope.get("extensions") or ()):
            info = {"template": self.template, "context": self.context}
            await send({"type": "http.response.debug", "info": info})
        await super().__call__(scope, receive, send)


class Jinja2Templates:
    """Makes responses from the templates of a directory.

    Args:
        directory: The directory, or several, searched in order.
        context_processors: Called with the request for every template; what they return is added to its context.
        env: A Jinja environment of your own, in place of a directory. It escapes what you tell it to.

    Raises:
        ValueError: When both are given, or neither is.

    Attributes:
        env: The Jinja environment: add filters, tests and globals to it.
    """

    def __init__(
        self,
        directory: Directory | Sequence[Directory] | None = None,
        *,
        context_processors: Sequence[ContextProcessor] = (),
        env: jinja2.Environment | None = None,
    ) -> None:
        if (directory is None) == (env is None):
            raise ValueError("Jinja2Templates takes a directory or an env: exactly one of them.")
        self.context_processors: list[ContextProcessor] = list(context_processors)
        self.env: jinja2.Environment = env or jinja2.Environment(
            loader=jinja2.FileSystemLoader(_paths(directory)), autoescape=True
        )
        self.env.globals.setdefault("url_for", _url_for)

    def get_template(self, name: str) -> jinja2.Template:
        """Return a template.

        Raises:
            jinja2.TemplateNotFound: When there is none of this name.
        """
        return self.env.get_template(name)

    def TemplateResponse(  # noqa: N802 - the name that FastAPI's users know
        self,
        request: Request,
        name: str,
        context: Mapping[str, Any] | None = None,
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
        background: BackgroundTask | None = None,
    ) -> TemplateResponse:
        """Return a response with a rendered template.

        Args:
            request: The request, which the template sees as `request`.
            name: The template's file name.
            context: What the template sees; in front of what the context processors add.
            status_code: The status of the response.
            headers: Further headers.
            media_type: The media type; HTML unless given.
            background: What runs after the response.

        Raises:
            TypeError: When the request is no request: the arguments were once in another order.
            jinja2.TemplateError: When the template does not exist or cannot be rendered.
        """
        if not isinstance(request, Request):
            raise TypeError(
                f"TemplateResponse() got a {type(request).__name__} as the request. "
                "Write TemplateResponse(request, name, context)."
            )
        joined: dict[str, Any] = {"request": request}
        for processor in self.context_processors:
            joined.update(processor(request))
        joined.update(context or {})
        return TemplateResponse(self.get_template(name), joined, status_code, headers, media_type, background)


@jinja2.pass_context
def _url_for(context: jinja2.runtime.Context, name: str, /, **path_params: Any) -> str:
    request: Request = context["request"]
    return str(request.url_for(name, **path_params))


def _paths(directory: Directory | Sequence[Directory] | None) -> list[str]:
    if directory is None:
        return []
    found = [directory] if isinstance(directory, (str, os.PathLike)) else directory
    return [os.fspath(path) for path in found]
