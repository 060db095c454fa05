"""Diagnostics: what start-up finds, word for word."""

import functools
import linecache
import re
from collections.abc import Callable
from pathlib import Path as FilePath
from typing import Annotated, Any

import msgspec
import pytest

from faster_core import App, Body, Depends, FasterRouter, File, Form, Path, Query, Security, WebSocket
from faster_core.diagnostic import Diagnostic, FasterWarning, Place, describe_callable, place_of, place_of_caller
from faster_core.exceptions import ConfigurationError, DependencyCycleError, FasterError
from faster_core.request import Request

HERE = FilePath(__file__).name


class Item(msgspec.Struct):
    name: str


class NoSignature:
    """Its signature cannot be told."""

    __signature__ = "none"

    def __call__(self) -> None: ...


def line_of(text: str) -> int:
    """Return the line of this file on which a text stands for the first time outside the tables."""
    lines = linecache.getlines(__file__)
    return next(number for number, line in enumerate(lines, 1) if re.match(rf"\s*(async )?def {text}\(", line))


def duplicate(app: App) -> None:
    @app.get("/items/{item_id}")
    async def read_item(item_id: int) -> None: ...

    @app.get("/items/{name}")
    async def read_name(name: str) -> None: ...


def path_without_variable(app: App) -> None:
    @app.get("/items/{id}")
    async def read_wrong(item_idd: Annotated[int, Path(alias="ids")]) -> None: ...


def path_without_any(app: App) -> None:
    @app.get("/items")
    async def read_none(item_id: Annotated[int, Path()]) -> None: ...


def bad_template(app: App) -> None:
    @app.get("/items/{id")
    async def read_unclosed() -> None: ...


def no_slash(app: App) -> None:
    @app.get("items")
    async def read_slashless() -> None: ...


def no_slash_in_router(app: App) -> None:
    router = FasterRouter(prefix="/x")

    @router.get("items")
    async def read_routed() -> None: ...

    app.include_router(router)


def bad_prefix(app: App) -> None:
    FasterRouter(prefix="items/")


def router_in_itself(app: App) -> None:
    one, two = FasterRouter(), FasterRouter()
    one.include_router(two)
    two.include_router(one)


def cycle_one(two: "Annotated[int, Depends(cycle_two)]") -> int:
    return two


def cycle_two(three: "Annotated[int, Depends(cycle_three)]") -> int:
    return three


def cycle_three(one: Annotated[int, Depends(cycle_one)]) -> int:
    return one


def cycle(app: App) -> None:
    @app.get("/")
    async def read_cycle(value: Annotated[int, Depends(cycle_one)]) -> None: ...


def wants_query(q: str) -> str:
    return q


def request_in_app(app: App) -> None:
    @app.get("/")
    async def read_pool(value: Annotated[str, Depends(wants_query, scope="app")]) -> None: ...


def result_as_dependency(app: App) -> None:
    Depends(wants_query("x"))  # type: ignore[arg-type]


def result_as_security(app: App) -> None:
    Security("x")  # type: ignore[arg-type]


def result_in_list(app: App) -> None:
    app.get("/", dependencies=[wants_query])(lambda: None)


def depends_on_nothing(app: App) -> None:
    @app.get("/")
    async def read_depends(value=Depends()) -> None: ...  # type: ignore[no-untyped-def]


async def outer(inner: "Annotated[int, Depends(inner, scope='function')]"):  # type: ignore[no-untyped-def]
    yield inner


async def inner():  # type: ignore[no-untyped-def]
    yield 1


def lifetimes(app: App) -> None:
    @app.get("/")
    async def read_lifetimes(value: Annotated[int, Depends(outer)]) -> None: ...


def two_bodies(app: App) -> None:
    @app.post("/")
    async def create_both(item: Item, name: Annotated[str, Form()]) -> None: ...


def body_and_file(app: App) -> None:
    @app.post("/")
    async def create_file(item: Item, name: Annotated[bytes, File()]) -> None: ...


def unresolved(app: App) -> None:
    @app.get("/")
    async def read_unresolved(item: "Missing") -> None: ...  # type: ignore[name-defined]  # noqa: F821


