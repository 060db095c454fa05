"""`fasterapi shell`."""

from pathlib import Path

import pytest

from tests.api_web.cli.project import SHOP, run, write


def test_names_at_the_prompt(tmp_path: Path) -> None:
    pytest.importorskip("httpx")
    write(tmp_path, main=SHOP)
    typed = "async def f(): return 20 + 1\n\nprint(run(f()) * 2)\nprint(client.get('/items?q=tea').json())\n"
    code, text, error = run(tmp_path, "shell", stdin=typed)
    assert (code, "Faster(6 routes): app, run, client" in error) == (0, True)
    assert "42" in text
    assert "[{'name': 'tea', 'price': 10}]" in text


def test_without_a_test_client(tmp_path: Path) -> None:
    write(tmp_path, main="import sys\nsys.modules['httpx'] = None\n" + SHOP)
    code, text, error = run(tmp_path, "shell")
    assert (code, "): app, run\n" in error) == (0, True)
    assert "There is no `client`: TestClient requires httpx" in text
