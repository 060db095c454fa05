"""Install each extra alone, from built wheels, in an empty environment, and run its first documented example there.

    hatch run extras:check dist
    hatch run extras:check dist --lowest --python 3.11

An example is served by `fasterapi run`, over a real socket, and asked what its page asks it; what it answers must be
what the page shows. Without any extra nothing of a third party is installed, and each name that needs one says which
command installs it. With all of them, importing FasterAPI imports none.

With `--lowest` each third party has the lowest version that its extra admits. They were made for older Pythons.
"""

import argparse
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.docs.exchange import check, perform
from tests.docs.extras import MISSING, Extra, read_extras, shown_after
from tests.docs.page import EXAMPLES

__all__ = ["main"]

_PATIENCE = 60
"""Seconds to wait for the first sign of a server, on a machine with much else to do."""

_ENVIRON = {
    name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
}

# Prints, for each statement, the message of the ImportError that it ends with.
_REFUSALS = """
import json, sys
said = []
for statement in json.load(sys.stdin):
    try:
        exec(statement, {})
    except (ImportError, Exception) as error:
        said.append(f"{type(error).__name__}: {error}")
    else:
        said.append("nothing")
print(json.dumps(said))
"""

# Prints which distributions are imported with FasterAPI.
_IMPORTED = """
import json, sys
from importlib.metadata import packages_distributions
from FasterAPI import Faster
Faster()
known = packages_distributions()
roots = {name.partition(".")[0] for name in sys.modules}
print(json.dumps(sorted({one.lower() for root in roots for one in known.get(root, ())})))
"""


