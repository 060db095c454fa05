"""Answers other than success, as the document shows them."""

from collections.abc import Mapping
from typing import Any

__all__ = ["WITHOUT_KEY", "answers"]


def answers(texts: Mapping[int, str], *others: Mapping[int, Any]) -> dict[int, Any]:
    """Return what `responses=` takes.

    Args:
        texts: When each status is answered.
        *others: What this function returned before, to be joined.
    """
    joined: dict[int, Any] = {}
    for other in others:
        joined.update(other)
    joined.update({status: {"description": text} for status, text in texts.items()})
    return joined


WITHOUT_KEY = answers({401: "There is no API key.", 403: "The API key is not known."})
