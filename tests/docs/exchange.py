"""A `console` block: `curl` commands and what they print, tried on the program that the page shows above it.

    $ curl -i --json '{"name":"tea"}' http://127.0.0.1:8000/items
    HTTP/1.1 201 Created
    content-length: …

    {"name":"tea"}

What is shown must be true; not everything has to be shown: of the head the status and any headers, in any order. Of the
body all, but JSON may be broken into lines for the reader, and `…` stands for what is different each time.
"""

import argparse
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

__all__ = ["Exchange", "check", "exchanges", "parse", "perform"]

_HOST = "http://127.0.0.1:8000"


@dataclass(slots=True)
class Exchange:
    """One command and what the page says that it prints."""

    command: str
    output: list[str] = field(default_factory=list)


def exchanges(text: str) -> Iterator[Exchange]:
    """Iterate over the commands of a block. A command goes on where a line ends in a backslash."""
    current: Exchange | None = None
    for line in re.sub(r"\\\n *", "", text).splitlines():
        if line.startswith("$ "):
            if current is not None:
                yield current
            current = Exchange(line[2:])
        elif current is not None:
            current.output.append(line)
    if current is not None:
        yield current


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("curl", exit_on_error=False)
    parser.add_argument("url")
    parser.add_argument("-i", action="store_true")
    parser.add_argument("-I", action="store_true")
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-N", action="store_true")
    parser.add_argument("-L", action="store_true")
    parser.add_argument("-X")
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-d", action="append", default=[])
    parser.add_argument("-F", action="append", default=[])
    parser.add_argument("-u")
    parser.add_argument("-b")
    parser.add_argument("--json")
    return parser


_CURL = _parser()


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the arguments of `curl` by name.

    Raises:
        argparse.ArgumentError: For one that a page should not use.
    """
    found, unknown = _CURL.parse_known_args(arguments)
    if unknown:
        raise argparse.ArgumentError(None, f"unknown: {unknown}")
    return found


def perform(client: httpx.Client, command: str, files: dict[str, bytes]) -> tuple[httpx.Response | None, bool, bool]:
    """Carry out a command: a `curl`, or an `echo … > file` for a file that a later one uploads.

    Args:
        client: What requests go through.
        command: The command, without its prompt.
        files: The files that were written, by name.

    Returns:
        The response, or None for `echo`; whether its head is printed; whether its body is.
    """
    name, *arguments = shlex.split(command)
    if name == "echo":
        *words, arrow, file = arguments
        assert arrow == ">", command
        files[file] = " ".join(words).encode() + b"\n"
        return None, False, False
    assert name == "curl", f"{command}: a console block has curl and echo"
    options = parse(arguments)
    client.cookies.clear()
    response = client.request(**_request(options, files), follow_redirects=options.L)
    return response, options.i or options.I, not options.I


def _request(options: argparse.Namespace, files: dict[str, bytes]) -> dict[str, Any]:
    headers = dict(item.split(": ", 1) for item in options.H)
    request: dict[str, Any] = {"url": options.url.removeprefix(_HOST), "headers": headers}
    method = "GET"
    if options.json is not None:
        method, request["content"] = "POST", options.json
        headers.setdefault("Content-Type", "application/json")
    if options.d:
        method, request["content"] = "POST", "&".join(options.d)
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    if options.F:
        method, request["files"] = "POST", [_part(item, files) for item in options.F]
    if options.b:
        headers["Cookie"] = options.b
    if options.u:
        request["auth"] = tuple(options.u.split(":", 1))
    return {"method": options.X or ("HEAD" if options.I else method), **request}


def _part(item: str, files: dict[str, bytes]) -> tuple[str, tuple[str | None, bytes]]:
    name, value = item.split("=", 1)
    if value.startswith("@"):
        return name, (value[1:], files[value[1:]])
    return name, (None, value.encode())


def check(exchange: Exchange, response: httpx.Response, *, head: bool, body: bool) -> None:
    """Compare what a page shows with what was answered."""
    output = "\n".join(exchange.output).strip("\n")
    if head:
        wanted, _, output = output.partition("\n\n")
        status, *fields = wanted.splitlines()
        # The phrase after the number is the server's, and differs between versions of Python.
        assert status.split()[:2] == ["HTTP/1.1", str(response.status_code)], f"{exchange.command}: {response}"
        actual = [f"{name}: {value}" for name, value in response.headers.multi_items()]
        for line in fields:
            assert any(_fits(line, item) for item in actual), f"{exchange.command}: {line!r} is not in {actual}"
    if body:
        compact = _compact(output)
        assert _fits(compact, _compact(response.text)), f"{exchange.command}: {compact!r} is not {response.text!r}"


def _compact(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text.strip()


def _fits(pattern: str, text: str) -> bool:
    return re.fullmatch(".*?".join(map(re.escape, pattern.split("…"))), text, re.DOTALL) is not None