class Failure(Exception):
    """Something is not as it is documented."""


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment of its own, with a folder in which a reader would have saved the example."""

    root: Path

    def command(self, name: str) -> str:
        """Return the path of one of its commands."""
        return str(self.root / ("Scripts" if sys.platform == "win32" else "bin") / name)

    @property
    def folder(self) -> Path:
        """The folder of the example."""
        return self.root / "example"

    def save(self, example: str) -> Path:
        """Save a program in the folder, and return its name there."""
        self.folder.mkdir(exist_ok=True)
        shutil.copy(EXAMPLES / example, self.folder)
        return Path(Path(example).name)

    def run(self, *command: str | Path, given: str = "") -> str:
        """Run a command in the folder and return what it prints."""
        done = subprocess.run(
            [self.command(str(command[0])), *command[1:]],
            cwd=self.folder,
            env=_ENVIRON,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=10 * _PATIENCE,
        )
        if done.returncode:
            raise Failure(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    @contextmanager
    def serve(self, *command: str | Path, **environ: str) -> Iterator[int]:
        """Run a command that serves, and give the port; `{port}` stands for it in the command."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
            process = subprocess.Popen(
                [self.command(str(command[0])), *(str(word).replace("{port}", str(port)) for word in command[1:])],
                cwd=self.folder,
                env={**_ENVIRON, **{name: value.replace("{port}", str(port)) for name, value in environ.items()}},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            try:
                _wait(process, port)
                yield port
            except Exception as error:
                log.seek(0)
                raise Failure(f"{error!r}\n{log.read()}") from error
            finally:
                process.terminate()
                process.wait(_PATIENCE)


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Failure(f"it ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise Failure(f"nothing listened in {_PATIENCE} seconds")


@dataclass(frozen=True, slots=True)
class Trial:
    """What all environments have in common.

    Attributes:
        wheels: The folder of the wheels.
        version: The version of the one that is tried.
        folder: Where environments are made.
        python: Their interpreter.
        lowest: Whether third parties have the lowest versions that are admitted.
    """

    wheels: Path
    version: str
    folder: Path
    python: str
    lowest: bool


def make(trial: Trial, name: str, extra: str = "", pins: Iterable[str] = ()) -> Environment:
    """Make an environment with an extra in it, of which our own parts come from the wheels."""
    environment = Environment(trial.folder / name)
    requirement = f"faster-api-web[{extra}]=={trial.version}" if extra else f"faster-api-web=={trial.version}"
    wheels = trial.wheels
    python = environment.command("python")
    fresh = [word for path in wheels.glob("faster_*.whl") for word in ("--refresh-package", path.name.split("-")[0])]
    for command in (
        ("uv", "venv", "--quiet", "--python", trial.python, str(environment.root)),
        # A wheel of the same version may be in the cache, from before the last change.
        (
            "uv",
            "pip",
            "install",
            "--quiet",
            *fresh,
            "--find-links",
            str(wheels),
            "--python",
            python,
            requirement,
            *pins,
        ),
    ):
        done = subprocess.run(command, env=_ENVIRON, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failure(f"{' '.join(command)}:\n{done.stderr}")
    environment.folder.mkdir()
    return environment


def version_of(wheels: Path) -> str:
    """Return the version of the one wheel of faster-api-web: another package of this name is on the index."""
    found = [path.name.split("-")[1] for path in wheels.glob("faster_api_web-*.whl")]
    if len(found) != 1:
        raise Failure(f"{wheels} has {len(found)} wheels of faster-api-web. Build them: hatch build --all {wheels}")
    return found[0]


# How an example is run


def serve_and_ask(environment: Environment, extra: Extra) -> str:
    """Serve the example and compare its answers with the page's."""
    file = environment.save(extra.example)
    asked = shown_after(extra)
    # What the page shows is asked for at port 8000, wherever it is served here.
    headers = {"Host": "127.0.0.1:8000"}
    with (
        environment.serve("fasterapi", "run", file, "--port", "{port}") as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=_PATIENCE) as client,
    ):
        files: dict[str, bytes] = {}
        for item in asked:
            response, head, body = perform(client, item.command, files)
            if response is not None:
                check(item, response, head=head, body=body)
        if not asked:
            raise Failure("its page asks nothing")
        if extra.name == "uvloop" and client.get("/loop").json() != "uvloop.Loop":
            raise Failure("it is not served on uvloop")
    return f"{len(asked)} answers as shown"


def run_tests(environment: Environment, extra: Extra) -> str:
    """Run the example, which tests itself, as a program and by pytest."""
    file = environment.save(extra.example)
    environment.run("python", file)
    environment.run("pytest", "-q", file)
    return "its tests pass"


def write_yaml(environment: Environment, extra: Extra) -> str:
    """Write the document of the example as YAML."""
    environment.run("fasterapi", "openapi", environment.save(extra.example), "--yaml", "-o", "openapi.yaml")
    text = (environment.folder / "openapi.yaml").read_text("utf-8")
    if "\npaths:" not in text and not text.startswith("paths:"):
        raise Failure(f"this is no document: {text}")
    return "the document is written"


def develop(environment: Environment, extra: Extra) -> str:
    """Serve the example while it is written, and change it."""
    file = environment.save(extra.example)
    with environment.serve("fasterapi", "dev", file, "--port", "{port}") as port:
        url = f"http://127.0.0.1:{port}/changed"
        before = httpx.get(url, timeout=_PATIENCE).status_code
        saved = environment.folder / file
        text = saved.read_text("utf-8")
        saved.write_text(f'{text}\n\n@app.get("/changed")\nasync def changed() -> bool:\n    return True\n', "utf-8")
        deadline = time.monotonic() + _PATIENCE
        while _status(url) != 200:
            if before != 404 or time.monotonic() > deadline:
                raise Failure("the change is not seen")
            time.sleep(0.05)
    return "a change is served"


def _status(url: str) -> int:
    try:
        return httpx.get(url, timeout=_PATIENCE).status_code
    except httpx.TransportError:
        # Between the old process and the new one nobody answers.
        return 0


def speak_http2(environment: Environment, extra: Extra) -> str:
    """Serve the example with TLS, by both servers, and speak both versions of HTTP."""
    if shutil.which("openssl") is None:
        return "skipped: there is no openssl to make a certificate with"
    file = environment.save(extra.example)
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-days", "30", "-keyout", "shop.key", "-out", "shop.crt"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *files, *names]
    subprocess.run(made, cwd=environment.folder, capture_output=True, check=True)
    trust = ssl.create_default_context(cafile=str(environment.folder / "shop.crt"))
    program = environment.folder / file
    for server in ("hypercorn", "granian"):
        text = (EXAMPLES / extra.example).read_text("utf-8")
        program.write_text(text.replace("port=port)", f'port=port, server="{server}")'), "utf-8")
        with environment.serve("python", file, PORT="{port}") as port:
            said = []
            for newer in (True, False):
                with httpx.Client(http2=newer, verify=trust, timeout=_PATIENCE) as client:
                    said.append(client.get(f"https://127.0.0.1:{port}/version").json())
        if said != ["2", "1.1"]:
            raise Failure(f"{server} speaks {said}")
    return "hypercorn and granian speak HTTP/2 and HTTP/1.1"


WAYS: dict[str, Callable[[Environment, Extra], str]] = {
    "http2": speak_http2,
    "reload": develop,
    "test": run_tests,
    "yaml": write_yaml,
}
"""How the examples of these are run; all others are served."""


# What is looked at


def try_extra(trial: Trial, extra: Extra, extras: list[Extra]) -> str:
    """Install an extra alone and run its example."""
    environment = make(trial, extra.name, extra.name, _lowest(extra, extras) if trial.lowest else ())
    result = WAYS.get(extra.name, serve_and_ask)(environment, extra)
    if extra.name == "all":
        imported = set(json.loads(environment.run("python", "-I", "-c", _IMPORTED)))
        # msgspec takes typing_extensions where it is.
        wanted = _installed(make(trial, "compared")) | {"typing_extensions"}
        unwanted = imported - wanted
        if unwanted:
            raise Failure(f"importing FasterAPI imports {sorted(unwanted)}")
        result += ", and FasterAPI imports nothing of it"
    return result


def _lowest(extra: Extra, extras: list[Extra]) -> list[str]:
    """Return the lowest versions of what an extra installs, with what it installs by naming other extras."""
    found: list[str] = []
    for text in extra.installs:
        group = re.fullmatch(r"faster-api-web\[(.+)\]", text)
        if group is not None:
            inner = [one for one in extras if one.name in group[1].split(",")]
            found += [pin for one in inner for pin in _lowest(one, extras)]
        elif ">=" in text:
            found.append(text.replace(">=", "==", 1))
    return found


def _installed(environment: Environment) -> set[str]:
    names = environment.run(
        "python",
        "-I",
        "-c",
        "import importlib.metadata as m; print(*(d.name.lower() for d in m.distributions()))",
    )
    return set(names.split())


def try_nothing(trial: Trial, extras: list[Extra]) -> str:
    """Install no extra: nothing of theirs is there, and what needs one says so."""
    environment = make(trial, "nothing")
    ours = {text for extra in extras for text in extra.installs if not text.startswith("faster-api-web[")}
    unwanted = {text.split(">")[0].split("[")[0].split("~")[0].lower() for text in ours} | {"httpx", "starlette"}
    unwanted &= _installed(environment)
    if unwanted:
        raise Failure(f"without extras {sorted(unwanted)} is installed")
    environment.save("first.py")
    statements = [(name, statement) for name, every in MISSING.items() for statement in every]
    said = json.loads(
        environment.run("python", "-c", _REFUSALS, given=json.dumps([statement for _, statement in statements]))
    )
    for (name, statement), message in zip(statements, said, strict=True):
        if f"pip install 'faster-api-web[{name}]'" not in message:
            raise Failure(f"{statement}\n  says {message!r}")
    return f"{len(said)} names say which command installs them"


def main(arguments: list[str]) -> int:
    """Try everything and print a line for each; 1 when something failed."""
    parser = argparse.ArgumentParser(prog="hatch run extras:check")
    parser.add_argument("wheels", type=Path, help="the folder of the wheels of all packages")
    parser.add_argument("names", nargs="*", help="these extras alone")
    parser.add_argument("--lowest", action="store_true", help="with the lowest versions that are admitted")
    parser.add_argument("--python", default=sys.executable, help="the interpreter; this one unless given")
    options = parser.parse_args(arguments)
    wheels, extras = options.wheels.resolve(), read_extras()
    version = version_of(wheels)
    failed = 0
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(max_workers=2) as pool:
        trial = Trial(wheels, version, Path(name), options.python, options.lowest)
        # The longest first.
        wanted = [one for one in reversed(extras) if not options.names or one.name in options.names]
        running = {one.name: pool.submit(try_extra, trial, one, extras) for one in wanted}
        if not options.names:
            running["nothing"] = pool.submit(try_nothing, trial, extras)
        for title, future in running.items():
            try:
                print(f"ok      {title:<14} {future.result()}", flush=True)
            except (Failure, AssertionError, httpx.HTTPError, subprocess.SubprocessError) as error:
                failed += 1
                print(f"FAILED  {title:<14} {error}", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
