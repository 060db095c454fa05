"""What the page of extras says, read from it, so that it can be tried and compared with the package."""

import re
from dataclasses import dataclass
from itertools import takewhile

from tests.docs.exchange import Exchange, exchanges
from tests.docs.page import PAGES, blocks

__all__ = ["MISSING", "PAGE", "Extra", "read_extras", "shown_after"]

PAGE = PAGES / "reference" / "extras.md"

_ROW = re.compile(
    r"^\| `(?P<name>\w+)` \| .+ \| \[(?P<example>[\w/.]+)\]\((?P<link>\S+)\) \| (?P<installs>.+?) \|$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Extra:
    """A row of the table.

    Attributes:
        name: The extra.
        installs: Its requirements.
        example: The program that is its first example, below `docs/examples`.
        link: Where it is shown.
    """

    name: str
    installs: tuple[str, ...]
    example: str
    link: str


def read_extras() -> list[Extra]:
    """Return the rows of the table."""
    return [
        Extra(row["name"], tuple(re.findall(r"`([^`]+)`", row["installs"])), row["example"], row["link"])
        for row in _ROW.finditer(PAGE.read_text("utf-8"))
    ]


def shown_after(extra: Extra) -> list[Exchange]:
    """Return the commands, with what they print, that stand below the program on the page that shows it."""
    path = extra.link.partition("#")[0]
    every = list(blocks((PAGE.parent / path).resolve() if path else PAGE))
    at = next((number for number, block in enumerate(every) if extra.example in block.includes), len(every))
    below = takewhile(lambda block: block.language != "python", every[at + 1 :])
    return [item for block in below if block.language == "console" for item in exchanges(block.text)]


_TEST = "from FasterAPI import {0}", "from FasterAPI.testclient import {0}"

MISSING: dict[str, tuple[str, ...]] = {
    "compression": (
        "from FasterAPI import GZipMiddleware; GZipMiddleware(None, encodings=['br'])",
        "from FasterAPI import GZipMiddleware; GZipMiddleware(None, encodings=['zstd'])",
    ),
    "http2": tuple(
        "from FasterAPI.contrib.http2 import serve_http2; "
        f"serve_http2('first:app', certfile='first.py', keyfile='first.py', server={server!r})"
        for server in ("hypercorn", "granian")
    )
    + tuple(
        f"from FasterAPI.server import run; run('first:app', server={server!r})" for server in ("hypercorn", "granian")
    ),
    "jwt": (
        "import FasterAPI.contrib.jwt",
        "from FasterAPI import JWTBearer",
        "from FasterAPI import create_access_token",
        "from FasterAPI import oauth2_access_token_json",
        "from FasterAPI import oauth2_password_token_response",
    ),
    "opentelemetry": ("import FasterAPI.contrib.opentelemetry",),
    "prometheus": ("import FasterAPI.contrib.prometheus",),
    "pydantic": (),
    "ratelimit": ("from FasterAPI import RateLimitMiddleware; RateLimitMiddleware(None)",),
    "redis": (
        "import FasterAPI.contrib.redis",
        "from FasterAPI import RedisCacheMiddleware",
        "from FasterAPI.pubsub import PubSub; PubSub('redis://localhost')",
    ),
    "reload": (),
    "sessions": (
        "from FasterAPI import SessionMiddleware; SessionMiddleware(None, secret_key='x')",
        "from FasterAPI import CSRFMiddleware; CSRFMiddleware(None, secret_key='x')",
    ),
    "sqlalchemy": (
        "import FasterAPI.contrib.sqlalchemy",
        "from FasterAPI import sqlalchemy_session_dependency",
        "from FasterAPI import async_engine_from_url_optional",
    ),
    "structlog": ("import FasterAPI.contrib.structlog", "from FasterAPI import configure_structlog"),
    "taskiq": ("import FasterAPI.contrib.taskiq",),
    "templates": ("import FasterAPI.templating", "from FasterAPI import Jinja2Templates"),
    "test": tuple(form.format(name) for form in _TEST for name in ("TestClient", "AsyncTestClient")),
    "uvloop": (),
    "wsgi": ("from FasterAPI.middleware.wsgi import WSGIMiddleware",),
    "yaml": ("from FasterAPI.cli import main; main(['openapi', 'first.py', '--yaml'], standalone_mode=False)",),
}
"""What needs an extra: without it, each says the command that installs it. The empty ones have no name of ours."""
