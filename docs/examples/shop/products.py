"""Products: everybody reads them, those with the key change them."""

from typing import Annotated, Any

from msgspec import to_builtins
from sqlalchemy import Select, UnaryExpression, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from FasterAPI import Depends, FasterRouter, HTTPException, Partial, Path, Query, Request, Response, changes
from shop.answers import WITHOUT_KEY, answers
from shop.database import Session, refuse_conflicts
from shop.paging import Page, PageQuery, read_page
from shop.schemas import Category, NewProduct, ProductFilter, ProductOut, RowId, as_schema
from shop.security import require_key
from shop.tables import OrderLine, Product
from shop.versions import IfMatch, IfNoneMatch, etag_of, matches, require_match

__all__ = ["router"]

router = FasterRouter(prefix="/products", tags=["products"])

ProductId = Annotated[RowId, Path(description="The number of the product.")]
with_key = [Depends(require_key)]

_ORDERS: dict[str, UnaryExpression[Any]] = {
    "name": Product.name.asc(),
    "-name": Product.name.desc(),
    "price": Product.price_cents.asc(),
    "-price": Product.price_cents.desc(),
    "newest": Product.created_at.desc(),
}
_NOT_FOUND = answers({404: "There is no such product."})
_UNCHANGEABLE = answers({412: "The product is not the version of If-Match."}, _NOT_FOUND, WITHOUT_KEY)
_TAKEN = answers({409: "The SKU belongs to another product."})


@router.get("")
async def list_products(
    wanted: Annotated[ProductFilter, Query()], page: PageQuery, session: Session
) -> Page[ProductOut]:
    """The products that fit, a page of them."""
    return await read_page(session, _select(wanted), ProductOut, page)


@router.get("/categories")
async def list_categories(session: Session) -> list[Category]:
    """The categories, with the number of products in each."""
    query = select(Product.category, func.count()).group_by(Product.category).order_by(Product.category)
    return [Category(name, products) for name, products in await session.execute(query)]


@router.get("/{product_id:int}", responses=answers({304: "It still is the version of If-None-Match."}, _NOT_FOUND))
async def read_product(
    product_id: ProductId, session: Session, response: Response, if_none_match: IfNoneMatch = None
) -> ProductOut:
    """One product. Its ETag goes into If-Match of a change."""
    product = await _find(session, product_id)
    if if_none_match is not None and matches(if_none_match, product.version):
        raise HTTPException(304, headers={"ETag": etag_of(product.version)})
    return _show(product, response)


@router.post("", status_code=201, dependencies=with_key, responses=answers({}, _TAKEN, WITHOUT_KEY))
async def create_product(new: NewProduct, session: Session, request: Request, response: Response) -> ProductOut:
    """Add a product."""
    product = Product(**to_builtins(new))
    async with refuse_conflicts(session, _taken(new.sku)):
        session.add(product)
    response.headers["Location"] = str(request.url_for("read_product", product_id=product.id))
    return _show(product, response)


@router.put("/{product_id:int}", dependencies=with_key, responses=answers({}, _TAKEN, _UNCHANGEABLE))
async def replace_product(
    product_id: ProductId, new: NewProduct, session: Session, response: Response, if_match: IfMatch = None
) -> ProductOut:
    """Write all fields of a product."""
    product = await _find(session, product_id)
    return await _change(product, to_builtins(new), session, response, if_match)


@router.patch("/{product_id:int}", dependencies=with_key, responses=answers({}, _TAKEN, _UNCHANGEABLE))
async def change_product(
    product_id: ProductId, patch: Partial[NewProduct], session: Session, response: Response, if_match: IfMatch = None
) -> ProductOut:
    """Write the fields that are sent. `null` removes the description; a field that is left out stays."""
    product = await _find(session, product_id)
    return await _change(product, changes(patch), session, response, if_match)


@router.delete(
    "/{product_id:int}",
    status_code=204,
    dependencies=with_key,
    responses=answers({409: "There are orders of the product."}, _UNCHANGEABLE),
)
async def delete_product(product_id: ProductId, session: Session, if_match: IfMatch = None) -> None:
    """Remove a product that nobody has ordered."""
    product = await _find(session, product_id)
    require_match(if_match, product.version)
    if await session.scalar(select(exists().where(OrderLine.product_id == product_id))):
        raise HTTPException(409, f"There are orders of product {product_id}.")
    await session.delete(product)


def _select(wanted: ProductFilter) -> Select[Any]:
    query = select(Product)
    if wanted.q is not None:
        query = query.where(
            or_(Product.name.icontains(wanted.q, autoescape=True), Product.sku.icontains(wanted.q, autoescape=True))
        )
    if wanted.category is not None:
        query = query.where(Product.category == wanted.category)
    if wanted.min_price_cents is not None:
        query = query.where(Product.price_cents >= wanted.min_price_cents)
    if wanted.max_price_cents is not None:
        query = query.where(Product.price_cents <= wanted.max_price_cents)
    if wanted.in_stock is not None:
        query = query.where(Product.stock > 0 if wanted.in_stock else Product.stock == 0)
    return query.order_by(_ORDERS[wanted.sort], Product.id)


async def _find(session: AsyncSession, product_id: int) -> Product:
    product = await session.get(Product, product_id)
    if product is None:
        raise HTTPException(404, f"There is no product {product_id}.")
    return product


async def _change(
    product: Product, fields: dict[str, Any], session: AsyncSession, response: Response, if_match: str | None
) -> ProductOut:
    require_match(if_match, product.version)
    try:
        async with refuse_conflicts(session, _taken(fields.get("sku", product.sku))):
            for name, value in fields.items():
                setattr(product, name, value)
    except StaleDataError as error:
        raise HTTPException(412, "It has been changed meanwhile. Read it again.") from error
    return _show(product, response)


def _show(product: Product, response: Response) -> ProductOut:
    response.headers["ETag"] = etag_of(product.version)
    return as_schema(product, ProductOut)


def _taken(sku: str) -> str:
    return f"There is another product with the SKU {sku}."
