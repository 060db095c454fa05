"""Static files: a directory as an ASGI application.

A path is taken apart once, from `scope["path"]` as the server decoded it; a name that could mean another place than it
says (`..`, an empty one, a drive letter) is refused before any file system sees it. What is left is looked up in a
thread, and has to be a regular file inside the directory.
"""

import errno
import importlib.util
import os
import stat
from collections.abc import Sequence

from faster_core.concurrency import run_in_threadpool
from faster_core.datastructures import Headers
from faster_core.exceptions import HTTPException
from faster_core.files import FileResponse, PathLike, guess_media_type
from faster_core.header import parse_quality
from faster_core.response import PlainTextResponse, RedirectResponse, Response
from faster_core.types import Receive, Scope, Send
from faster_router.encoding import encode_path, encode_query
from faster_router.mount import route_path

__all__ = ["StaticFiles", "accepted_encodings", "is_safe_name"]

# The best first. The ending of the file, and the token that Accept-Encoding and Content-Encoding have for it.
_ENCODINGS = ((".br", "br"), (".zst", "zstd"), (".gz", "gzip"))

# What the file system says of a name under which there is nothing to serve.
_NOTHING_THERE = frozenset(
    [
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.EACCES,
        errno.EPERM,
        errno.ELOOP,
        errno.ENAMETOOLONG,
        errno.EINVAL,
        errno.EILSEQ,
    ]
)

_WINDOWS_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"] + [f"{port}{n}" for port in ("com", "lpt") for n in range(10)]
)

_Found = tuple[str, os.stat_result | None]


def is_safe_name(name: str, windows: bool = os.name == "nt") -> bool:
    """Return whether one segment of a path can only name something in the directory it is looked for in.

    Args:
        name: The segment, decoded.
        windows: Whether drives, streams, devices and backslashes have their meanings there.
    """
    if name in {"", ".", ".."} or "\0" in name or "/" in name:
        return False
    if not windows:
        return True
    if "\\" in name or ":" in name or name[-1] in ". ":
        return False
    return name.partition(".")[0].rstrip().lower() not in _WINDOWS_DEVICES


def accepted_encodings(accept_encoding: str) -> list[tuple[str, str]]:
    """Return the compressions that a client takes instead of the plain file: ending and token, the best first.

    Args:
        accept_encoding: The header of the request.

    Spec: RFC 9110, 12.5.3
    """
    qualities = parse_quality(accept_encoding)
    others = qualities.get("*", 0.0)
    plain = qualities.get("identity", 0.0)
    weighted = [(qualities.get(token, others), ending, token) for ending, token in _ENCODINGS]
    weighted = [choice for choice in weighted if choice[0] > 0 and choice[0] >= plain]
    return [(ending, token) for _, ending, token in sorted(weighted, key=lambda choice: -choice[0])]


