"""The answer to an error that nobody handled: nothing of what happened, or all of it while developing."""

from faster_core.boundary import ExceptionHandler, plain_server_error
from faster_core.header import parse_quality
from faster_core.request import Request
from faster_core.response import HTMLResponse, PlainTextResponse, Response

__all__ = ["server_error_handler"]


async def _debug(request: Request, exc: Exception) -> Response:
    # Imported where it is used: a production process never is.
    from faster_core.debug_page import PAGE_HEADERS, render_error, render_page

    if _reads_html(request):
        page = render_page(exc, f"{request.method} {request.scope['path']}")
        return HTMLResponse(page, status_code=500, headers=PAGE_HEADERS)
    return PlainTextResponse(render_error(exc), status_code=500, headers=PAGE_HEADERS)


def _reads_html(request: Request) -> bool:
    """Tell whether the client asks for HTML by its name: browsers do, programs take `*/*`."""
    return parse_quality(request.headers.get("accept", "")).get("text/html", 0.0) > 0


def server_error_handler(*, debug: bool) -> ExceptionHandler:
    """Return the handler of unhandled errors.

    Args:
        debug: Whether the answer shows the traceback: as a page where the client accepts HTML, as text otherwise.
    """
    return _debug if debug else plain_server_error
