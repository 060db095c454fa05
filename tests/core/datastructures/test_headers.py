from typing import Any

import pytest

from faster_core.datastructures import Headers, MutableHeaders


def test_names_are_case_insensitive_and_values_many() -> None:
    headers = Headers(raw=[(b"A", b"1"), (b"b", b"2"), (b"a", b"\xe9")])
    assert headers["a"] == headers["A"] == "1"
    assert headers.getlist("a") == ["1", "é"]
    assert headers.get("c") is None
    assert "B" in headers
    assert "c" not in headers
    assert not headers.__contains__(7)
    assert list(headers) == headers.keys() == ["a", "b", "a"]
    assert headers.values() == ["1", "2", "é"]
    assert headers.items() == headers.multi_items() == [("a", "1"), ("b", "2"), ("a", "é")]
    assert len(headers) == 3
    with pytest.raises(KeyError):
        headers["日"]


def test_sources() -> None:
    assert Headers().raw == []
    assert Headers({"A": "1"}).raw == [(b"a", b"1")]
    assert Headers([("A", "1"), ("a", "2")]).getlist("a") == ["1", "2"]
    assert Headers(Headers([("A", "1"), ("a", "2")])).getlist("a") == ["1", "2"]
    scope: dict[str, Any] = {"headers": ((b"a", b"1"),)}
    assert Headers(scope=scope)["a"] == "1"
    assert scope["headers"] == [(b"a", b"1")]
    with pytest.raises(TypeError, match="one of headers, raw and scope"):
        Headers({"a": "1"}, raw=[])


@pytest.mark.parametrize("name, value", [("a\r\n", "b"), ("a", "b\r\nc: d"), ("a", "\0"), ("a", "日"), ("", "b")])
def test_every_way_in_refuses_what_is_no_header(name: Any, value: Any) -> None:
    headers = MutableHeaders()
    for call in (
        lambda: Headers({name: value}),
        lambda: headers.__setitem__(name, value),
        lambda: headers.append(name, value),
        lambda: headers.setdefault(name, value),
        lambda: headers.update({name: value}),
        lambda: headers | {name: value},
    ):
        with pytest.raises(ValueError):
            call()
    assert headers.raw == []


def test_equality_is_by_fields_in_any_order() -> None:
    assert Headers([("A", "1"), ("b", "2")]) == Headers(raw=[(b"B", b"2"), (b"a", b"1")])
    assert Headers({"a": "1"}) != Headers([("a", "1"), ("a", "1")])
    assert Headers({"a": "1"}) != {"a": "1"}
    with pytest.raises(TypeError):
        hash(Headers())


def test_raw_of_immutable_headers_is_a_copy() -> None:
    headers = Headers({"a": "1"})
    headers.raw.append((b"b", b"2"))
    assert len(headers) == 1


def test_mutable_headers_change_what_they_were_given() -> None:
    message = {"headers": [(b"A", b"1"), (b"b", b"2"), (b"a", b"3")]}
    headers = MutableHeaders(scope=message)
    headers["a"] = "9"
    assert message["headers"] == [(b"a", b"9"), (b"b", b"2")]
    headers.append("A", "x")
    assert headers.getlist("a") == ["9", "x"]
    del headers["A"]
    assert message["headers"] == [(b"b", b"2")]
    del headers["absent"]
    assert headers.setdefault("b", "0") == "2"
    assert headers.setdefault("c", "3") == "3"
    headers.update({"B": "4"}, d="5")
    assert sorted(message["headers"]) == [(b"b", b"4"), (b"c", b"3"), (b"d", b"5")]
    headers.update(Headers([("d", "6"), ("d", "7")]))
    assert headers.getlist("d") == ["6", "7"]


def test_a_copy_is_another_list() -> None:
    headers = MutableHeaders({"a": "1"})
    copy = headers.mutablecopy()
    copy["a"] = "2"
    assert headers["a"] == "1"
    assert (headers | {"b": "2"}).items() == [("a", "1"), ("b", "2")]
    assert len(headers) == 1
    headers |= {"b": "3"}
    assert headers["b"] == "3"
    with pytest.raises(TypeError):
        headers | 7  # type: ignore[operator]
    with pytest.raises(TypeError):
        headers |= 7  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "before, added, after",
    [
        ([], "Origin", ["Origin"]),
        (["Accept"], "Origin", ["Accept, Origin"]),
        (["Accept", "origin"], "Origin", ["Accept", "origin"]),
        (["Accept", "Cookie"], "Origin, accept", ["Accept, Cookie, Origin"]),
        (["*"], "Origin", ["*"]),
    ],
)
def test_add_vary_header(before: Any, added: Any, after: Any) -> None:
    headers = MutableHeaders([("vary", value) for value in before])
    headers.add_vary_header(added)
    assert headers.getlist("vary") == after


def test_repr() -> None:
    assert repr(Headers({"A": "1"})) == "Headers([('a', '1')])"
    assert repr(MutableHeaders()) == "MutableHeaders([])"


def test_round_trip() -> None:
    hypothesis = pytest.importorskip("hypothesis")
    st = hypothesis.strategies
    names = st.text("abcXYZ-", min_size=1)
    values = st.text(st.characters(min_codepoint=33, max_codepoint=126))

    def check(pairs: Any) -> None:
        headers = Headers(pairs)
        assert headers.items() == [(name.lower(), value) for name, value in pairs]
        for name, _ in pairs:
            assert headers.getlist(name) == [v for n, v in pairs if n.lower() == name.lower()]

    hypothesis.given(st.lists(st.tuples(names, values)))(check)()