def unresolved_result(app: App) -> None:
    @app.get("/")
    async def read_result() -> "list[Missing]": ...  # type: ignore[empty-body,name-defined]  # noqa: F821


def hidden(app: App) -> None:
    def decorate(function: Callable[..., Any]) -> Any:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return wrapper

    app.get("/")(decorate(wants_query))


def default_inside(app: App) -> None:
    @app.get("/")
    async def read_default(q: Annotated[int, Query(3)]) -> None: ...


def unfit_default(app: App) -> None:
    @app.get("/")
    async def read_unfit(q: int = Query(3, ge=5, validate_default=True)) -> None: ...


def path_default(app: App) -> None:
    @app.get("/{q}")
    async def read_path(q: int = Path(3)) -> None: ...


def read_dict(item: Annotated[dict[str, Any], Body()]) -> None: ...


def two_ways(app: App) -> None:
    @app.post("/")
    async def create_twice(item: Item, other: Annotated[None, Depends(read_dict)]) -> None: ...


def websocket_in_http(app: App) -> None:
    @app.get("/")
    async def read_socket(websocket: WebSocket) -> None: ...


def request_in_websocket(app: App) -> None:
    @app.websocket("/")
    async def talk(websocket: WebSocket, request: Request) -> None: ...


def body_in_websocket(app: App) -> None:
    @app.websocket("/")
    async def talk_item(websocket: WebSocket, item: Item) -> None: ...


def unknown_option(app: App) -> None:
    Query(min_lenght=3)  # type: ignore[call-arg]


def unknown_route_option(app: App) -> None:
    app.get("/", respons_model=None)(lambda: None)  # type: ignore[call-arg]


def unknown_form_limit(app: App) -> None:
    FasterRouter(form_limits={"max_part": 1})


