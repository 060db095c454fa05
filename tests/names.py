"""Names of test cases."""

import re

__all__ = ["name_of"]

_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def name_of(value: object) -> str:
    """Return the repr of a test case's value without addresses, so that every run has the same names."""
    return _ADDRESS.sub("", repr(value))
