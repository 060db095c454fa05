"""Properties that hold for every template, value and path."""

from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest

pytest.importorskip("hypothesis")

from hypothesis import assume, given
from hypothesis import strategies as st

from faster_router import ParameterError, PathTemplate, RadixRouter, Router, TemplateError
from tests.router.asgi import ask, saying

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="/{}"), min_size=1, max_size=6)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "str": st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1, max_size=8),
    "int": st.integers(min_value=0, max_value=10**30),
    "float": st.floats(min_value=0, allow_infinity=False, allow_nan=False),
    "uuid": st.builds(UUID, int=st.integers(min_value=0, max_value=2**128 - 1)),
    "path": st.text(st.characters(codec="utf-8"), max_size=12),
}


@st.composite
def templates_with_values(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A template, and values that fit it but for the text around them."""
    values: dict[str, Any] = {}

    def parameter(kind: str) -> str:
        name = f"p{len(values)}"
        values[name] = draw(VALUES[kind])
        return f"{{{name}}}" if kind == "str" else f"{{{name}:{kind}}}"

    segments = []
    for _ in range(draw(st.integers(0, 4))):
        segment = draw(st.sampled_from(["", draw(TEXT)]))
        for _ in range(draw(st.integers(0, 2))):
            segment += parameter(draw(st.sampled_from(["str", "int", "float", "uuid"])))
            segment += draw(TEXT)
        segments.append(segment)
    if draw(st.booleans()):
        segments.append(parameter("path") + draw(st.sampled_from(["", ".txt", "/end"])))
    elif draw(st.booleans()):
        segments.append(parameter(draw(st.sampled_from(["str", "int", "float", "uuid"]))))
    return "/" + "/".join(segments), values


@given(templates_with_values())
def test_what_is_written_from_a_template_is_matched_by_it(case: tuple[str, dict[str, Any]]) -> None:
    text, values = case
    template = PathTemplate(text)
    try:
        path = template.format(**values)
    except ParameterError:
        assume(False)
    assert path.isascii()
    assert not path.startswith("//")
    assert template.match(unquote(path)) == values
    router = RadixRouter[str]()
    router.add("GET", template, "target")
    match = router.find("GET", unquote(path))
    assert match
    assert match.params == values
    assert router.lookup("GET", unquote(path)) == ("target", values or None)


@given(VALUES["float"])
def test_every_float_is_written_so_that_it_is_read_back(value: float) -> None:
    template = PathTemplate("/{x:float}")
    assert template.match(template.format(x=value)) == {"x": value}


@given(st.text(max_size=30))
def test_any_text_is_a_template_or_a_template_error(text: str) -> None:
    for each in (text, "/" + text, "/" + text.replace("x", "{a}").replace("y", "{b:int}")):
        position = 0
        try:
            assert PathTemplate(each).text == each
        except TemplateError as error:
            position = error.position
        assert 0 <= position <= len(each)


ROUTER = Router()
for _path in [
    "/",
    "/a/{x}",
    "/a/{x:int}/b",
    "/a/{x}.{y}",
    "/{f:float}/{u:uuid}",
    "/t/{r:path}.txt",
    "/s/",
    "/v{n:int}-{m}",
]:
    ROUTER.add_route(_path, saying(_path))
ROUTER.mount("/m/{tenant}", saying("mount"))
ROUTER.host("{sub}.example.org", saying("host"))

PATHS = st.lists(
    st.sampled_from(["/", "a", "t", "s", "m", "v1-", ".", "..", "7", "é", "\ud800", "%2f", "\\", "\x00"])
).map("".join)


@given(
    st.sampled_from(["GET", "HEAD", "OPTIONS", "POST", "get", ""]),
    st.one_of(PATHS, PATHS.map("/".__add__), st.text(st.characters(), max_size=20)),
    st.one_of(st.just(b"www.example.org"), st.binary(max_size=12)),
    st.sampled_from(["", "/a", "/m/x", "/"]),
    st.binary(max_size=8),
)
def test_no_request_ends_in_an_error(method: str, path: str, host: bytes, root: str, query: bytes) -> None:
    found = ask(ROUTER, method, path, headers=[(b"host", host)], root_path=root, query_string=query)
    assert found.status in (200, 307, 404, 405)
    location = found.headers.get("location")
    if location is not None:
        assert location.isascii()
        assert location.isprintable()
        assert not location.startswith("//")
        assert location.startswith(("/", f"http://{host.decode('latin-1')}/"))
