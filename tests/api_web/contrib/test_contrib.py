"""Extras and integrations name each other rightly."""

import re
import tomllib
from pathlib import Path

import pytest

import FasterAPI
from FasterAPI import contrib
from FasterAPI._lazy import LAZY

PACKAGE = Path(FasterAPI.__file__).parent
METADATA = PACKAGE.parents[1] / "pyproject.toml"

pytestmark = pytest.mark.skipif(not METADATA.is_file(), reason="only the source tree has the list of extras")


def extras() -> dict[str, list[str]]:
    found: dict[str, list[str]] = tomllib.loads(METADATA.read_text())["project"]["optional-dependencies"]
    return found


def reached(name: str) -> set[str]:
    """Return an extra and all that it names, at any depth."""
    inner = re.findall(r"faster-api-web\[([^]]*)\]", " ".join(extras()[name]))
    return {name}.union(*(reached(one) for group in inner for one in group.split(",")))


def test_every_message_names_an_extra_that_exists() -> None:
    named = {
        extra
        for path in PACKAGE.rglob("*.py")
        for extra in re.findall(r'needs\("\w+", extra="(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert {"jwt", "redis", "sqlalchemy", "http2"} <= named <= extras().keys()
    assert {LAZY[name].extra for name in OLD_NAMES} <= extras().keys()


def test_all_is_all() -> None:
    assert reached("all") == extras().keys()


def test_every_module_is_in_the_table() -> None:
    modules = {path.stem for path in (PACKAGE / "contrib").glob("[a-z]*.py")}
    assert modules == set(re.findall(r"`contrib\.(\w+)`", contrib.__doc__ or ""))


OLD_NAMES = """
JWTBearer create_access_token oauth2_access_token_json oauth2_password_token_response sqlalchemy_session_dependency
async_engine_from_url_optional RedisCacheMiddleware configure_structlog
""".split()


@pytest.mark.parametrize("name", OLD_NAMES)
def test_old_names_resolve(name: str) -> None:
    pytest.importorskip(LAZY[name].requires)
    assert getattr(FasterAPI, name).__module__ == LAZY[name].module
    assert name in FasterAPI.__all__