CASES: list[tuple[Callable[[App], None], str, str]] = [
    (
        duplicate,
        "FA101",
        (
            "GET /items/{name}: read_name (@:$read_name) answers the same requests as read_item (@:$read_item) "
            "(/items/{item_id}). Change the path or the method of one of them, or remove it. [FA101]"
        ),
    ),
    (
        path_without_variable,
        "FA103",
        (
            "read_wrong (@:$read_wrong): argument 'item_idd' is declared as Path, but the path has id. "
            'Did you mean Path(alias="id")? [FA103]'
        ),
    ),
    (
        path_without_any,
        "FA103",
        (
            "read_none (@:$read_none): argument 'item_id' is declared as Path, but the path has no variable. "
            "Put {item_id} into the path. [FA103]"
        ),
    ),
    (
        bad_template,
        "FA104",
        (
            "read_unclosed (@:$read_unclosed): the path '/items/{id' is no path template. path template '/items/{id': "
            "unclosed brace at position 7. A parameter is a name in braces, closed in the same segment. "
            "Write '{name}' or '{name:convertor}'. [FA104]"
        ),
    ),
    (
        no_slash,
        "FA104",
        "read_slashless (@:$read_slashless): the path 'items' does not begin with a slash. Write '/items'. [FA104]",
    ),
    (
        no_slash_in_router,
        "FA104",
        "read_routed (@:$read_routed): the path 'items' does not begin with a slash. Write '/items'. [FA104]",
    ),
    (
        bad_prefix,
        "FA105",
        (
            "@:$bad_prefix+1: the prefix 'items/' of FasterRouter() must begin with a slash and must not end with one. "
            "Write prefix='/items'. [FA105]"
        ),
    ),
    (
        router_in_itself,
        "FA106",
        (
            "@:$router_in_itself+3: a router is included in itself, directly or through others, so its routes have no "
            "end. Include another router, or take one of the inclusions out. [FA106]"
        ),
    ),
    (
        cycle,
        "FA110",
        (
            "These dependencies need each other in a circle: cycle_one (@:$cycle_one) → cycle_two (@:$cycle_two) → "
            "cycle_three (@:$cycle_three) → cycle_one (@:$cycle_one). "
            "Take one of the Depends() out, or move what both need into a third function. [FA110]"
        ),
    ),
    (
        request_in_app,
        "FA111",
        (
            "wants_query (@:$wants_query): argument 'q' belongs to one request, but the dependency that wants it lives "
            "as long as the application. Give that dependency scope='request', or take the value from settings. [FA111]"
        ),
    ),
    (
        result_as_dependency,
        "FA112",
        (
            "@:$result_as_dependency+1: Depends() got a value of type str, which cannot be called: a result "
            "instead of a "
            "function. Write Depends(f), not Depends(f()). [FA112]"
        ),
    ),
    (
        result_as_security,
        "FA112",
        (
            "@:$result_as_security+1: Security() got a value of type str, which cannot be called: a result instead "
            "of a "
            "function. Write Security(f), not Security(f()). [FA112]"
        ),
    ),
    (
        result_in_list,
        "FA112",
        (
            "@:$result_in_list+1: dependencies=[…] holds a value of type function, which is not a Depends(…) with a "
            "function. Write dependencies=[Depends(function)]. [FA112]"
        ),
    ),
    (
        depends_on_nothing,
        "FA112",
        (
            "read_depends (@:$read_depends): argument 'value' is Depends() without a function, and its annotation "
            "is none "
            "either. Write Depends(function), or annotate it with a class. [FA112]"
        ),
    ),
    (
        lifetimes,
        "FA113",
        (
            "outer (@:$outer) lives until the response has been sent (scope='request'), but uses inner (@:$inner), "
            "which "
            "is left before that (scope='function'). Give both the same scope. [FA113]"
        ),
    ),
    (
        two_bodies,
        "FA121",
        (
            "create_both (@:$create_both): argument 'item' reads a JSON body and argument 'name' a form; a request has "
            "one body. Declare 'item' as Annotated[Item, Form(media_type=\"application/json\")], or 'name' as Body() "
            "instead of Form(). [FA121]"
        ),
    ),
    (
        body_and_file,
        "FA121",
        (
            "create_file (@:$create_file): argument 'item' reads a JSON body and argument 'name' a form; a request has "
            "one body. Declare 'item' as Annotated[Item, Form(media_type=\"application/json\")], or 'name' as Body() "
            "instead of File(). [FA121]"
        ),
    ),
    (
        unresolved,
        "FA122",
        (
            "Argument 'item' of read_unresolved (@:$read_unresolved) is annotated 'Missing', but nothing is named "
            "'Missing' there when the program runs. Import 'Missing' outside `if TYPE_CHECKING:`, or define it "
            "before the "
            "handler. [FA122]"
        ),
    ),
    (
        unresolved_result,
        "FA122",
        (
            "The result of read_result (@:$read_result) is annotated 'list[Missing]', but nothing is named "
            "'Missing' there "
            "when the program runs. Import 'Missing' outside `if TYPE_CHECKING:`, or define it before the handler. "
            "[FA122]"
        ),
    ),
    (
        hidden,
        "FA123",
        (
            "wrapper (@:$wrapper) takes only *args and **kwargs, so no argument can be read from a request. If it "
            "is made "
            "by a decorator, use functools.wraps in the decorator. [FA123]"
        ),
    ),
    (
        default_inside,
        "FA125",
        (
            "read_default (@:$read_default): argument 'q' has its default inside Annotated. "
            "Write `q: Annotated[…] = 3`. [FA125]"
        ),
    ),
    (
        unfit_default,
        "FA126",
        (
            "read_unfit (@:$read_unfit): argument 'q' has the default 3, which does not fit: Expected `int` >= 5. "
            "Change the default or the constraint. [FA126]"
        ),
    ),
    (
        path_default,
        "FA127",
        (
            "read_path (@:$read_path): argument 'q' comes from the path, so it cannot have a default. "
            "Remove the default. [FA127]"
        ),
    ),
    (
        two_ways,
        "FA128",
        (
            "read_dict (@:$read_dict): argument 'item' reads 'item' of the body as dict, but create_twice "
            "(@:$create_twice) reads it as Item. Declare both in the same words, or give one of them another name. "
            "[FA128]"
        ),
    ),
    (
        websocket_in_http,
        "FA129",
        (
            "Argument 'websocket' of read_socket (@:$read_socket) is a WebSocket, which a route for HTTP does not "
            "have. "
            "Annotate it as HTTPConnection, which both kinds of route have. [FA129]"
        ),
    ),
    (
        request_in_websocket,
        "FA129",
        (
            "Argument 'request' of talk (@:$talk) is a Request, which a route for WebSocket does not have. "
            "Annotate it as HTTPConnection, which both kinds of route have. [FA129]"
        ),
    ),
    (
        body_in_websocket,
        "FA129",
        (
            "talk_item (@:$talk_item): argument 'item' reads a body, which a WebSocket does not have. "
            "Read it from the query, or receive it with `await websocket.receive_json()`. [FA129]"
        ),
    ),
    (
        unknown_option,
        "FA140",
        "@:$unknown_option+1: Query() has no argument 'min_lenght'. Did you mean 'min_length'? [FA140]",
    ),
    (
        unknown_route_option,
        "FA140",
        "@:$unknown_route_option+1: get() has no argument 'respons_model'. Did you mean 'response_model'? [FA140]",
    ),
    (
        unknown_form_limit,
        "FA140",
        "@:$unknown_form_limit+1: form_limits() has no argument 'max_part'. Did you mean 'max_part_size'? [FA140]",
    ),
]