class StaticFiles:
    """An ASGI application that serves the files of a directory; mount it.

    GET and HEAD only; no listing. A file `name.br`, `name.zst` or `name.gz` beside `name` is sent instead of it, to
    clients that take it.

    Args:
        directory: Where the files are.
        packages: Python packages that bring files: a name, for its folder `statics`, or a pair of name and folder.
            They are searched after `directory`.
        html: Whether `index.html` answers for its directory, and `404.html` for what is not there.
        check_dir: Whether a directory that does not exist is an error at once, not at the first request.
        follow_symlink: Whether a symbolic link may lead out of the directory.

    Raises:
        RuntimeError: For a directory, or a package's folder, that does not exist.

    Spec: RFC 9110, 9.3.1, 12.5.3 and 13
    """

    def __init__(
        self,
        directory: PathLike | None = None,
        packages: Sequence[str | tuple[str, str]] | None = None,
        html: bool = False,
        check_dir: bool = True,
        follow_symlink: bool = False,
    ) -> None:
        self.directory = directory
        self.packages = packages
        self.html = html
        self.follow_symlink = follow_symlink
        own = [] if directory is None else [os.fspath(directory)]
        self.all_directories: list[str] = [*own, *map(_package_directory, packages or ())]
        self._checked = False
        if check_dir:
            self.check_directory()

    def check_directory(self) -> None:
        """Raise RuntimeError when the directory does not exist. Blocks."""
        if self.directory is not None and not os.path.isdir(self.directory):
            raise RuntimeError(
                f"StaticFiles directory {os.fspath(self.directory)!r} does not exist, or is no directory: "
                f"looked for {os.path.abspath(self.directory)}."
            )
        self._checked = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request. Inside an application of this package what is wrong goes to its exception handlers."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4004, "reason": ""})
            return
        if not self._checked:
            await run_in_threadpool(self.check_directory)
        try:
            response = await self.get_response(self.get_path(scope), scope)
            try:
                await response(scope, receive, send)
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError) as error:
                # It was there a moment ago. Nothing was sent: a file is opened before its response starts.
                raise HTTPException(404) from error
        except HTTPException as error:
            if _is_ours(scope.get("app")):
                raise
            await PlainTextResponse(str(error.detail), error.status_code, error.headers)(scope, receive, send)

    def get_path(self, scope: Scope) -> str:
        """Return the path below the mount, without the slash it begins with."""
        return route_path(scope).removeprefix("/")

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the response for a path.

        Args:
            path: A result of `get_path`, or the path of a file that stands in for it.
            scope: The request.

        Raises:
            HTTPException: 405 with Allow, for another method than GET and HEAD; 404, when there is nothing to serve.
        """
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        response = await run_in_threadpool(self._find, path, scope)
        if response is None:
            raise HTTPException(404)
        return response

    def lookup_path(self, path: str) -> _Found:
        """Return where a path leads, and its status; nothing and None when that is nowhere in the directories. Blocks.

        Raises:
            OSError: When the file system cannot tell.
        """
        names = [] if path in {"", "."} else path.removesuffix("/").split("/")
        if not all(map(is_safe_name, names)):
            return "", None
        for directory in self.all_directories:
            try:
                full_path = self._resolve(directory, names)
                if full_path is not None:
                    return full_path, os.stat(full_path)
            except ValueError:
                # Text that is no file name in the file system's encoding.
                return "", None
            except OSError as error:
                if error.errno not in _NOTHING_THERE:
                    raise
        return "", None

    def file_response(self, full_path: str, scope: Scope, status_code: int = 200) -> Response:
        """Return the response for a file that was found: the file, or a compressed form of it. Blocks.

        Args:
            full_path: A result of `lookup_path`.
            scope: The request.
            status_code: The status.
        """
        forms = [(ending, token) for ending, token in _ENCODINGS if self._is_form(full_path, ending)]
        if not forms:
            return FileResponse(full_path, status_code)
        accept_encoding = ", ".join(Headers(raw=scope["headers"]).getlist("accept-encoding"))
        headers = {"Vary": "Accept-Encoding"}
        for ending, token in accepted_encodings(accept_encoding):
            if (ending, token) in forms:
                headers["Content-Encoding"] = token
                media_type = guess_media_type(full_path)
                return FileResponse(full_path + ending, status_code, headers, media_type, variant=token)
        return FileResponse(full_path, status_code, headers)

    def _resolve(self, directory: str, names: list[str]) -> str | None:
        """Return the path of a file in one directory, or None when it leads out."""
        if self.follow_symlink:
            return os.path.join(os.path.abspath(directory), *names)
        root = os.path.realpath(directory)
        full_path = os.path.realpath(os.path.join(root, *names))
        return full_path if full_path == root or full_path.startswith(root.rstrip(os.sep) + os.sep) else None

    def _find(self, path: str, scope: Scope) -> Response | None:
        full_path, info = self.lookup_path(path)
        if info is not None and stat.S_ISREG(info.st_mode) and not path.endswith("/"):
            return self.file_response(full_path, scope)
        if not self.html:
            return None
        if info is not None and stat.S_ISDIR(info.st_mode):
            index = self.find_file(os.path.join(path, "index.html") if path else "index.html")
            if index is not None:
                # Without its slash, what the page links to would be looked for beside the directory.
                return self.file_response(index, scope) if scope["path"].endswith("/") else redirect_to_slash(scope)
        page = self.find_file("404.html")
        return None if page is None else self.file_response(page, scope, 404)

    def find_file(self, path: str) -> str | None:
        """Return where the regular file of a path is, or None. Blocks."""
        full_path, info = self.lookup_path(path)
        return full_path if info is not None and stat.S_ISREG(info.st_mode) else None

    def _is_form(self, full_path: str, ending: str) -> bool:
        """Return whether a compressed form is there, in the directory itself as the file is."""
        form = full_path + ending
        try:
            info = os.stat(form) if self.follow_symlink else os.lstat(form)
        except OSError:
            return False
        return stat.S_ISREG(info.st_mode)


def redirect_to_slash(scope: Scope) -> Response:
    """Return the redirection of a directory's path to the one with a slash at its end, on the same host.

    Spec: RFC 9110, 10.2.2
    """
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    if root and route_path(scope) is path:
        path = root + path  # the server left it out
    location = encode_path(path + "/", errors="surrogatepass")
    query: bytes = scope.get("query_string", b"")
    return RedirectResponse(f"{location}?{encode_query(query)}" if query else location)


def _package_directory(package: str | tuple[str, str]) -> str:
    name, folder = (package, "statics") if isinstance(package, str) else package
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"StaticFiles package {name!r} is not installed, or is no package.")
    directory = os.path.join(next(iter(spec.submodule_search_locations)), folder)
    if not os.path.isdir(directory):
        raise RuntimeError(f"StaticFiles package {name!r} has no directory {folder!r}: looked for {directory}.")
    return directory


def _is_ours(app: object) -> bool:
    """Return whether an application answers `HTTPException` of this package, which others know nothing of."""
    return any(base.__module__.partition(".")[0] == "faster_core" for base in type(app).__mro__)


async def _live(receive: Receive, send: Send) -> None:
    """Follow the lifespan of an application that has nothing to start."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
