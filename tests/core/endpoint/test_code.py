"""Source being written: blocks, names and constants."""

import gc
import linecache
import traceback

import pytest

from faster_core.endpoint.code import Code


def test_a_function_of_lines() -> None:
    code = Code()
    with code.block("def double(value)"):
        with code.block("if value is None"):
            pass
        code.note("{} of {}", "a\nb", "c")
        code.line(f"return value * {code.constant(2, 'factor')}")
    assert code.text == (
        "def double(value):\n"
        "    if value is None:\n"
        "        pass\n"
        "    # 'a\\nb' of 'c'\n"
        "    return value * factor\n"
    )  # fmt: skip
    assert code.function("double", "test")(21) == 42


def test_one_name_for_one_object() -> None:
    code = Code()
    one, two = object(), object()
    assert [code.constant(one, "name"), code.constant(two, "name"), code.constant(one, "other")] == [
        "name",
        "name_2",
        "name",
    ]
    assert code.constants == {"name": one, "name_2": two}


@pytest.mark.parametrize("local", ["scope", "receive", "send", "error", "body", "form", "result", "sent", "tracked"])
def test_no_name_is_that_of_a_local_variable(local: str) -> None:
    code = Code()
    assert code.fresh(local) == f"{local}_2"


def test_a_traceback_shows_the_lines_as_long_as_the_function_lives() -> None:
    code = Code()
    with code.block("def fail()"):
        code.line("raise ValueError  # here")
    function = code.function("fail", "GET /x")
    try:
        function()
    except ValueError as error:
        text = "".join(traceback.format_exception(error))
        assert "# here" in text
        assert "GET /x>" in text
        del error
    found = [file for file in linecache.cache if "GET /x>" in file]
    assert found
    del function, code
    gc.collect()
    assert not set(found) & set(linecache.cache)
