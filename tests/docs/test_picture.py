"""The picture of the shop in the README can be taken again."""

import re
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("aiosqlite")
pytest.importorskip("websockets")

from tests.docs.page import ROOT
from tests.docs.picture import PICTURE, take
from tests.openapi.chromium import PROGRAM

LIMIT = 150_000


def is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def test_the_readme_shows_a_small_picture() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert shown == [str(PICTURE.relative_to(ROOT))]
    assert is_webp(PICTURE.read_bytes())
    assert PICTURE.stat().st_size < LIMIT


@pytest.mark.browser
@pytest.mark.skipif(PROGRAM is None, reason="no chromium on this machine")
def test_the_picture_can_be_taken(tmp_path: Path) -> None:
    path = tmp_path / "new" / "shop.webp"
    take(path)
    data = path.read_bytes()
    assert is_webp(data)
    # An empty page takes far less.
    assert 15_000 < len(data) < LIMIT
