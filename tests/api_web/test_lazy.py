"""Names that need an extra: found when first used, with the command to run when they cannot be."""

import subprocess
import sys

import pytest

import FasterAPI
from FasterAPI import _lazy

# Stands in for a machine where these packages are not installed.
WITHOUT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
"""


def fails(absent: set[str], statement: str) -> str:
    code = WITHOUT.format(absent=absent) + statement
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize("statement", ["from FasterAPI import {}", "from FasterAPI.testclient import {}"])
@pytest.mark.parametrize("name", ["TestClient", "AsyncTestClient"])
@pytest.mark.parametrize("absent", [{"httpx"}, {"faster_testclient"}])
def test_client_without_httpx(name: str, statement: str, absent: set[str]) -> None:
    assert fails(absent, statement.format(name)) == (
        f"ImportError: {name} requires httpx, which is not installed. Run: pip install 'faster-api-web[test]'"
    )


@pytest.mark.parametrize("module", ["FasterAPI", "FasterAPI.templating"])
def test_templates_without_jinja(module: str) -> None:
    assert fails({"jinja2"}, f"from {module} import Jinja2Templates") == (
        "ImportError: Jinja2Templates requires jinja2, which is not installed. "
        "Run: pip install 'faster-api-web[templates]'"
    )


def test_a_fault_inside_is_not_taken_for_a_missing_extra() -> None:
    # httpx is there, but something it needs is not: the advice would be wrong.
    assert fails({"idna"}, "from FasterAPI import TestClient").startswith("ModuleNotFoundError: No module named")


def test_asking_again_finds_the_name_at_once() -> None:
    pytest.importorskip("httpx")
    assert FasterAPI.TestClient is vars(FasterAPI)["TestClient"]


def test_every_lazy_name_is_public() -> None:
    assert set(_lazy.LAZY) <= set(FasterAPI.__all__)


def test_test_client_module_has_no_other_names() -> None:
    from FasterAPI import testclient

    with pytest.raises(AttributeError, match="has no attribute 'Client'"):
        testclient.Client  # noqa: B018
