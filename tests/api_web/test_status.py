"""`FasterAPI.status`."""

import warnings
from http import HTTPStatus

import pytest

from FasterAPI import status


def test_every_name_says_its_number() -> None:
    for name in status.__all__:
        kind, number, *words = name.split("_")
        assert kind in ("HTTP", "WS")
        assert getattr(status, name) == int(number)
        assert words


def test_every_status_of_the_standard_library_has_a_name() -> None:
    numbers = {getattr(status, name) for name in status.__all__}
    assert {item.value for item in HTTPStatus} <= numbers


def test_same_names_as_starlette() -> None:
    starlette = pytest.importorskip("starlette.status")
    names = set(starlette.__all__) | set(starlette.__deprecated__)
    assert set(status.__all__) == names
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert [name for name in names if getattr(starlette, name) != getattr(status, name)] == []
