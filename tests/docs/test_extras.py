"""The page of extras: true to the package, and each example where it is said to be."""

import subprocess
import sys
import tomllib

import pytest

from FasterAPI import contrib
from FasterAPI._lazy import LAZY
from tests.docs.extras import MISSING, PAGE, Extra, read_extras, shown_after
from tests.docs.page import EXAMPLES, ROOT, blocks
from tests.docs.try_extras import WAYS, Failure, version_of

EXTRAS = read_extras()
GROUPS = {"production", "ecosystem", "all"}

every_extra = pytest.mark.parametrize("extra", EXTRAS, ids=lambda extra: extra.name)


def declared() -> dict[str, list[str]]:
    text = (ROOT / "packages/faster-api-web/pyproject.toml").read_text("utf-8")
    found: dict[str, list[str]] = tomllib.loads(text)["project"]["optional-dependencies"]
    return found


def test_table_is_the_metadata() -> None:
    assert {extra.name: list(extra.installs) for extra in EXTRAS} == declared()


@every_extra
def test_first_example_is_on_the_page(extra: Extra) -> None:
    assert (EXAMPLES / extra.example).is_file()
    path = extra.link.partition("#")[0]
    page = (PAGE.parent / path).resolve() if path else PAGE
    # `first.py` is the first program of all: an extra that only makes a command better has no other.
    assert extra.example == "first.py" or any(extra.example in block.includes for block in blocks(page))


@every_extra
def test_example_that_is_served_is_asked_something(extra: Extra) -> None:
    assert extra.name in WAYS or shown_after(extra)


def test_what_is_asked_ends_with_the_next_program() -> None:
    # The page goes on with other programs, which answer other things.
    compression = next(extra for extra in EXTRAS if extra.name == "compression")
    assert [item.command.rpartition("/")[2] for item in shown_after(compression)] == ["numbers", "numbers"]


def test_every_extra_is_tried_without() -> None:
    assert MISSING.keys() | GROUPS == declared().keys()
    statements = {statement for every in MISSING.values() for statement in every}
    modules = {f"import FasterAPI.contrib.{name}" for name in MISSING} & {
        f"import {contrib.__name__}.{path.stem}" for path in (ROOT / "packages").rglob("contrib/[a-z]*.py")
    }
    # `http2` imports its servers when it serves.
    assert modules - {"import FasterAPI.contrib.http2"} <= statements
    names = {f"from FasterAPI import {name}": lazy.extra for name, lazy in LAZY.items() if lazy.extra}
    assert {text: extra for extra, every in MISSING.items() for text in every if text in names} == names


def test_message_is_what_is_said() -> None:
    shown = next(block for block in blocks(PAGE) if block.language == "text")
    code = "import sys; sys.modules['jwt'] = None; from FasterAPI import JWTBearer"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == shown.text.strip()


def test_wheels_are_those_of_one_version(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("wheels")
    with pytest.raises(Failure, match=r"has 0 wheels of faster-api-web\. Build them: hatch build --all"):
        version_of(folder)
    (folder / "faster_api_web-0.3.0-py3-none-any.whl").touch()
    assert version_of(folder) == "0.3.0"
    (folder / "faster_api_web-0.4.0-py3-none-any.whl").touch()
    with pytest.raises(Failure, match="has 2 wheels"):
        version_of(folder)
