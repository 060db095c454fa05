"""`FasterAPI` itself: its names, its façades, and what importing it costs."""

import ast
import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

import FasterAPI
from FasterAPI._lazy import LAZY

ROOT = Path(FasterAPI.__file__).parent

# Every name that the documentation promises.
PROMISED = """
Faster FasterRouter RadixRouter Request Response JSONResponse ORJSONResponse UJSONResponse HTMLResponse
PlainTextResponse RedirectResponse StreamingResponse FileResponse EventSourceResponse ServerSentEvent
JSONLinesResponse Path Query Header Cookie Body Form File Depends Security SecurityScopes HTTPException
WebSocketException RequestValidationError WebSocketRequestValidationError ResponseValidationError
BackgroundTask BackgroundTasks UploadFile FormData Headers QueryParams URL State WebSocket WebSocketDisconnect
WebSocketState BaseHTTPMiddleware CORSMiddleware GZipMiddleware TrustedHostMiddleware HTTPSRedirectMiddleware
SessionMiddleware CSRFMiddleware SecureHeadersMiddleware RequestIDMiddleware RateLimitMiddleware
TimeoutMiddleware DatabasePoolMiddleware StaticFiles Jinja2Templates OAuth2PasswordBearer
OAuth2AuthorizationCodeBearer OAuth2 OAuth2PasswordRequestForm OAuth2PasswordRequestFormStrict OpenIdConnect
HTTPBasic HTTPBasicCredentials HTTPBearer HTTPDigest HTTPAuthorizationCredentials APIKeyHeader APIKeyQuery
APIKeyCookie SubInterpreterPool run_in_subinterpreter run_in_threadpool run_in_executor TestClient
AsyncTestClient status http_version is_http2 get_server_host get_header run
""".split()

# FastAPI's import lines: only the name of the package is ours.
IMPORT_LINES = [
    "from FasterAPI.background import BackgroundTasks",
    "from FasterAPI.concurrency import run_in_threadpool, iterate_in_threadpool",
    "from FasterAPI.datastructures import UploadFile, URL, Headers, QueryParams, FormData, State, Address",
    "from FasterAPI.datastructures import CommaSeparatedStrings, Secret, URLPath",
    "from FasterAPI.encoders import jsonable_encoder",
    "from FasterAPI.exception_handlers import http_exception_handler, request_validation_exception_handler",
    "from FasterAPI.exceptions import HTTPException, RequestValidationError, WebSocketException",
    "from FasterAPI.middleware import Middleware",
    "from FasterAPI.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint",
    "from FasterAPI.middleware.cors import CORSMiddleware",
    "from FasterAPI.middleware.gzip import GZipMiddleware",
    "from FasterAPI.middleware.httpsredirect import HTTPSRedirectMiddleware",
    "from FasterAPI.middleware.trustedhost import TrustedHostMiddleware",
    "from FasterAPI.openapi.docs import get_redoc_html, get_swagger_ui_html, get_swagger_ui_oauth2_redirect_html",
    "from FasterAPI.openapi.utils import get_openapi",
    "from FasterAPI.param_functions import Depends, Query, Path, Header, Cookie, Body, Form, File, Security",
    "from FasterAPI.params import Depends, Query, Path, Header, Cookie, Body, Form, File, Security",
    "from FasterAPI.requests import ClientDisconnect, HTTPConnection, Request",
    "from FasterAPI.responses import JSONResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response",
    "from FasterAPI.responses import FileResponse, StreamingResponse, ORJSONResponse, UJSONResponse",
    "from FasterAPI.dependencies import Depends, Security, SecurityScopes",
    "from FasterAPI.routing import APIRoute, APIRouter, APIWebSocketRoute, Host, Mount, NoMatchFound",
    "from FasterAPI.security import APIKeyHeader, HTTPBearer, HTTPBasic, OAuth2PasswordBearer, SecurityScopes",
    "from FasterAPI.security.api_key import APIKeyCookie, APIKeyQuery",
    "from FasterAPI.security.base import SecurityBase",
    "from FasterAPI.security.http import HTTPAuthorizationCredentials, HTTPBasicCredentials, HTTPDigest",
    "from FasterAPI.security.oauth2 import OAuth2PasswordRequestForm, OAuth2PasswordRequestFormStrict",
    "from FasterAPI.security.open_id_connect_url import OpenIdConnect",
    "from FasterAPI.security.utils import get_authorization_scheme_param",
    "from FasterAPI.sse import EventSourceResponse, ServerSentEvent",
    "from FasterAPI.staticfiles import StaticFiles",
    "from FasterAPI.websockets import WebSocket, WebSocketClose, WebSocketDisconnect, WebSocketState",
    "from FasterAPI import BackgroundTasks, Depends, File, Form, HTTPException, Path, Query, Request, Response, status",
]


