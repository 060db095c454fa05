"""The picture of the shop's documentation: `hatch run lint:picture` takes it again, with a Chromium of this machine."""

import base64
import sys
import tempfile
from pathlib import Path

from tests.docs.server import serve
from tests.openapi.chromium import Tab, browser

__all__ = ["PICTURE", "take"]

PICTURE = Path(__file__).resolve().parents[2] / "docs" / "pages" / "assets" / "shop.webp"

_WIDTH, _HEIGHT = 1200, 1000
_OPERATION = "#operations-products-read_product_products__product_id__get"


def take(path: Path = PICTURE) -> None:
    """Serve the shop, show its documentation with one operation open, and write what is to be seen.

    Args:
        path: Where to; its ending says in which format.
    """
    with tempfile.TemporaryDirectory() as folder:
        environ = {"SHOP_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/shop.sqlite3"}
        command = ("FasterAPI", "run", "shop.main:app", "--port", "{port}")
        with serve(*command, environ=environ, path="/docs") as url, browser() as tab:
            _show(tab, f"{url}/docs")
            path.parent.mkdir(parents=True, exist_ok=True)
            picture = tab.call("Page.captureScreenshot", format=path.suffix[1:], quality=80)
            path.write_bytes(base64.b64decode(picture["data"]))


def _show(tab: Tab, url: str) -> None:
    tab.call("Emulation.setDeviceMetricsOverride", width=_WIDTH, height=_HEIGHT, deviceScaleFactor=1, mobile=False)
    tab.call("Emulation.setScrollbarsHidden", hidden=True)
    tab.open(url)
    tab.click(f"{_OPERATION} .opblock-summary-control")
    tab.wait(f"!!document.querySelector('{_OPERATION} .parameters')")


if __name__ == "__main__":
    take(*map(Path, sys.argv[1:]))
