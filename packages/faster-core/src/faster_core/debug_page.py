"""The page that shows an unhandled error while developing.

    the error ── its cause or context ── theirs …        each with
        type, message, notes
        frames, the failing one last                     each with
            the lines around the one that runs
            the names of the local variables, never their values: those are what secrets are kept in

Everything is escaped, nothing is loaded from anywhere, and no script runs: frames fold by `<details>`.
"""

import linecache
import os
import sysconfig
import traceback
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from types import FrameType
from typing import Any

__all__ = ["PAGE_HEADERS", "render_error", "render_page"]

_AROUND = 5
_MOST_FRAMES = 40
_MOST_ERRORS = 10
_LONGEST = 4000

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 70rem; padding: 1.5rem }
h1 { font-size: 1.3rem; margin: 0 } h2 { font-size: 1.1rem; margin: 2rem 0 0 }
.message { font-size: 1.1rem; white-space: pre-wrap; overflow-wrap: anywhere; margin: .3rem 0 }
.note { white-space: pre-wrap; margin: 0; opacity: .8 }
details { border: 1px solid #8884; border-radius: .4rem; margin: .5rem 0 }
summary { cursor: pointer; padding: .4rem .7rem; overflow-wrap: anywhere }
pre { margin: 0; padding: .5rem 0; overflow-x: auto; font: 13px/1.5 ui-monospace, monospace }
pre span { display: block; padding: 0 .7rem } pre .now { background: #f005; font-weight: bold }
.names, .gap { padding: .3rem .7rem; opacity: .8; font-size: .9rem; margin: 0 }
"""

PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
}
"""What the page is sent with."""

_LIBRARIES = tuple({sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib")})
_OWN = os.path.dirname(__file__) + os.sep


def render_page(error: BaseException, title: str) -> bytes:
    """Return the page of an error, in UTF-8.

    Args:
        error: The error.
        title: What failed: the method and the path of the request.
    """
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f"<title>{_text(_name(error))} in {_text(title)}</title>",
        f"<style>{_STYLE}</style></head><body>",
        f"<p>{_text(title)}</p>",
        *_errors(error),
        "<p>This page is shown because the application runs with <code>debug=True</code>.</p>",
        "</body></html>",
    ]
    return "\n".join(parts).encode("utf-8", "backslashreplace")


def render_error(error: BaseException) -> bytes:
    """Return the traceback of an error as plain text, in UTF-8."""
    return "".join(traceback.format_exception(error)).encode("utf-8", "backslashreplace")


def _errors(error: BaseException) -> Iterator[str]:
    """Write the errors of a chain, the one that was not handled first: it is what a reader looks for."""
    current: BaseException | None = error
    seen: set[int] = set()
    heading = "h1"
    while current is not None and id(current) not in seen and len(seen) < _MOST_ERRORS:
        seen.add(id(current))
        yield from _error(current, heading)
        heading = "h2"
        if current.__cause__ is not None:
            current = current.__cause__
            yield '<p class="gap">was directly caused by</p>'
        elif current.__context__ is not None and not current.__suppress_context__:
            current = current.__context__
            yield '<p class="gap">came up while this was being handled</p>'
        else:
            current = None


def _error(error: BaseException, heading: str) -> Iterator[str]:
    yield f"<{heading}>{_text(_name(error))}</{heading}>"
    yield f'<p class="message">{_text(_message(error))}</p>'
    for note in getattr(error, "__notes__", None) or ():
        yield f'<p class="note">{_text(note)}</p>'
    yield from _frames(error)
    if isinstance(error, BaseExceptionGroup):
        for number, member in enumerate(error.exceptions[:_MOST_ERRORS], 1):
            yield f'<p class="gap">{number} of {len(error.exceptions)} in the group</p>'
            yield from _error(member, "h2")


def _frames(error: BaseException) -> Iterator[str]:
    frames = list(traceback.walk_tb(error.__traceback__))
    half = _MOST_FRAMES // 2
    hidden = len(frames) - _MOST_FRAMES
    for number, (frame, line) in enumerate(frames):
        if hidden > 0 and half <= number < half + hidden:
            if number == half:
                yield f'<p class="gap">… {hidden} more frames …</p>'
            continue
        yield _frame(frame, line, shown=number == len(frames) - 1 or not _is_library(frame.f_code.co_filename))


def _frame(frame: FrameType, line: int, *, shown: bool) -> str:
    code = frame.f_code
    names = ", ".join(sorted(frame.f_locals))
    return "\n".join(
        [
            f"<details{' open' if shown else ''}>",
            f"<summary><b>{_text(code.co_qualname)}</b> {_text(code.co_filename)}:{line}</summary>",
            f"<pre>{''.join(_lines(frame, line))}</pre>",
            f'<p class="names">local names: {_text(names)}</p>' if names else "",
            "</details>",
        ]
    )


def _lines(frame: FrameType, line: int) -> Iterator[str]:
    """Write the source around a line; that of a generated endpoint is in `linecache` like any other."""
    lines = linecache.getlines(frame.f_code.co_filename, frame.f_globals)
    for number, text in enumerate(lines[max(line - 1 - _AROUND, 0) : line + _AROUND], max(line - _AROUND, 1)):
        mark = ' class="now"' if number == line else ""
        yield f"<span{mark}>{number:>5}  {_text(text.rstrip())}</span>"


def _is_library(file: str) -> bool:
    return file.startswith((*_LIBRARIES, _OWN, "<frozen"))


def _name(error: BaseException) -> str:
    cls = type(error)
    return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as failure:  # noqa: BLE001 - an error that cannot be shown is shown as that
        return f"(str() of it raised {type(failure).__name__})"


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return escape(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)")
