import asyncio
from typing import Any

import pytest

from faster_core.datastructures import FormData, ImmutableMultiDict, MultiDict

PAIRS = [("a", 1), ("b", 2), ("a", 3)]


def test_reading() -> None:
    d: ImmutableMultiDict[str, int] = ImmutableMultiDict(PAIRS)
    assert d["a"] == 3
    assert d.getlist("a") == [1, 3]
    assert d.getlist("c") == []
    assert d.get("c", 9) == 9
    assert "b" in d
    assert list(d) == ["a", "b"]
    assert dict(d) == {"a": 3, "b": 2}
    assert len(d) == 2
    assert d.multi_items() == PAIRS
    assert repr(d) == f"ImmutableMultiDict({PAIRS!r})"
    with pytest.raises(KeyError):
        d["c"]
    with pytest.raises(TypeError):
        d["a"] = 1  # type: ignore[index]


@pytest.mark.parametrize(
    "made, pairs",
    [
        (ImmutableMultiDict(), []),
        (ImmutableMultiDict({"a": 1}), [("a", 1)]),
        (ImmutableMultiDict(ImmutableMultiDict(PAIRS)), PAIRS),
        (ImmutableMultiDict(PAIRS, b=4), [*PAIRS, ("b", 4)]),
        (ImmutableMultiDict(iter([["a", 1]])), [("a", 1)]),
    ],
)
def test_sources(made: Any, pairs: Any) -> None:
    assert made.multi_items() == pairs


@pytest.mark.parametrize(
    "left, right, equal",
    [
        (PAIRS, [("b", 2), ("a", 1), ("a", 3)], True),
        (PAIRS, [("a", 3), ("b", 2), ("a", 1)], False),
        (PAIRS, [("a", 3), ("b", 2)], False),
        ([(1, "x"), ("a", "y")], [("a", "y"), (1, "x")], True),
    ],
)
def test_equality_is_by_pairs(left: Any, right: Any, equal: Any) -> None:
    assert (ImmutableMultiDict(left) == ImmutableMultiDict(right)) is equal
    assert (MultiDict(left) == ImmutableMultiDict(right)) is equal
    assert ImmutableMultiDict(left) != dict(left)


def test_a_copy_does_not_share() -> None:
    first: MultiDict[str, int] = MultiDict(PAIRS)
    second: MultiDict[str, int] = MultiDict(first)
    second.append("a", 4)
    assert first.multi_items() == PAIRS


@pytest.mark.parametrize(
    "change, result, pairs",
    [
        (lambda d: d.__setitem__("a", 9), None, [("b", 2), ("a", 9)]),
        (lambda d: d.__delitem__("a"), None, [("b", 2)]),
        (lambda d: d.append("b", 5), None, [*PAIRS, ("b", 5)]),
        (lambda d: d.setlist("a", [7, 8]), None, [("b", 2), ("a", 7), ("a", 8)]),
        (lambda d: d.setlist("a", []), None, [("b", 2)]),
        (lambda d: d.pop("a"), 3, [("b", 2)]),
        (lambda d: d.pop("c", 0), 0, PAIRS),
        (lambda d: d.poplist("a"), [1, 3], [("b", 2)]),
        (lambda d: d.popitem(), ("b", 2), [("a", 1), ("a", 3)]),
        (lambda d: d.clear(), None, []),
        (lambda d: d.setdefault("a", 9), 3, PAIRS),
        (lambda d: d.setdefault("c", 9), 9, [*PAIRS, ("c", 9)]),
        (lambda d: d.setdefault("c"), None, [*PAIRS, ("c", None)]),
        (lambda d: d.update({"a": 9}, c=5), None, [("b", 2), ("a", 9), ("c", 5)]),
        (lambda d: d.update([("a", 5), ("a", 6)]), None, [("b", 2), ("a", 5), ("a", 6)]),
    ],
)
def test_changing(change: Any, result: Any, pairs: Any) -> None:
    d: MultiDict[str, int] = MultiDict(PAIRS)
    assert change(d) == result
    assert d.multi_items() == pairs
    assert dict(d) == dict(pairs)


def test_deleting_what_is_not_there() -> None:
    with pytest.raises(KeyError):
        del MultiDict[str, int]()["a"]


class Upload:
    def __init__(self, error: Any = None) -> None:
        self.closed = False
        self.error = error

    async def close(self) -> None:
        self.closed = True
        if self.error is not None:
            raise self.error


def test_form_data_closes_every_upload() -> None:
    uploads = [Upload(), Upload(), Upload()]
    form = FormData([("name", "x"), *(("file", upload) for upload in uploads)])
    asyncio.run(form.close())
    assert all(upload.closed for upload in uploads)


def test_form_data_takes_a_close_that_does_not_wait() -> None:
    closed: list[int] = []

    class Plain:
        def close(self) -> None:
            closed.append(1)

    asyncio.run(FormData({"file": Plain()}).close())
    assert closed == [1]


def test_form_data_closes_the_rest_when_one_fails() -> None:
    uploads = [Upload(OSError("full")), Upload()]
    form = FormData([("file", upload) for upload in uploads])
    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(form.close())
    assert uploads[1].closed
    assert [str(error) for error in caught.value.exceptions] == ["full"]
