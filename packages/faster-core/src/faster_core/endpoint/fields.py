"""Fields of a form and members of a query as endpoints read them."""

from collections.abc import Mapping
from typing import Any

from faster_core.datastructures import FormData
from faster_core.upload import UploadFile

__all__ = [
    "read_file_bytes",
    "read_form_file",
    "read_form_files",
    "read_form_text",
    "read_form_texts",
    "read_members",
    "split_values",
]


def read_form_text(form: FormData, name: str) -> str | None:
    """Return the last value of a field, or None without one; an empty text counts as none.

    Raises:
        ValueError: When it is a file.
    """
    value: Any = form.get(name)
    return _text(value) if value else None


def read_form_texts(form: FormData, name: str) -> list[str] | None:
    """Return all values of a field in order, or None without any. See `read_form_text`."""
    values = [_text(value) for value in form.getlist(name) if value]
    return values or None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("Expected `str`, got `file`")
    return value


def read_form_file(form: FormData, name: str) -> UploadFile | None:
    """Return the last file of a field, or None without one.

    Raises:
        ValueError: When it is text.
    """
    value: Any = form.get(name)
    return _file(value) if value else None


def read_form_files(form: FormData, name: str) -> list[UploadFile] | None:
    """Return all files of a field in order, or None without any. See `read_form_file`."""
    values = [_file(value) for value in form.getlist(name) if value]
    return values or None


def _file(value: Any) -> UploadFile:
    if not isinstance(value, UploadFile):
        raise ValueError("Expected `file`, got `str`")
    return value


async def read_file_bytes(file: UploadFile) -> bytes:
    """Return the whole content of a file and leave it at its beginning, for others that read it."""
    await file.seek(0)
    content = await file.read()
    await file.seek(0)
    return content


def read_members(query: Mapping[str, list[str]], name: str) -> dict[str, Any] | None:
    """Return the members of a query parameter in the style `deepObject`: `name[key]=value`.

    A key that is repeated has a list of its values; None means that there is no member.

    Spec: OpenAPI 3.1, 4.8.12.2
    """
    head = f"{name}["
    members = {
        key[len(head) : -1]: values if len(values) > 1 else values[0]
        for key, values in query.items()
        if key.startswith(head) and key.endswith("]")
    }
    return members or None


def split_values(values: list[str] | None, separator: str) -> list[str] | None:
    """Return the items of a query parameter that writes several into one value, repeated or not; None without any.

    Args:
        values: What was sent under the name.
        separator: What stands between two items.
    """
    if values is None:
        return None
    return [item for value in values if value for item in value.split(separator)]
