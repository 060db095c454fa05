"""Frontends: the built files of a single-page application, for the paths that no route claims.

    a file is there                 the file; another method than GET and HEAD: 405
    a directory with index.html     that, after a redirection to the path with a slash
    nothing                         the fallback; another method: 404

Fallback      For whom                                      Status
404.html      everybody                                     404
index.html    who asks for a page: Accept names HTML        200
"""

import os
import stat
import warnings
from typing import Final, Literal, get_args

from faster_core.concurrency import run_in_threadpool
from faster_core.datastructures import Headers
from faster_core.diagnostic import FasterWarning
from faster_core.exceptions import HTTPException
from faster_core.files import PathLike
from faster_core.header import parse_quality
from faster_core.response import Response
from faster_core.staticfiles import StaticFiles, redirect_to_slash
from faster_core.types import Scope

__all__ = ["Fallback", "Frontend", "is_navigation"]

Fallback = Literal["auto", "index.html", "404.html"]
"""The page for what is not there; `auto` for `404.html` where there is one, else `index.html`."""

_PAGES: Final = ("text/html", "application/xhtml+xml")


class Frontend(StaticFiles):
    """An ASGI application that serves a built frontend, and a page for the paths that its own router knows.

    Symbolic links do not lead out of the directory, and nothing is listed.

    Args:
        directory: Where the build is: `dist`.
        fallback: The page for what is not there; None for none.
        check_dir: Whether a directory, or a fallback, that does not exist is an error at once; `auto` for yes, but a
            warning while developing (`FASTERAPI_ENV=development`), where the build may come later.

    Raises:
        RuntimeError: For a directory or a fallback that does not exist.
        ValueError: For another fallback.
    """

    def __init__(
        self,
        directory: PathLike,
        fallback: Fallback | None = "auto",
        check_dir: bool | Literal["auto"] = "auto",
    ) -> None:
        if fallback is not None and fallback not in get_args(Fallback):
            raise ValueError(f"Frontend fallback is 'auto', 'index.html', '404.html' or None, not {fallback!r}.")
        self.fallback = fallback
        checks = _is_to_be_checked(directory) if check_dir == "auto" else check_dir
        super().__init__(directory, html=True, check_dir=checks)
        if checks and fallback not in {None, "auto"}:
            self._find_fallback(str(fallback))

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the response for a path.

        Args:
            path: A result of `get_path`.
            scope: The request.

        Raises:
            HTTPException: 404, when there is neither a file nor a fallback; 405 with Allow, for another method than GET
                and HEAD on what is there.
            RuntimeError: When the fallback that was asked for does not exist.
        """
        response = await run_in_threadpool(self._choose, path, scope)
        if response is None:
            raise HTTPException(404)
        return response

    def _choose(self, path: str, scope: Scope) -> Response | None:
        full_path, is_index = self._find_resource(path)
        if scope["method"] not in {"GET", "HEAD"}:
            if full_path is None:
                return None
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        if full_path is None:
            return self._fall_back(scope)
        if is_index and not scope["path"].endswith("/"):
            return redirect_to_slash(scope)
        return self.file_response(full_path, scope)

    def _find_resource(self, path: str) -> tuple[str | None, bool]:
        """Return where the file for a path is, and whether it is the index of the directory that the path names."""
        full_path, info = self.lookup_path(path)
        if info is not None and stat.S_ISDIR(info.st_mode):
            return self.find_file(os.path.join(path, "index.html")), True
        found = info is not None and stat.S_ISREG(info.st_mode) and not path.endswith("/")
        return full_path if found else None, False

    def _fall_back(self, scope: Scope) -> Response | None:
        page = self._find_fallback("404.html", self.fallback == "auto") if self.fallback != "index.html" else None
        if page is not None:
            return self.file_response(page, scope, 404)
        if self.fallback not in {"auto", "index.html"} or not is_navigation(scope):
            return None
        page = self._find_fallback("index.html", self.fallback == "auto")
        if page is None:
            return None
        response = self.file_response(page, scope)
        response.headers.add_vary_header("Accept")
        return response

    def _find_fallback(self, name: str, optional: bool = False) -> str | None:
        if self.fallback is None:
            return None
        page = self.find_file(name)
        if page is None and not optional:
            assert self.directory is not None
            raise RuntimeError(
                f"Frontend fallback {name!r} does not exist in directory {os.fspath(self.directory)!r}: "
                f"looked in {os.path.abspath(self.directory)}."
            )
        return page


def is_navigation(scope: Scope) -> bool:
    """Return whether a request asks for a page, not for what a page is made of: whether its Accept names HTML.

    Spec: RFC 9110, 12.5.1
    """
    accepted = parse_quality(", ".join(Headers(raw=scope["headers"]).getlist("accept")))
    return any(accepted.get(page, 0.0) > 0 for page in _PAGES)


def _is_to_be_checked(directory: PathLike) -> bool:
    """Return whether a directory has to exist now; warn while developing."""
    if "development" not in {os.environ.get("FASTERAPI_ENV"), os.environ.get("FASTAPI_ENV")}:
        return True
    if not os.path.isdir(directory):
        text = (
            f"Frontend directory {os.fspath(directory)!r} does not exist yet: looked for {os.path.abspath(directory)}."
        )
        warnings.warn(text, FasterWarning, stacklevel=3)
    return False
