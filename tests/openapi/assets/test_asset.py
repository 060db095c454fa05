import base64
import gzip
import hashlib
from importlib.resources import files
from pathlib import Path

import pytest

from faster_openapi.assets import MissingAssetsError, find_asset, load_assets
from faster_openapi.assets import asset as module

FOLDER = Path(str(files("faster_openapi"))) / "assets" / "files"
NAMES = [
    "redoc.standalone.js",
    "scalar.standalone.js",
    "swagger-ui-bundle.js",
    "swagger-ui-oauth2-redirect.js",
    "swagger-ui.css",
]


def test_every_file_is_the_one_that_the_manifest_names() -> None:
    assert sorted(load_assets()) == NAMES
    for asset in load_assets().values():
        assert hashlib.sha256(asset.content).hexdigest() == asset.digest
        assert b"sourceMappingURL" not in asset.content[-500:]
        assert len(base64.b64decode(asset.integrity.removeprefix("sha384-"))) == 48


def test_they_are_small_and_bring_their_licences() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 3_000_000
    for name in ("swagger-ui-LICENSE.txt", "swagger-ui-NOTICE.txt", "redoc-LICENSE.txt", "scalar-LICENSE.txt"):
        assert (FOLDER / name).stat().st_size > 40, name


def test_a_name_changes_with_the_content() -> None:
    asset = find_asset("swagger-ui.css")
    assert asset.served_name == f"swagger-ui.{asset.digest[:16]}.css"
    assert asset.media_type == "text/css; charset=utf-8"
    assert find_asset("redoc.standalone.js").media_type == "text/javascript; charset=utf-8"
    assert asset.cdn_url == f"https://cdn.jsdelivr.net/npm/swagger-ui-dist@{asset.version}/swagger-ui.css"


def test_what_is_not_there_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingAssetsError, match=r"x\.js of the documentation pages is not in this installation"):
        find_asset("x.js")
    folder = tmp_path / "assets" / "files"
    folder.mkdir(parents=True)
    monkeypatch.setattr(module, "files", lambda _: tmp_path)
    load_assets.cache_clear()
    try:
        with pytest.raises(MissingAssetsError, match=r"manifest\.json .*pip install --force-reinstall faster-openapi"):
            load_assets()
        (folder / "manifest.json").write_bytes((FOLDER / "manifest.json").read_bytes())
        (folder / "redoc.standalone.js.gz").write_bytes(gzip.compress(b"x"))
        with pytest.raises(MissingAssetsError, match=r"vendor\.py"):
            load_assets()
    finally:
        load_assets.cache_clear()
