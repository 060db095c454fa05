"""Headers, queries, URLs, forms, state, and what settings are made of."""

from faster_core.datastructures import (
    URL,
    Address,
    FormData,
    Headers,
    ImmutableMultiDict,
    MultiDict,
    MutableHeaders,
    QueryParams,
    State,
    URLPath,
)
from faster_core.datastructures.setting import CommaSeparatedStrings, Secret
from faster_core.forms import UploadFile

__all__ = [
    "URL",
    "Address",
    "CommaSeparatedStrings",
    "FormData",
    "Headers",
    "ImmutableMultiDict",
    "MultiDict",
    "MutableHeaders",
    "QueryParams",
    "Secret",
    "State",
    "URLPath",
    "UploadFile",
]
