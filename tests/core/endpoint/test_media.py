"""Which decoder reads a body."""

import pytest

from faster_core.codec import codec
from faster_core.endpoint.media import Decoders, WrongMediaType

INTS = codec(list[int])


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        (b"application/json", "decode_json"),
        (b"application/json; charset=utf-8", "decode_json"),
        (b" APPLICATION/JSON ;x=y", "decode_json"),
        (b"application/problem+json", "decode_json"),
        (b"application/msgpack", "decode_msgpack"),
        (b"application/x-msgpack; a=b", "decode_msgpack"),
        (b"application/vnd.msgpack", "decode_msgpack"),
    ],
)
def test_decoders(content_type: bytes, name: str) -> None:
    decoders = Decoders(INTS)
    assert decoders[content_type] == getattr(INTS, name)


@pytest.mark.parametrize(
    ("content_type", "message"),
    [
        (None, "Expected `application/json`, got no Content-Type"),
        (b"", "Expected `application/json`, got no Content-Type"),
        (b"text/plain; x=y", "Expected `application/json`, got `text/plain`"),
        (b"text/x+json", "Expected `application/json`, got `text/x+json`"),
        (b"application/jsonl", "Expected `application/json`, got `application/jsonl`"),
    ],
)
def test_refusals(content_type: bytes | None, message: str) -> None:
    with pytest.raises(WrongMediaType) as raised:
        Decoders(INTS)[content_type]
    assert str(raised.value) == message


def test_without_a_content_type() -> None:
    assert Decoders(INTS, strict=False)[None] == INTS.decode_json


def test_a_media_type_of_its_own() -> None:
    decoders = Decoders(INTS, media_type="application/vnd.shop")
    assert decoders[b"application/vnd.shop; v=1"] == INTS.decode_json


def test_what_clients_write_is_not_kept() -> None:
    decoders = Decoders(INTS)
    for number in range(100):
        decoders[b"application/json; v=%d" % number]
    assert len(decoders) == 1