def filled(message: str) -> str:
    """Put this file and its lines into an expected message: `@` is the file, `$name` the line of a function."""

    def line(match: re.Match[str]) -> str:
        return str(decorated_line(match[1]) + int(match[2] or 0))

    return re.sub(r"\$(\w+)(?:\+(\d+))?", line, message.replace("@", HERE))


def decorated_line(name: str) -> int:
    """Return the line of a function as its code knows it: that of its first decorator."""
    number = line_of(name)
    while linecache.getline(__file__, number - 1).strip().startswith("@"):
        number -= 1
    return number


@pytest.mark.parametrize(("build", "code", "message"), CASES, ids=[case[0].__name__ for case in CASES])
def test_errors_word_for_word(build: Callable[[App], None], code: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        build(App())
    assert str(raised.value) == filled(message)
    diagnostic = raised.value.diagnostic
    assert (diagnostic.code, diagnostic.severity) == (code, "error")
    assert diagnostic.places, "a diagnostic names a line"
    assert all(place.file == __file__ for place in diagnostic.places)


def body_on_get(app: App) -> None:
    @app.get("/items")
    async def search(item: Item) -> None: ...


def nearly_the_name(app: App) -> None:
    @app.get("/items/{id}")
    async def read_nearly(item_id: int) -> None: ...


def misspelt(app: App) -> None:
    @app.get("/users/{user_name}")
    async def read_misspelt(username: str) -> None: ...


async def statics(scope: Any, receive: Any, send: Any) -> None: ...


def mount_behind_route(app: App) -> None:
    app.mount("/static", statics)

    @app.get("/{rest:path}")
    async def read_rest(rest: str) -> None: ...


def route_before_mount(app: App) -> None:
    @app.get("/files/{rest:path}")
    async def read_files(rest: str) -> None: ...

    app.mount("/files/static", statics)


WARNINGS: list[tuple[Callable[[App], None], str]] = [
    (
        body_on_get,
        (
            "GET /items: search (@:$search) reads a body, but the body of a GET request has no meaning (RFC 9110, "
            "9.3.1), "
            "and many clients cannot send one. Read it from the query, or use POST or QUERY. [FA120]"
        ),
    ),
    (
        nearly_the_name,
        (
            "GET /items/{id}: nobody reads {id}, but read_nearly (@:$read_nearly) reads 'item_id' from the query. "
            "Did you mean {item_id} in the path, or Path(alias=\"id\") for 'item_id'? [FA103]"
        ),
    ),
    (
        misspelt,
        (
            "GET /users/{user_name}: nobody reads {user_name}, but read_misspelt (@:$read_misspelt) reads "
            "'username' from "
            "the query. Did you mean {username} in the path, or Path(alias=\"user_name\") for 'username'? [FA103]"
        ),
    ),
    (
        mount_behind_route,
        (
            "GET /{rest:path} (read_rest (@:$read_rest)) answers every GET below /static, so the application "
            "mounted there "
            "is never asked: routes come before mounts. Mount what that route serves, too, since the longest "
            "prefix wins "
            "among mounts; or give it a prefix of its own. [FA102]"
        ),
    ),
    (
        route_before_mount,
        (
            "GET /files/{rest:path} (read_files (@:$read_files)) answers every GET below /files/static, so the "
            "application "
            "mounted there is never asked: routes come before mounts. Mount what that route serves, too, since the "
            "longest "
            "prefix wins among mounts; or give it a prefix of its own. [FA102]"
        ),
    ),
]


@pytest.mark.parametrize(("build", "message"), WARNINGS, ids=[case[0].__name__ for case in WARNINGS])
def test_warnings_word_for_word(build: Callable[[App], None], message: str) -> None:
    app = App()
    with pytest.warns(FasterWarning) as caught:
        build(app)
    assert [str(item.message) for item in caught] == [filled(message)]
    assert caught[0].filename == __file__
    assert [str(item) for item in app.diagnostics] == [filled(message)]
    assert app.diagnostics[0].severity == "warning"


def test_no_warning_without_a_reason() -> None:
    app = App()
    app.mount("/static", statics)

    @app.get("/items/{id}")
    async def whole(request: Request, item_id: int = 0) -> None: ...

    @app.get("/shops/{shop_id}/items/{item_id}")
    async def both(shop_id: int, item_id: int, id: int = 0) -> None: ...

    @app.get("/reports/{year}")
    async def ignored(limit: int = 0) -> None: ...

    @app.get("/staticfiles/{rest:path}")
    async def beside(rest: str) -> None: ...

    @app.post("/{rest:path}")
    async def other_method(rest: str) -> None: ...

    assert app.diagnostics == []


def test_a_cycle_is_a_recursion_error() -> None:
    with pytest.raises(RecursionError) as raised:
        cycle(App())
    assert isinstance(raised.value, DependencyCycleError)
    assert isinstance(raised.value, FasterError)


class Left:
    def __init__(self, right: "Annotated[Right, Depends()]") -> None: ...


class Right:
    def __init__(self, left: Annotated[Left, Depends()]) -> None: ...


def test_a_cycle_of_classes() -> None:
    with pytest.raises(DependencyCycleError, match=re.escape("Left (test_diagnostic.py:")):
        App().get("/")(lambda left=Depends(Left): None)


def test_a_cycle_in_an_override() -> None:
    from tests.core.client import request

    app = App()

    def one() -> int:
        return 1

    def fake(value: Annotated[int, Depends(one)]) -> int:
        return value

    @app.get("/")
    async def read(value: Annotated[int, Depends(one)]) -> int:
        return value

    app.dependency_overrides[one] = fake
    with pytest.raises(DependencyCycleError):
        request(app, "GET", "/")


class Callable_:
    def __call__(self) -> None: ...


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (wants_query, "wants_query"),
        (functools.partial(wants_query, "x"), "wants_query"),
        (functools.partial(functools.partial(wants_query)), "wants_query"),
        (Callable_(), "Callable_"),
        (Callable_, "Callable_"),
        (Callable_().__call__, "Callable_.__call__"),
    ],
    ids=str,
)
def test_places(function: Any, name: str) -> None:
    place = place_of(function)
    assert place is not None
    assert (place.file, place.name) == (__file__, name)
    assert str(place) == f"{name} ({HERE}:{place.line})"
    assert describe_callable(function) == str(place)


def test_what_has_no_place() -> None:
    assert place_of(len) is None
    assert describe_callable(len) == "len"


def test_the_text_of_a_diagnostic() -> None:
    place = Place("/x/shop.py", 14)
    diagnostic = Diagnostic("FA101", "Wrong.", "Fix it.", (place,))
    assert str(diagnostic) == "Wrong. Fix it. [FA101]"
    assert str(place) == "shop.py:14"


def test_the_place_of_a_caller() -> None:
    place = place_of_caller()
    assert place is not None
    assert place.file == __file__
