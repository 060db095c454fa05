import decimal

import msgspec
import pytest

from faster_openapi.schema.value import plain, plain_or_nothing


class Item(msgspec.Struct):
    price: decimal.Decimal


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, None), ({1: 2}, {"1": 2}), (Item(decimal.Decimal("1.5")), {"price": "1.5"}), ({1}, [1]), (b"a", "YQ==")],
)
def test_values_become_json_data(value: object, expected: object) -> None:
    assert plain(value) == expected


def test_a_sentinel_has_no_json_form() -> None:
    assert plain_or_nothing(object()) == []
    assert plain_or_nothing(None) == [None]
