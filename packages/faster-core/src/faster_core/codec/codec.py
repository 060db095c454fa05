"""One codec for each type: the calls that read it, and the second pass that names every error."""

import decimal
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from faster_core.codec.annotation import bottomless
from faster_core.codec.choice import Choice
from faster_core.codec.completion import completion
from faster_core.codec.container import Sequence
from faster_core.codec.foreign import Foreign
from faster_core.codec.hook import decode_hook, is_foreign
from faster_core.codec.leaf import Leaf
from faster_core.codec.node import Node
from faster_core.codec.problem import INPUT_ERRORS, Problem, UnsupportedTypeError
from faster_core.codec.report import Enough, Report, words_of
from faster_core.codec.tree import build_tree

__all__ = ["Codec", "codec"]

_MSGPACK = msgspec.msgpack.Decoder().decode


class Codec(Struct, frozen=True):
    """Everything that reads values of one type. Each of the four calls raises one of `INPUT_ERRORS` for bad input.

    Attributes:
        annotation: The type.
        decode_json: Reads a JSON text, strictly: `"42"` is no int. For most types a method of `msgspec.json.Decoder`.
        decode_msgpack: Reads a MessagePack value.
        convert: Reads what a JSON decoder has made, strictly.
        convert_text: Reads a text, a list of texts, or for models a dict of these by wire name. Numbers may stand
            between blanks; booleans are `true 1 on yes t y` and their opposites in any case; times may end with the
            minute, as browsers write them; None is never read from text; a scalar takes the last of a list; a
            single text is a list of one.
        tree: What reads the type in Python, when msgspec has failed or cannot.
    """

    annotation: Any
    decode_json: Callable[[bytes | str], Any]
    decode_msgpack: Callable[[bytes], Any]
    convert: Callable[[Any], Any]
    convert_text: Callable[[Any], Any]
    tree: Node

    def __repr__(self) -> str:
        return f"Codec({self.annotation!r})"

    def explain(self, value: Any, *, text: bool = False) -> list[Problem]:
        """Return every problem of a value, `MAX_PROBLEMS` at most; an empty list when it is fine.

        Args:
            value: What `convert` takes, or with `text` what `convert_text` takes.
            text: Whether the value comes from text.
        """
        try:
            (self.convert_text if text else self.convert)(value)
        except INPUT_ERRORS as error:
            return self._walk(value, error, text=text)
        return []

    def explain_json(self, body: bytes | str) -> list[Problem]:
        """Return every problem of a JSON text; one of kind `json` when it cannot be parsed.

        Args:
            body: The text; bytes of it are UTF-8.

        Spec: RFC 8259
        """
        try:
            self.decode_json(body)
        except INPUT_ERRORS as error:
            try:
                value = _json_decoder(self.tree)(body)
            except INPUT_ERRORS as malformed:
                return [_unreadable("JSON", malformed)]
            return self._walk(value, error)
        return []

    def explain_msgpack(self, body: bytes) -> list[Problem]:
        """Return every problem of a MessagePack value; one of kind `json` when it cannot be parsed.

        Args:
            body: The value.
        """
        try:
            self.decode_msgpack(body)
        except INPUT_ERRORS as error:
            try:
                value = _MSGPACK(body)
            except INPUT_ERRORS as malformed:
                return [_unreadable("MessagePack data", malformed)]
            return self._walk(value, error)
        return []

    def _walk(self, value: Any, first: Exception, *, text: bool = False) -> list[Problem]:
        """Return the problems that the tree finds, and among them what the failed call has said."""
        report = Report(text=text, walking=True)
        try:
            self.tree.enter(value, None, report)
        except Enough:
            pass
        except RecursionError as error:
            return [Problem("$", words_of(error))]
        problems = report.problems
        # What is no error of msgspec's own says less than the tree: it has no place.
        told = isinstance(first, msgspec.MsgspecError) and not text and not self._has_foreign()
        if told or not problems:
            _include(problems, words_of(first))
        return problems

    def _has_foreign(self) -> bool:
        return any(isinstance(node, Foreign) for node in self.tree.all())


def _include(problems: list[Problem], message: str) -> None:
    """Put a message of msgspec into a list that may have it, or may have the same in other words.

    A JSON text can hold one key twice, which msgspec reads twice and a dict keeps once; the JSON decoder leaves out a
    few words that the other calls of msgspec write; and an integer of many digits is a float to it.
    """
    if any(problem.message == message for problem in problems):
        return
    head, _, place = message.partition(" - at `")
    suffix = f" - at `{place}" if place else ""
    wanted, got, _ = head.partition(", got `")
    for index, problem in enumerate(problems):
        if problem.message.startswith(wanted + got) and problem.message.endswith(suffix):
            problems[index] = problem._replace(message=message)
            return
    path = place[:-1] if place.startswith("$") else "$"
    problems.insert(0, Problem(path, message, "missing" if head.startswith("Object missing") else "msgspec"))


def _unreadable(what: str, error: Exception) -> Problem:
    if isinstance(error, msgspec.ValidationError):
        message = str(error)
        return Problem(message.partition(" - at `")[2][:-1] or "$", message)
    if isinstance(error, RecursionError):
        return Problem("$", f"{what} is malformed: nested too deeply", "json")
    if isinstance(error, UnicodeError):
        return Problem("$", f"{what} is malformed: invalid UTF-8", "json")
    return Problem("$", str(error), "json")


