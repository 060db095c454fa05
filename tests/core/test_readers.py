"""The plan readers of an application, by the overrides that they put in place."""

from typing import Any

from faster_core.readers import Readers


def real() -> int:
    return 1


def fake() -> int:
    return 2


def other() -> int:
    return 3


def function_of(readers: Readers, local: Any) -> Any:
    return readers.current(local).read_dependency(real).function


def test_without_overrides_there_is_one_reader() -> None:
    readers = Readers({})
    assert readers.current(None) is readers.declared()
    assert readers.current({}) is readers.declared()


def test_readers_by_overrides() -> None:
    overrides: dict[Any, Any] = {real: fake}
    readers = Readers(overrides)
    local = {real: other}
    assert function_of(readers, None) is fake
    assert function_of(readers, local) is other
    assert readers.current(local) is readers.current(local)
    assert readers.declared().read_dependency(real).function is real
    assert readers.current(None).read_dependency(real).original is real


def test_readers_are_forgotten_when_overrides_change() -> None:
    overrides: dict[Any, Any] = {real: fake}
    readers = Readers(overrides)
    assert function_of(readers, None) is fake
    overrides[real] = other
    readers.forget()
    assert function_of(readers, None) is other
    overrides.clear()
    readers.forget()
    assert readers.current(None) is readers.declared()
