"""The rules of the tree: it agrees with msgspec, it says what msgspec says, its work is linear, its depth bounded."""

import time
from collections.abc import Callable
from typing import Any, get_args

import msgspec
import pytest

from faster_core.codec.annotation import unwrap
from faster_core.codec.codec import codec
from faster_core.codec.field import fields_of
from faster_core.codec.problem import INPUT_ERRORS, MAX_PROBLEMS
from faster_core.codec.report import MAX_DEPTH, Report
from tests.core.codec import models
from tests.growth import check_growth

pytest.importorskip("hypothesis")
import hypothesis
from hypothesis import strategies as st

JUNK = st.recursive(
    st.sampled_from(models.JSON_SEEDS)
    | st.text(max_size=3)
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(models.KEYS), inner, max_size=3),
    max_leaves=6,
)


def shaped(annotation: Any, depth: int = 3) -> Any:
    """Return values that look like the type, some of them right."""
    bare, _ = unwrap(annotation)
    fields = fields_of(bare)
    if depth == 0:
        return JUNK
    if fields is not None:
        known = {field.wire_name: shaped(field.annotation, depth - 1) for field in fields}
        tags = {"type": st.sampled_from(["Cat", "Dog", "x"]), "kind": st.sampled_from([1, 2, 3])}
        objects = st.fixed_dictionaries({}, optional=tags | known | {"zz": st.just(1)})
        arrays = st.tuples(*known.values()).map(list)
        return JUNK | objects | objects | objects | arrays | arrays.map(lambda items: ["p", *items])
    inner = [
        shaped(item, depth - 1) for item in get_args(bare) if item is not Ellipsis and not isinstance(item, str | int)
    ]
    if not inner:
        return JUNK
    lists = st.lists(st.one_of(inner), max_size=3)
    return JUNK | st.one_of(inner) | lists | st.dictionaries(st.sampled_from(models.KEYS), inner[-1], max_size=3)


CODECS = {str(annotation): codec(annotation) for annotation in models.NATIVE + models.REFUSED}
VALUES = {str(annotation): shaped(annotation) for annotation in models.NATIVE + models.REFUSED}


def walk(annotation: Any, value: Any) -> list[str]:
    """Return what the tree alone reports."""
    report = Report(text=False, walking=True)
    CODECS[str(annotation)].tree.enter(value, None, report)
    return [problem.message for problem in report.problems]


@pytest.mark.parametrize("annotation", models.NATIVE, ids=str)
def test_it_agrees_with_msgspec(annotation: Any) -> None:
    decoder = msgspec.json.Decoder(annotation)

    @hypothesis.settings(max_examples=20, deadline=None, database=None, derandomize=True)
    @hypothesis.given(VALUES[str(annotation)])
    def check(value: Any) -> None:
        body = msgspec.json.encode(value)
        value = msgspec.json.decode(body)
        try:
            expected = decoder.decode(body)
        except msgspec.ValidationError as error:
            messages = walk(annotation, value)
            if str(error).startswith("Expected `str` - at"):  # the tag: the decoder of JSON leaves out what it got
                assert any(message.startswith("Expected `str`, got") for message in messages)
            else:
                assert str(error) in messages
            assert str(error) in [problem.message for problem in CODECS[str(annotation)].explain_json(body)]
        else:
            assert walk(annotation, value) == []
            report = Report(text=False, walking=True)
            assert CODECS[str(annotation)].tree.enter(value, None, report) == expected
            assert CODECS[str(annotation)].explain_json(body) == []

    check()


@pytest.mark.parametrize("annotation", models.REFUSED, ids=str)
def test_it_fails_exactly_when_it_has_something_to_say(annotation: Any) -> None:
    made = CODECS[str(annotation)]

    @hypothesis.settings(max_examples=20, deadline=None, database=None, derandomize=True)
    @hypothesis.given(VALUES[str(annotation)])
    def check(value: Any) -> None:
        body = msgspec.json.encode(value)
        value = msgspec.json.decode(body)
        calls: list[tuple[Any, Any, Any]] = [(made.decode_json, made.explain_json, body)]
        calls.append((made.convert, made.explain, value))
        if _small(value):
            packed = msgspec.msgpack.encode(value)
            calls.append((made.decode_msgpack, made.explain_msgpack, packed))
        for read, explain, given in calls:
            messages = [problem.message for problem in explain(given)]
            try:
                read(given)
            except INPUT_ERRORS as error:
                assert str(error) in messages
            else:
                assert messages == []

    check()


