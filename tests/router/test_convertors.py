"""Segment text to value, and back."""

import sys
from typing import Any
from uuid import UUID

import pytest

from faster_router import ConvertorError, PathTemplate, RadixRouter, UnknownConvertor, register_convertor
from faster_router.convertors import convertor_names, convertor_of

ID = UUID("12345678-1234-5678-1234-567812345678")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("str", "a b", "a b"),
        ("int", "0", 0),
        ("int", "007", 7),
        ("int", "9" * 4300, int("9" * 4300)),
        ("float", "3", 3.0),
        ("float", "3.25", 3.25),
        ("float", "00.5", 0.5),
        ("uuid", str(ID), ID),
        ("uuid", ID.hex, ID),
        ("uuid", str(ID).upper(), ID),
        ("path", "a/b//c", "a/b//c"),
        ("path", "", ""),
    ],
)
def test_text_that_fits_becomes_a_value(name: str, text: str, value: Any) -> None:
    convertor = convertor_of(name)
    assert convertor is not None
    found = convertor.convert(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *[("int", text) for text in ("", "-1", "+1", "1_000", " 1", "1 ", "1.0", "x", "²", "٣", "1\n", "9" * 4301)],
        *[
            ("float", text)
            for text in ("", ".", ".5", "5.", "-1.0", "1e3", "nan", "inf", "1.2.3", "٣.5", "1_0.0", "9" * 400)
        ],
        *[("uuid", text) for text in ("", "x", f"{{{ID}}}", f"urn:uuid:{ID}", str(ID)[:-1], f"{ID}0", "g" * 32)],
        *[("uuid", text) for text in ("-" * 32, "-" * 36, "1_" * 16, " " * 32, f"{ID.hex[:4]}-{ID.hex[5:]}----")],
    ],
)
def test_text_that_does_not_fit_is_refused(name: str, text: str) -> None:
    convertor = convertor_of(name)
    assert convertor is not None
    with pytest.raises(ValueError, match=r"not a|too large"):
        convertor.convert(text)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("str", 7, "7"),
        ("int", 7, "7"),
        ("int", "42", "42"),
        ("int", True, "1"),
        ("float", 2.0, "2"),
        ("float", 2, "2"),
        ("float", 25.5, "25.5"),
        ("float", "25.50", "25.5"),
        ("float", 1e-7, "0.0000001"),
        ("float", 1.5e-10, "0.00000000015"),
        ("float", 1.5e20, "150000000000000000000"),
        ("float", 1e16, "10000000000000000"),
        ("float", 1.2345678901234567e16, "12345678901234568"),
        ("float", 0.1, "0.1"),
        ("float", -0.0, "0"),
        ("uuid", ID, str(ID)),
        ("uuid", ID.hex, str(ID)),
        ("path", "/a/b", "/a/b"),
    ],
)
def test_values_are_written_as_text_that_is_read_back(name: str, value: Any, text: str) -> None:
    convertor = convertor_of(name)
    assert convertor is not None
    assert convertor.to_string(value) == text
    assert convertor.to_string(convertor.convert(text)) == text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("str", ""),
        ("str", "a/b"),
        ("int", -1),
        ("int", 1.0),
        ("int", "x"),
        ("int", None),
        ("float", -0.5),
        ("float", float("nan")),
        ("float", float("inf")),
        ("float", 10**400),
        ("float", None),
        ("float", "1e5"),
        ("uuid", "x"),
        ("uuid", 5),
    ],
)
def test_values_that_have_no_text_are_refused(name: str, value: Any) -> None:
    convertor = convertor_of(name)
    assert convertor is not None
    with pytest.raises(ValueError, match=r"."):
        convertor.to_string(value)


def test_huge_numbers_stay_a_miss_when_the_interpreter_is_told_to_take_less() -> None:
    router = RadixRouter[str]()
    router.add("GET", "/{x:int}", "number")
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(640)
    try:
        assert not router.find("GET", "/" + "9" * 641)
    finally:
        sys.set_int_max_str_digits(before)


class Month:
    """Written as three letters."""

    names = ("jan", "feb", "mar")

    def convert(self, value: str) -> int:
        return self.names.index(value)

    def to_string(self, value: int) -> str:
        return self.names[value]


class Year:
    """As Starlette's convertors are: with a regex, which is asked first."""

    regex = "[0-9]{4}|now"

    def convert(self, value: str) -> str:
        return f"year {value}"

    def to_string(self, value: str) -> str:
        return value.removeprefix("year ")


def test_own_convertors_are_used_and_stand_between_built_in_and_plain() -> None:
    register_convertor("month", Month())
    register_convertor("year", Year())
    assert {"month", "year"} <= set(convertor_names())
    router = RadixRouter[str]()
    for template in ("/{x}", "/{x:year}", "/{x:month}", "/{x:int}"):
        router.add("GET", template, template)
    expected = {"feb": ("/{x:month}", 1), "now": ("/{x:year}", "year now"), "2024": ("/{x:int}", 2024)}
    for text, (template, value) in (expected | {"now2024": ("/{x}", "now2024")}).items():
        assert router.lookup("GET", f"/{text}") == (template, {"x": value})
    assert PathTemplate("/{x:year}").format(x="year 1999") == "/1999"
    assert PathTemplate("/{x:month}").format(x=0) == "/jan"


def test_a_rank_puts_a_convertor_before_others() -> None:
    class Even(Month):
        rank = 5

        def convert(self, value: str) -> int:
            if not value.isdigit() or int(value) % 2:
                raise ValueError
            return int(value)

    register_convertor("even", Even())
    router = RadixRouter[str]()
    router.add("GET", "/{x:int}", "any")
    router.add("GET", "/{x:even}", "even")
    assert [router.find("GET", path).target for path in ("/3", "/4")] == ["any", "even"]  # type: ignore[union-attr]


def test_a_name_may_be_given_anew_for_templates_read_later() -> None:
    register_convertor("again", Year())
    old = PathTemplate("/{x:again}")
    register_convertor("again", Month())
    assert old.match("/now") == {"x": "year now"}
    assert PathTemplate("/{x:again}").match("/mar") == {"x": 2}


@pytest.mark.parametrize(
    ("name", "convertor", "message"),
    [
        (
            "my date",
            Month(),
            "convertor 'my date': not a name. A name is a Python identifier. Write for example 'date'.",
        ),
        (
            "int",
            Month(),
            "convertor 'int': this name is built in. It means the same everywhere. Choose another name.",
        ),
        (
            "month",
            7,
            (
                "convertor 'month': 7 is no convertor. A convertor is an object with the methods convert and to_string. "  # noqa: E501
                "Register an instance with both."
            ),
        ),
    ],
)
def test_what_cannot_be_registered_is_said_word_for_word(name: str, convertor: Any, message: str) -> None:
    with pytest.raises(ConvertorError) as caught:
        register_convertor(name, convertor)
    assert str(caught.value) == message
    assert caught.value.name == name


def test_a_class_is_not_taken_for_its_instance() -> None:
    with pytest.raises(ConvertorError, match="is no convertor"):
        register_convertor("month", Month)  # type: ignore[arg-type]


def test_an_unregistered_name_is_an_error_of_the_template() -> None:
    with pytest.raises(UnknownConvertor):
        PathTemplate("/{x:nothing}")
    assert convertor_of("nothing") is None
