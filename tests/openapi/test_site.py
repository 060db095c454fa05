import gzip
import re
from typing import Any

import pytest

from faster_core.app import App
from faster_core.exceptions import HTTPException
from faster_core.params import Depends
from faster_core.security import OAuth2PasswordBearer
from faster_openapi import OpenAPI
from faster_openapi.assets import asset as asset_module
from faster_openapi.assets import load_assets
from tests.core.client import Reply, request
from tests.openapi.documents import application

PAGES = ("/docs", "/redoc", "/scalar", "/docs/oauth2-redirect")


def assets(page: Reply) -> list[str]:
    return re.findall(r'(?:src|href)="(/[^"]+)"', page.text)


@pytest.mark.parametrize("path", PAGES)
def test_pages(path: str) -> None:
    reply = request(application(title="A <b>"), "GET", path)
    assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<b>" not in reply.text
    assert "http://" not in reply.text.replace("http://www.w3.org", "")
    assert "https://" not in reply.text


@pytest.mark.parametrize("path", PAGES[:3])
@pytest.mark.parametrize("root_path", ["", "/api/v1"])
def test_files_of_pages_are_kept_for_ever(path: str, root_path: str) -> None:
    app = application()
    page = request(app, "GET", path, root_path=root_path)
    found = assets(page)
    assert found
    for url in found:
        assert url.startswith(f"{root_path}{path}/assets/")
        file = request(app, "GET", url.removeprefix(root_path), headers={"accept-encoding": "br, gzip;q=0.8"})
        assert file.status == 200
        assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert (file.headers["content-encoding"], file.headers["vary"]) == ("gzip", "Accept-Encoding")
        etag = {"if-none-match": f'"x", W/{file.headers["etag"]}', "accept-encoding": "gzip"}
        assert request(app, "GET", url.removeprefix(root_path), headers=etag).status == 304
        assert gzip.decompress(file.body)
    assert f'"{root_path}/openapi.json"' in page.text


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "identity"])
def test_who_cannot_read_gzip_gets_the_file_as_it_is(accepted: str) -> None:
    app = application()
    url = assets(request(app, "GET", "/docs"))[0]
    file = request(app, "GET", url, headers={"accept-encoding": accepted})
    assert "content-encoding" not in file.headers
    assert b".swagger-ui" in file.body


def test_a_file_that_does_not_exist() -> None:
    assert request(application(), "GET", "/docs/assets/swagger-ui.css").status == 404
    assert request(application(), "GET", "/docs/assets/..%2fmanifest.json").status == 404


def test_other_places() -> None:
    app = application(
        openapi_url="/api.json", docs_url="/", redoc_url=None, scalar_url="/s/", swagger_ui_oauth2_redirect_url=None
    )
    assert request(app, "GET", "/api.json").status == 200
    page = request(app, "GET", "/")
    assert page.status == 200
    assert all(request(app, "GET", url).status == 200 for url in assets(page))
    assert request(app, "GET", "/s/").status == 200
    assert request(app, "GET", "/redoc").status == 404
    assert '"redirect":null' in page.text


@pytest.mark.parametrize("url", ["/openapi.json", *PAGES])
def test_without_a_document_there_are_no_pages(url: str) -> None:
    assert request(application(openapi_url=None), "GET", url).status == 404


def test_settings_of_swagger_ui() -> None:
    app = application(
        swagger_ui_parameters={"docExpansion": "none"},
        swagger_ui_init_oauth={"usePkceWithAuthorizationCodeGrant": True},
    )
    page = request(app, "GET", "/docs").text
    assert '"docExpansion":"none"' in page
    assert '"oauth":{"usePkceWithAuthorizationCodeGrant":true}' in page


def test_a_network_only_when_asked_for() -> None:
    app = application(docs_assets="cdn")
    for path in PAGES[:3]:
        page = request(app, "GET", path)
        assert "https://cdn.jsdelivr.net/npm/" in page.text
        assert 'integrity="sha384-' in page.text
        assert "https://cdn.jsdelivr.net" in page.headers["content-security-policy"]
    with pytest.raises(ValueError, match="docs_assets is 'vendored' or 'cdn', not 'x'"):
        OpenAPI(docs_assets="x")


def test_pages_may_ask_the_servers_of_the_document() -> None:
    app = application(servers=[{"url": "https://api.example/v1"}, {"url": "/relative"}])

    async def handler(token: str = Depends(OAuth2PasswordBearer("https://login.example/token"))) -> None: ...

    app.add_api_route("/a", handler)
    policy = request(app, "GET", "/docs").headers["content-security-policy"]
    assert "connect-src 'self' https://api.example https://login.example;" in policy


def test_dependencies_of_the_application_do_not_guard_the_pages() -> None:
    async def refuse() -> None:
        raise HTTPException(403)

    async def handler() -> None: ...

    app = application(app={"dependencies": [Depends(refuse)]})
    app.add_api_route("/a", handler)
    assert request(app, "GET", "/a").status == 403
    for url in ("/openapi.json", *PAGES):
        assert request(app, "GET", url).status == 200
    assert list(request(app, "GET", "/openapi.json").json()["paths"]) == ["/a"]


def test_an_installation_without_the_files_says_so(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    url = assets(request(application(), "GET", "/docs"))[0]
    monkeypatch.setattr(asset_module, "files", lambda _: tmp_path)
    load_assets.cache_clear()
    try:
        reply = request(application(), "GET", "/docs")
        assert reply.status == 503
        assert "vendor.py" in reply.text
        assert request(application(), "GET", url).status == 503
    finally:
        load_assets.cache_clear()


def test_pages_below_a_mount() -> None:
    inner = application(title="Inner")
    outer = App()
    outer.mount("/sub", inner)
    page = request(outer, "GET", "/sub/docs")
    assert '"url":"/sub/openapi.json"' in page.text
    assert all(request(outer, "GET", url).status == 200 for url in assets(page))
    assert request(outer, "GET", "/sub/openapi.json").json()["servers"] == [{"url": "/sub"}]