# Modules that are nothing but another's names.
FACADES = [
    ("FasterAPI.background", "faster_core.background"),
    ("FasterAPI.concurrency", "faster_core.concurrency"),
    ("FasterAPI.encoders", "faster_core.encoding"),
    ("FasterAPI.exceptions", "faster_core.exceptions"),
    ("FasterAPI.interpreters", "faster_core.interpreters"),
    ("FasterAPI.middleware", "faster_core.middleware"),
    ("FasterAPI.middleware.base", "faster_core.middleware.base"),
    ("FasterAPI.middleware.cors", "faster_core.middleware.cors"),
    ("FasterAPI.middleware.csrf", "faster_core.middleware.csrf"),
    ("FasterAPI.middleware.gzip", "faster_core.middleware.compression"),
    ("FasterAPI.middleware.httpsredirect", "faster_core.middleware.https_redirect"),
    ("FasterAPI.middleware.sessions", "faster_core.middleware.session"),
    ("FasterAPI.middleware.trustedhost", "faster_core.middleware.trusted_host"),
    ("FasterAPI.openapi", "faster_openapi"),
    ("FasterAPI.param_functions", "faster_core.params"),
    ("FasterAPI.params", "faster_core.params"),
    ("FasterAPI.partial", "faster_core.partial"),
    ("FasterAPI.requests", "FasterAPI.request"),
    ("FasterAPI.responses", "FasterAPI.response"),
    ("FasterAPI.security", "faster_core.security"),
    ("FasterAPI.security.api_key", "faster_core.security.api_key"),
    ("FasterAPI.security.http", "faster_core.security.http"),
    ("FasterAPI.sse", "faster_core.sse"),
    ("FasterAPI.staticfiles", "faster_core.staticfiles"),
    ("FasterAPI.types", "faster_core.types"),
    ("FasterAPI.websockets", "FasterAPI.websocket"),
]


def test_every_promised_name_is_there() -> None:
    assert sorted(set(PROMISED) - set(FasterAPI.__all__)) == []


def test_names_are_sorted_and_unique() -> None:
    names = FasterAPI.__all__
    assert len(names) == len(set(names))
    assert [name for name in FasterAPI.__dir__() if name in names] == sorted(names)


def test_every_name_means_something() -> None:
    for lazy in LAZY.values():
        pytest.importorskip(lazy.requires or lazy.module)
    assert [name for name in FasterAPI.__all__ if getattr(FasterAPI, name, None) is None] == []


def test_unknown_name() -> None:
    with pytest.raises(AttributeError, match=r"^module 'FasterAPI' has no attribute 'Fastr'$"):
        FasterAPI.Fastr  # noqa: B018


@pytest.mark.parametrize("line", IMPORT_LINES, ids=lambda line: " ".join(line.split()[1::2][:2]))
def test_import_line_of_fastapi(line: str) -> None:
    _, module, _, *names = line.replace(",", " ").split()
    found = importlib.import_module(module)
    assert [name for name in names if not hasattr(found, name)] == []


def facades() -> list[tuple[str, str]]:
    """Every module that is nothing but another's names, with the other."""
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        stars = [one for one in tree.body if isinstance(one, ast.ImportFrom) and one.names[0].name == "*"]
        name = ".".join(("FasterAPI", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
        found += [(name, str(one.module)) for one in stars]
    return found


@pytest.mark.parametrize(("facade", "source"), FACADES)
def test_facade_is_in_step_with_its_source(facade: str, source: str) -> None:
    ours, theirs = importlib.import_module(facade), importlib.import_module(source)
    assert ours.__all__ == theirs.__all__
    assert [name for name in ours.__all__ if getattr(ours, name) is not getattr(theirs, name)] == []


def test_every_facade_is_in_the_table() -> None:
    assert facades() == FACADES


def modules_after(statement: str) -> set[str]:
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_a_worker_imports_no_third_party_but_msgspec() -> None:
    names = [name for name, _ in FACADES]
    names += ["FasterAPI.app", "FasterAPI.router", "FasterAPI.response", "FasterAPI.status", "FasterAPI.testclient"]
    before = modules_after("import msgspec")
    after = {name.partition(".")[0] for name in modules_after(f"import {', '.join(names)}") - before}
    ours = {"FasterAPI", "faster_core", "faster_openapi", "faster_router"}
    assert {name for name in after - ours if name not in sys.stdlib_module_names and name[0] != "_"} == set()


def test_importing_stays_lean() -> None:
    # Modules, not milliseconds: the count is the same on every machine.
    new = modules_after("import FasterAPI") - modules_after("import asyncio, msgspec")
    assert len(new) < 300
    heavy = {"asyncio.subprocess.Popen", "email.message", "http.client", "multiprocessing.pool", "ssl", "unittest"}
    assert new & heavy == set()


def test_importing_leaves_the_event_loop_policy_alone() -> None:
    code = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "import asyncio; before = type(asyncio.get_event_loop_policy())\n"
        "import FasterAPI, FasterAPI.server, FasterAPI.cli\n"
        "assert type(asyncio.get_event_loop_policy()) is before"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