def _json_decoder(tree: Node) -> Callable[[bytes | str], Any]:
    """Return what parses JSON for the tree: where a Decimal is asked for, numbers that no float can hold stay exact."""
    exact = any(node.bare is decimal.Decimal for node in tree.all())

    def number(text: str) -> float | decimal.Decimal:
        value = float(text)
        if value in {float("inf"), float("-inf")} or (exact and repr(value) != text):
            return decimal.Decimal(text)
        return value

    return msgspec.json.Decoder(float_hook=number).decode


def codec(annotation: Any) -> Codec:
    """Return the codec of a type. Made at start-up, one for each type.

    Args:
        annotation: Any annotation that msgspec or pydantic can read, and those of `constrained`; unions of models
            without tags, constraints on unions, Decimals and times too.

    Raises:
        UnsupportedTypeError: For a type that nothing can be decoded to; the message says what to use instead.

    Example:
        >>> codec(list[int]).decode_json(b"[1, 2]")
        [1, 2]
        >>> codec(list[int]).explain_json(b'[1, "a", null]')[1].message
        'Expected `int`, got `null` - at `$[2]`'
    """
    try:
        # The text tells apart what is equal and yet read differently: `int | str` and `str | int`.
        return _cached(annotation, "" if isinstance(annotation, type) else repr(annotation))
    except TypeError as error:
        if isinstance(error, UnsupportedTypeError):
            raise
        return _make(annotation)  # What cannot be hashed is read anew.


@lru_cache(maxsize=1024)
def _cached(annotation: Any, text: str) -> Codec:
    return _make(annotation)


def _make(annotation: Any) -> Codec:
    try:
        tree = build_tree(annotation)
    except RecursionError as error:
        raise bottomless(annotation) from error
    text = _text_reader(tree)
    if isinstance(tree, Foreign) and is_foreign(tree.annotation):
        validator = tree.validator
        return Codec(annotation, validator.validate_json, _through_msgpack(_reader(tree)), _reader(tree), text, tree)
    complete = completion(tree)
    if complete is not None:
        text = _completed(text, complete)
    if not tree.native:
        read = _completed(_reader(tree), complete)
        parse = _json_decoder(tree)
        return Codec(annotation, lambda body: read(parse(body)), _through_msgpack(read), read, text, tree)
    told = tree.annotation
    return Codec(
        annotation,
        _completed(msgspec.json.Decoder(told, dec_hook=decode_hook).decode, complete),
        _completed(_made_when_used(lambda: msgspec.msgpack.Decoder(told, dec_hook=decode_hook).decode), complete),
        _completed(lambda value: msgspec.convert(value, told, dec_hook=decode_hook, str_keys=True), complete),
        text,
        tree,
    )


def _completed(read: Callable[[Any], Any], complete: Callable[[Any], None] | None) -> Callable[[Any], Any]:
    """Return a reader that sets what msgspec leaves to the class; the reader itself where that is nothing."""
    if complete is None:
        return read

    def read_and_complete(value: Any) -> Any:
        result = read(value)
        complete(result)
        return result

    return read_and_complete


def _made_when_used(make: Callable[[], Callable[[bytes], Any]]) -> Callable[[bytes], Any]:
    """Return a function that is made by its first call: few bodies are MessagePack, and a decoder is not cheap."""
    made: list[Callable[[bytes], Any]] = []

    def decode(body: bytes) -> Any:
        if not made:
            made.append(make())
        return made[0](body)

    return decode


def _through_msgpack(read: Callable[[Any], Any]) -> Callable[[bytes], Any]:
    return lambda body: read(_MSGPACK(body))


def _reader(tree: Node, *, text: bool = False) -> Callable[[Any], Any]:
    """Return what reads a value through the tree, and raises msgspec's exception with the first problem."""

    def read(value: Any) -> Any:
        report = Report(text=text, walking=False)
        try:
            result = tree.enter(value, None, report)
        except Enough:
            result = None
        if report.score:
            raise msgspec.ValidationError(report.problems[0].message)
        return result

    return read


def _text_reader(tree: Node) -> Callable[[Any], Any]:
    """Return the shortest way from a text to the type."""
    leaf = tree.only if isinstance(tree, Choice) else tree
    if isinstance(leaf, Sequence) and leaf.native and _is_direct(leaf.children[0]):
        return _direct_list(leaf)
    if not isinstance(leaf, Leaf):
        return _reader(tree, text=True)
    if leaf.bare is str and leaf.annotation is str:
        return _plain_text
    return _direct(leaf) if _is_direct(leaf) else leaf.from_text


def _is_direct(node: Node) -> bool:
    """Return whether msgspec takes no text for this type that we do not, so that it may have the first look."""
    if not isinstance(node, Leaf) or node.strict or node.bare in {bool, bytes, type(None)}:
        return False
    return node.from_text_to is node.annotation or node.from_text_to == node.annotation


def _direct_list(sequence: Sequence) -> Callable[[Any], Any]:
    told = sequence.annotation
    slowly = _reader(sequence, text=True)
    convert = msgspec.convert

    def read(value: Any) -> Any:
        if type(value) is list:
            try:
                return convert(value, told, strict=False, dec_hook=decode_hook)
            except msgspec.ValidationError:
                pass
        return slowly(value)

    return read


def _direct(leaf: Leaf) -> Callable[[Any], Any]:
    told = leaf.from_text_to
    slowly = leaf.from_text
    convert = msgspec.convert

    def read(value: Any) -> Any:
        try:
            return convert(value, told, strict=False, dec_hook=decode_hook)
        except msgspec.ValidationError:
            return slowly(value)

    return read


def _plain_text(value: Any) -> Any:
    if type(value) is list and value:
        value = value[-1]
    if type(value) is not str:
        raise msgspec.ValidationError(f"Expected `str`, got `{type(value).__name__}`")
    return value
