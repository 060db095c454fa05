"""Where the document and its pages are, and what answers there."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from faster_core.exceptions import HTTPException
from faster_core.request import Request
from faster_core.response import PlainTextResponse, Response
from faster_core.routing.router import FasterRouter
from faster_openapi import assets, pages
from faster_openapi.model import Object
from faster_openapi.served import Served, ServedDocument, answer

if TYPE_CHECKING:
    from faster_openapi.assets import Asset
    from faster_openapi.pages import Page

__all__ = ["Site"]

_FOR_EVER = "public, max-age=31536000, immutable"


class Site(Struct, kw_only=True):
    """The URLs of an application's document and pages, and their settings. See `OpenAPI`."""

    openapi_url: str | None
    docs_url: str | None
    redoc_url: str | None
    scalar_url: str | None
    redirect_url: str | None
    oauth: Mapping[str, Any] | None
    parameters: Mapping[str, Any] | None
    vendored: bool
    root_path_in_servers: bool
    _served: ServedDocument = field(default_factory=ServedDocument)

    def router(self, app: Any) -> FasterRouter:
        """Return the routes; none without a URL of the document.

        Args:
            app: The application, whose `openapi()` is the document.
        """
        router = FasterRouter(include_in_schema=False)
        if not self.openapi_url:
            return router
        _add(router, self.openapi_url, "openapi", self._document(app))
        shown = (
            (self.docs_url, "swagger_ui_html", self._swagger),
            (self.redoc_url, "redoc_html", self._redoc),
            (self.scalar_url, "scalar_html", self._scalar),
        )
        for url, name, make in shown:
            if url:
                _add(router, url, name, _page(app, make))
                if self.vendored:
                    _add(router, f"{_folder(url)}/{{name}}", f"{name}_asset", _asset)
        if self.docs_url and self.redirect_url:
            _add(router, self.redirect_url, "swagger_ui_redirect", _page(app, lambda *_: pages.redirect_page()))
        return router

    def _document(self, app: Any) -> Callable[..., Any]:
        async def openapi(request: Request) -> Response:
            root_path = _root_path(request) if self.root_path_in_servers else ""
            served = self._served.bytes_of(app.openapi(), root_path)
            return answer(request, served, "application/json", {"Cache-Control": "no-cache"})

        return openapi

    def _swagger(self, app: Any, root_path: str) -> "Page":
        folder = self._folder(self.docs_url, root_path)
        return pages.swagger_page(
            title=f"{app.title} - Swagger UI",
            openapi_url=f"{root_path}{self.openapi_url}",
            script=pages.Resource.of(assets.find_asset("swagger-ui-bundle.js"), folder),
            style=pages.Resource.of(assets.find_asset("swagger-ui.css"), folder),
            redirect_url=f"{root_path}{self.redirect_url}" if self.redirect_url else None,
            parameters=self.parameters,
            oauth=self.oauth,
            connects_to=list(_origins(app.openapi())),
        )

    def _redoc(self, app: Any, root_path: str) -> "Page":
        return pages.redoc_page(
            title=f"{app.title} - ReDoc",
            openapi_url=f"{root_path}{self.openapi_url}",
            script=pages.Resource.of(assets.find_asset("redoc.standalone.js"), self._folder(self.redoc_url, root_path)),
            connects_to=list(_origins(app.openapi())),
        )

    def _scalar(self, app: Any, root_path: str) -> "Page":
        script = assets.find_asset("scalar.standalone.js")
        return pages.scalar_page(
            title=f"{app.title} - Scalar",
            openapi_url=f"{root_path}{self.openapi_url}",
            script=pages.Resource.of(script, self._folder(self.scalar_url, root_path)),
            connects_to=list(_origins(app.openapi())),
        )

    def _folder(self, url: str | None, root_path: str) -> str | None:
        return f"{root_path}{_folder(url or '')}" if self.vendored else None


def _folder(url: str) -> str:
    """Return the path of the folder in which the files of a page are."""
    return f"{url.rstrip('/')}/assets"


def _root_path(request: Request) -> str:
    return str(request.scope.get("root_path", "")).rstrip("/")


def _add(router: FasterRouter, url: str, name: str, handler: Callable[..., Any]) -> None:
    router.add_route(url, handler, name=name, include_in_schema=False)


def _page(app: Any, make: Callable[[Any, str], "Page"]) -> Callable[..., Any]:
    async def page(request: Request) -> Response:
        try:
            return make(app, _root_path(request)).response()
        except assets.MissingAssetsError as error:
            return PlainTextResponse(str(error), status_code=503)

    return page


async def _asset(request: Request) -> Response:
    """Answer with a vendored file: compressed, unless the client cannot read that."""
    asset = _served_assets().get(request.path_params["name"])
    if asset is None:
        raise HTTPException(404)
    headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    if _takes_gzip(request.headers.get("accept-encoding", "")):
        compressed = Served(asset.compressed, f'"{asset.digest[:32]}-gzip"')
        return answer(request, compressed, asset.media_type, {**headers, "Content-Encoding": "gzip"})
    return answer(request, Served(asset.content, f'"{asset.digest[:32]}"'), asset.media_type, headers)


def _served_assets() -> dict[str, "Asset"]:
    try:
        return {asset.served_name: asset for asset in assets.load_assets().values()}
    except assets.MissingAssetsError as error:
        raise HTTPException(503, str(error)) from error


def _takes_gzip(accepted: str) -> bool:
    """Return whether a client reads gzip.

    Spec: RFC 9110, 12.5.3
    """
    weights: dict[str, str] = {}
    for item in accepted.lower().split(","):
        coding, _, parameter = item.partition(";")
        weights[coding.strip()] = parameter.replace(" ", "")
    weight = weights.get("gzip", weights.get("*"))
    return weight is not None and weight not in ("q=0", "q=0.0", "q=0.00", "q=0.000")


def _origins(document: Object) -> Iterator[str]:
    """Give the origins that a page may have to ask: those of the servers, and of the tokens' URLs, each once."""
    from faster_openapi.pages.page import origin_of

    urls = [server.get("url") for server in document.get("servers") or []]
    for scheme in document.get("components", {}).get("securitySchemes", {}).values():
        urls.append(scheme.get("openIdConnectUrl"))
        for flow in scheme.get("flows", {}).values():
            urls += [flow.get("tokenUrl"), flow.get("refreshUrl")]
    yield from dict.fromkeys(origin for url in urls if (origin := origin_of(url)))
