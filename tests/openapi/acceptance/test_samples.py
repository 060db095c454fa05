"""The documents of the sample applications are valid in every version, and the names in them are different."""

import dataclasses
import itertools
import json
import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Generic, TypeVar

import msgspec
import pytest

from faster_core.app import App
from faster_core.params import Form
from faster_core.routing.router import FasterRouter
from faster_core.upload import UploadFile
from faster_openapi import document
from tests.core.test_sample_apps import SAMPLES, Sample
from tests.openapi.acceptance.sink import sink

pytest.importorskip("python_multipart")

T = TypeVar("T")
VERSIONS = ("3.0.3", "3.1.0", "3.2.0")


class Cat(msgspec.Struct, tag="cat"):
    kittens: list["Cat"]


class Dog(msgspec.Struct, tag="dog"):
    friend: "Cat | Dog | None"


class Page(msgspec.Struct, Generic[T]):
    items: list[T]
    after: "Page[T] | None"


@dataclasses.dataclass
class Folder:
    name: str
    inside: "dict[str, Folder]"


def everything_at_once() -> Sample:
    """Functions of one name, models that hold themselves, generic ones, files and unions."""
    app = App()
    for prefix in ("/a", "/b", "/b/a"):
        router = FasterRouter(prefix=prefix)

        @router.post("/read")
        async def read(pet: Cat | Dog, folders: Page[Folder], number: int | str = 1) -> Page[Page[Cat | Dog]]:
            return Page([], None)

        @router.post("/{name}")
        async def upload(name: str, files: list[UploadFile], size: Annotated[int | None, Form()] = None) -> bytes:
            return b""

        app.include_router(router)
    yield app


def _applications() -> Iterator[Any]:
    for sample in (*SAMPLES, everything_at_once):
        yield pytest.param(lambda sample=sample: next(sample()), id=sample.__name__)
    yield pytest.param(sink, id="sink")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("make", list(_applications()))
def test_the_document_is_valid(make: Callable[[], App], version: str) -> None:
    validator = pytest.importorskip("openapi_spec_validator")
    found = json.loads(json.dumps(document(make(), version)))
    assert found["openapi"] == version
    validator.validate(found)


@pytest.mark.parametrize("version", VERSIONS)
def test_each_operation_and_each_model_has_a_name_of_its_own(version: str) -> None:
    found = document(next(everything_at_once()), version)
    names = [operation["operationId"] for item in found["paths"].values() for operation in item.values()]
    assert len(set(names)) == len(names) == 6
    assert {"Cat", "Dog", "Folder", "Page_Folder_", "Page_Page_Cat_or_Dog__"} <= set(found["components"]["schemas"])


def _many(routes: int) -> App:
    """An application with a model and a query parameter of its own for every route."""
    app = App()
    for number in range(routes):
        model = msgspec.defstruct(f"Model{number}", [("size", int), ("pet", Cat | Dog)])

        async def handler(item: Any, q: int = 0) -> Any:
            return item

        handler.__annotations__ |= {"item": model, "return": model}
        app.add_api_route(f"/routes/{number}", handler, methods=["POST"])
    return app


def _calls(app: App) -> tuple[Any, int]:
    """Return a document, and how many functions were called to write it."""
    count = itertools.count()

    def profile(frame: Any, event: str, argument: Any) -> None:
        if event == "call":
            next(count)

    sys.setprofile(profile)
    try:
        found = document(app)
    finally:
        sys.setprofile(None)
    return found, next(count)


def test_the_work_of_a_document_grows_with_its_routes_and_no_faster() -> None:
    _, few = _calls(_many(50))
    found, many = _calls(_many(500))
    assert len(found["paths"]) == 500
    shared = {"Cat", "Dog", "HTTPError", "HTTPValidationError", "ValidationError"}
    assert set(found["components"]["schemas"]) == shared | {f"Model{number}" for number in range(500)}
    assert many < 11 * few
