"""The application. Serve it with `fasterapi run shop.main:app`, or with any ASGI server."""

from FasterAPI import Faster, RedirectResponse
from shop import customers, orders, products

__all__ = ["app"]

app = Faster(
    title="Shop",
    version="1.0",
    description=(
        "The inventory of a shop. Everybody reads products; everything else needs the header `X-API-Key`, "
        "which is `demo-key` unless `SHOP_API_KEY` says otherwise."
    ),
    openapi_tags=[
        {"name": "products", "description": "What can be bought."},
        {"name": "customers", "description": "Who buys."},
        {"name": "orders", "description": "Who bought what."},
    ],
)
for router in (products.router, customers.router, orders.router):
    app.include_router(router)


@app.get("/", include_in_schema=False)
async def root() -> RedirectResponse:
    """Show somebody with a browser around."""
    return RedirectResponse("/docs")
