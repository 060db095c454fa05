"""What is imported, and when: no module before one of its names is used."""

import importlib
import subprocess
import sys

import pytest

UNUSED = {
    "dataclasses",
    "difflib",
    "faster_core.endpoint",
    "faster_core.security.scopes",
    "faster_core.sse",
    "faster_core.files",
    "faster_core.middleware.base",
    "faster_core.middleware.cors",
    "faster_core.multipart",
    "faster_core.security.http",
    "faster_core.staticfiles",
    "faster_openapi.describe",
    "faster_openapi.diff.document",
    "faster_openapi.pages.page",
    "FasterAPI.server",
    "FasterAPI.status",
    "hashlib",
    "hmac",
    "html",
    "importlib.resources",
    "mimetypes",
    "uvicorn",
    "zoneinfo",
}


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("from faster_core.middleware import CORSMiddleware", {"faster_core.middleware.compression"}),
        ("from faster_core.security import HTTPBearer", {"faster_core.security.form"}),
        ("from faster_openapi import OpenAPI", {"faster_openapi.describe"}),
        ("from FasterAPI import Faster", UNUSED),
        ("from FasterAPI import Depends, Faster; Faster().get('/')(lambda q: {})", UNUSED),
    ],
)
def test_what_is_not_used_is_not_imported(statement: str, absent: set[str]) -> None:
    code = f"import sys\nbefore = set(sys.modules)\n{statement}\nprint(sorted({absent!r} & set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@pytest.mark.parametrize(
    "line",
    [
        "from FasterAPI import status; status.HTTP_200_OK",
        "import FasterAPI; FasterAPI.status.HTTP_200_OK",
        "import faster_openapi; import faster_openapi.diff.document; faster_openapi.diff({}, {}).changes",
        "from faster_openapi import diff; diff({}, {}).changes",
        "from faster_openapi.diff import Change, Comparison, Severity, diff; Comparison",
        "import FasterAPI.middleware; FasterAPI.middleware.CORSMiddleware",
        "import FasterAPI.middleware.cors; import FasterAPI; FasterAPI.CORSMiddleware",
    ],
)
def test_a_name_is_the_same_whatever_was_imported_before(line: str) -> None:
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize("package", ["faster_core.middleware", "faster_core.security", "faster_openapi", "FasterAPI"])
def test_every_public_name_is_there(package: str) -> None:
    module = importlib.import_module(package)
    core = [name for name in module.__all__ if name in dir(module)]
    assert core == list(module.__all__)
