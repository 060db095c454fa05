"""Finding and importing the application that a command is about."""

import json
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from FasterAPI import Faster
from FasterAPI.cli.target import Broken, Target, find_target, load, load_app
from tests.api_web.cli.project import run, write

APP = "from FasterAPI import Faster\n{} = Faster()\n"


@pytest.fixture(autouse=True)
def own_modules(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Forget what a test imports, so that the next one imports its own."""
    before = set(sys.modules)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("given", "target"),
    [
        ("shop.main:app", Target("shop.main", "app")),
        ("shop.main", Target("shop.main")),
        ("shop/main.py", Target("shop.main")),
        ("shop/main.py:site", Target("shop.main", "site")),
        ("./shop/../shop/main.py", Target("shop.main")),
        ("{folder}/shop/main.py:site", Target("shop.main", "site")),
        ("main:make()", Target("main", "make", factory=True)),
        ("main:shops.first", Target("main", "shops.first")),
    ],
)
def test_what_is_written(tmp_path: Path, given: str, target: Target) -> None:
    write(tmp_path, shop__main="")
    assert find_target(given.format(folder=tmp_path), tmp_path) == target


def test_a_file_may_be_named_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, source__shop__main="")
    monkeypatch.chdir(tmp_path)
    assert find_target("source/shop/main.py", Path("source")) == Target("shop.main")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (":app", "':app' names no module. Write module:attribute, as in: fasterapi run shop.main:app"),
        ("shop/min.py", "There is no file shop/min.py in {folder}."),
        (
            "{outside}/main.py",
            (
                "{outside}/main.py is not in {folder}. "
                "Run the command in the folder that imports begin in, or name that with --app-dir."
            ),
        ),
    ],
)
def test_what_is_written_wrong(tmp_path: Path, given: str, message: str) -> None:
    write(tmp_path, outside__main="", inside__main="")
    names = {"folder": tmp_path / "inside", "outside": tmp_path / "outside"}
    with pytest.raises(click.UsageError) as caught:
        find_target(given.format(**names), tmp_path / "inside")
    assert caught.value.message == message.format(**names)


@pytest.mark.parametrize(
    ("files", "module"),
    [
        (["main", "app__main", "app", "api"], "main"),
        (["app__main", "api"], "app.main"),
        (["app", "api"], "app"),
        (["api"], "api"),
        (["app__app"], "app.app"),
        (["app__api"], "app.api"),
    ],
)
def test_what_is_looked_for(tmp_path: Path, files: list[str], module: str) -> None:
    write(tmp_path, **dict.fromkeys(files, ""))
    assert find_target(None, tmp_path) == Target(module)


def test_entrypoint(tmp_path: Path) -> None:
    write(tmp_path, main="")
    (tmp_path / "pyproject.toml").write_text('[tool.fasterapi]\nentrypoint = "shop.main:site"\n')
    assert find_target(None, tmp_path) == Target("shop.main", "site")


@pytest.mark.parametrize("text", ["", "[tool.other]\nx = 1\n", "[tool.fasterapi]\n"])
def test_project_without_an_entrypoint(tmp_path: Path, text: str) -> None:
    write(tmp_path, main="")
    (tmp_path / "pyproject.toml").write_text(text)
    assert find_target(None, tmp_path) == Target("main")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.fasterapi\n", "pyproject.toml is not TOML: "),
        ("[tool.fasterapi]\nentrypoint = 3\n", 'entrypoint must be a text such as "shop.main:app", not 3.'),
    ],
)
def test_project_that_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(click.UsageError) as caught:
        find_target(None, tmp_path)
    assert message in caught.value.message


def test_no_application(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError) as caught:
        find_target(None, tmp_path)
    assert caught.value.message == (
        f"There is no application in {tmp_path}: none of main.py, app/main.py, app.py, api.py, app/app.py, app/api.py. "
        "Name it, as in: fasterapi run shop.main:app. Or make a project: fasterapi new shop"
    )


@pytest.mark.parametrize(
    ("source", "attribute"),
    [
        (APP.format("app"), "app"),
        (APP.format("api"), "api"),
        (APP.format("api") + "app = api\n", "app"),
        (APP.format("site"), "site"),
    ],
)
def test_likely_names(tmp_path: Path, source: str, attribute: str) -> None:
    write(tmp_path, likely=source)
    target, app = load(Target("likely"), tmp_path)
    assert (target, type(app)) == (Target("likely", attribute), Faster)


def test_function_that_makes_it(tmp_path: Path) -> None:
    write(tmp_path, made="from FasterAPI import Faster\ndef make():\n    return Faster(title='made')\n")
    assert load_app("made:make()", tmp_path).title == "made"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("here:ap", "here ({folder}/here.py) has nothing named 'ap'. Did you mean 'app'?"),
        ("here:completely", "here ({folder}/here.py) has nothing named 'completely'."),
        ("here:text", "here:text is no ASGI application, but a value of type str."),
        ("here:other", "here:other is a function, not a Faster application."),
        (
            "here:make",
            "here:make is a function without arguments. If it makes the application, write here:make()",
        ),
        ("here.app", "'here.app' is no module. Did you mean 'here:app'?"),
        ("empty", "empty ({folder}/empty.py) has no application, neither 'app' nor 'api'. Name it: module:attribute."),
        (
            "maker",
            (
                "maker ({folder}/maker.py) has no application, neither 'app' nor 'api'. "
                "Is it made by create_app? Then write maker:create_app()"
            ),
        ),
        (
            "nowhere:app",
            "There is no module 'nowhere' in {folder}. Run the command where it is, or name the folder with --app-dir.",
        ),
        (
            "here.below:app",
            (
                "There is no module 'here.below' in {folder}. "
                "Run the command where it is, or name the folder with --app-dir."
            ),
        ),
    ],
)
def test_usual_mistakes(tmp_path: Path, given: str, message: str) -> None:
    other = "text = ''\nasync def other(scope, receive, send): ...\ndef make():\n    return app\n"
    write(tmp_path, here=APP.format("app") + other, empty="", maker="def create_app(name='shop'): ...\n")
    with pytest.raises(click.UsageError) as caught:
        load_app(given, tmp_path)
    assert caught.value.message == message.format(folder=tmp_path)


def test_name_that_another_module_has_already(tmp_path: Path) -> None:
    write(tmp_path, json__main=APP.format("app"))
    with pytest.raises(click.UsageError) as caught:
        load(Target("json.main"), tmp_path)
    assert caught.value.message == f"'json' already is a module of that name, {json.__file__}. Rename yours."


def test_error_while_importing_shows_the_users_own_lines(tmp_path: Path) -> None:
    write(tmp_path, broken="import fine\n\nfine.work()\n", fine="def work():\n    return 1 / 0\n")
    with pytest.raises(Broken) as caught:
        load(Target("broken"), tmp_path)
    assert [line.strip() for line in caught.value.message.splitlines() if not set(line) <= set(" ~^")] == [
        "broken cannot be imported:",
        "Traceback (most recent call last):",
        f'File "{tmp_path}/broken.py", line 3, in <module>',
        "fine.work()",
        f'File "{tmp_path}/fine.py", line 2, in work',
        "return 1 / 0",
        "ZeroDivisionError: division by zero",
    ]


def test_missing_module_inside_is_not_taken_for_the_application(tmp_path: Path) -> None:
    write(tmp_path, needy="import there_is_no_such_module\n")
    with pytest.raises(Broken, match="No module named 'there_is_no_such_module'"):
        load(Target("needy"), tmp_path)


def test_function_that_fails(tmp_path: Path) -> None:
    write(tmp_path, failing="def make():\n    raise ValueError('no settings')\n")
    with pytest.raises(Broken) as caught:
        load(Target("failing", "make", factory=True), tmp_path)
    assert caught.value.message.startswith("failing:make() raised:\n")
    assert caught.value.message.endswith("ValueError: no settings")


def test_exit_codes(tmp_path: Path) -> None:
    write(tmp_path, main=APP.format("app"), broken="1 / 0\n")
    assert run(tmp_path, "routes")[0] == 0
    assert run(tmp_path, "routes", "broken:app")[0] == 1
    assert run(tmp_path, "routes", "main:nothing")[0] == 2
    assert run(tmp_path.parent, "routes", "--app-dir", str(tmp_path))[0] == 0
