"""A request and what is answered, for tables."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from FasterAPI import Faster, TestClient

__all__ = ["Case", "told"]


@dataclass(frozen=True)
class Case:
    """One request and its answer.

    Attributes:
        line: Method and URL.
        expected: The body: the decoded JSON, or the text; of a 422 the places of its errors.
        status: The status.
        how: Arguments of `TestClient.request`.
        headers: Header fields of the answer, not all of them.
    """

    line: str
    expected: Any
    status: int = 200
    how: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def check(self, app: Faster) -> None:
        """Ask an application, and compare."""
        method, url = self.line.split(" ", 1)
        with TestClient(app, follow_redirects=False) as client:
            response = client.request(method, url, **self.how)
        assert (response.status_code, told(response)) == (self.status, self.expected)
        assert {name: response.headers.get(name) for name in self.headers} == self.headers

    def __str__(self) -> str:
        return f"{self.line} {self.how}" if self.how else self.line


def told(response: httpx.Response) -> Any:
    """Return what an answer says: JSON decoded, the places of errors, or the text."""
    if response.status_code == 422:
        return [".".join(error["loc"]) for error in response.json()["detail"]]
    if response.headers.get("content-type") == "application/json" and response.content:
        return response.json()
    return response.text
