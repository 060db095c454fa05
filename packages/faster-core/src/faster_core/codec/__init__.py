"""Types become codecs: bytes, builtin objects and texts in, values of the type out, every error named."""

from faster_core.codec.annotation import (
    is_model,
    is_scalar,
    is_sequence,
    strip_optional,
)
from faster_core.codec.codec import Codec, codec
from faster_core.codec.constraint import constrained
from faster_core.codec.field import Field, fields_of
from faster_core.codec.hook import decode_hook
from faster_core.codec.problem import (
    ERROR_TYPES,
    INPUT_ERRORS,
    MAX_PROBLEMS,
    Kind,
    Problem,
    UnsupportedTypeError,
    pointer,
)

__all__ = [
    "ERROR_TYPES",
    "INPUT_ERRORS",
    "MAX_PROBLEMS",
    "Codec",
    "Field",
    "Kind",
    "Problem",
    "UnsupportedTypeError",
    "codec",
    "constrained",
    "decode_hook",
    "fields_of",
    "is_model",
    "is_scalar",
    "is_sequence",
    "pointer",
    "strip_optional",
]