def _small(value: Any) -> bool:
    """Return whether MessagePack can hold every number."""
    try:
        msgspec.msgpack.encode(value)
    except OverflowError:
        return False
    return True


@pytest.mark.parametrize(
    "annotation, item",
    [
        (list[int], "x"),
        (list[models.Item], {"name": "", "price": -1}),
        (list[models.Plane | models.Car], {"wings": "x", "zz": 1}),
        (list[dict[str, int]], {"a" * 40: "x"}),
        (list[models.Camel], {"firstName": 1, "zz": 1}),
    ],
    ids=str,
)
def test_the_work_is_linear(annotation: Any, item: Any) -> None:
    made = codec(annotation)

    def explain(count: int) -> Callable[[], object]:
        body = msgspec.json.encode([item] * count)
        assert made.explain_json(body)
        return lambda: made.explain_json(body)

    check_growth(explain, 1_000)


def test_the_work_is_linear_in_the_depth_of_unions() -> None:
    made = codec(models.Either)
    body = b'{"left": 1, "next": ' * 60 + b'{"left": "x"}' + b"}" * 60
    start = time.process_time()
    (problem,) = made.explain_json(body)
    assert time.process_time() - start < 60  # 2 to the power of 60 attempts would outlive us
    assert problem.message.startswith("Expected `int`, got `str` - at `$.next.next")


def test_problems_are_counted() -> None:
    assert len(codec(list[int]).explain_json(b"[" + b'"x",' * 5000 + b'"x"]')) == MAX_PROBLEMS


@pytest.mark.parametrize("annotation", [list[int] | set[int], list[models.Plane | models.Car]], ids=str)
def test_problems_inside_unions_are_counted(annotation: Any) -> None:
    body = msgspec.json.encode([{"wings": "x"}] * (2 * MAX_PROBLEMS))
    assert len(codec(annotation).explain_json(body)) == MAX_PROBLEMS


@pytest.mark.parametrize("annotation", [list[models.Node], list[models.Plane | models.Car]], ids=str)
def test_an_explanation_looks_into_so_many_containers(annotation: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faster_core.codec.report.MAX_VISITS", 100)
    values: list[Any] = [{"value": 1, "wings": 1}] * 1000
    problems = codec(annotation).explain_json(msgspec.json.encode([*values, "x"]))
    assert [problem.message for problem in problems] == ["Expected `object`, got `str` - at `$[1000]`"]


def test_what_a_long_key_costs_is_bounded() -> None:
    body = msgspec.json.encode({"k" * 100_000: ["x"] * 2000})
    problems = codec(dict[str, list[int]]).explain_json(body)
    assert problems[0].path == "$[...][0]"
    assert sum(len(problem.path) + len(problem.message) for problem in problems) < 100_000


@pytest.mark.parametrize("annotation", [models.Node, models.Either, models.Person, dict[str, Any]], ids=str)
def test_deep_nesting_is_a_problem_and_no_exception(annotation: Any) -> None:
    made = codec(annotation)
    for opening, closing in (
        (b'{"value":1,"children":[', b"]}"),
        (b'{"left":1,"next":', b"}"),
        (b'{"name":"a","friends":[', b"]}"),
        (b'{"name":', b"}"),
        (b"[", b"]"),
    ):
        for depth in (MAX_DEPTH * 2, 400, 2000, 50_000):
            body = opening * depth + b'"x"' + closing * depth
            try:
                made.decode_json(body)
            except INPUT_ERRORS:
                assert made.explain_json(body)
            else:
                assert made.explain_json(body) == []


def test_every_node_is_listed_once() -> None:
    nodes = list(codec(models.Node).tree.all())
    assert len(nodes) == len({id(node) for node in nodes})
    assert {type(node).__name__ for node in nodes} == {"Model", "Leaf", "Sequence"}
