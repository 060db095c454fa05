"""The shop, over real uvicorn with two workers, on SQLite and on PostgreSQL."""

import asyncio
import csv
import itertools
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

pytest.importorskip("httpx")
pytest.importorskip("sqlalchemy")
pytest.importorskip("aiosqlite")
pytest.importorskip("asyncpg")

import asyncpg
import httpx

from tests.docs.server import EXAMPLES, serve

KEY = {"X-API-Key": "open-sesame"}
POSTGRES = os.environ.get("SHOP_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")

with (EXAMPLES / "shop" / "products.csv").open(encoding="utf-8", newline="") as file:
    CATALOGUE = list(csv.DictReader(file))

Client = httpx.Client
numbers = itertools.count(1)


async def in_postgres(statement: str) -> None:
    connection = await asyncpg.connect(POSTGRES, timeout=30)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The shop on an empty database. Both workers start at once, so that they race for the first import."""
    name = f"shop_{uuid4().hex}"
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('shop') / 'shop.sqlite3'}"
    else:
        try:
            asyncio.run(in_postgres(f"CREATE DATABASE {name}"))
        except (OSError, TimeoutError, asyncpg.PostgresError) as error:
            pytest.skip(f"PostgreSQL does not answer: {error!r}")
        url = f"{POSTGRES.rpartition('/')[0]}/{name}".replace("postgresql:", "postgresql+asyncpg:")
    environ = {"SHOP_DATABASE_URL": url, "SHOP_API_KEY": KEY["X-API-Key"]}
    command = ("uvicorn", "shop.main:app", "--port", "{port}", "--workers", "2", "--log-level", "warning")
    try:
        with (
            serve(*command, environ=environ, path="/products?limit=1") as base_url,
            Client(base_url=base_url, timeout=30) as client,
        ):
            yield client
    finally:
        if request.param == "postgresql":
            asyncio.run(in_postgres(f"DROP DATABASE {name} WITH (FORCE)"))


def new_product(**changes: Any) -> dict[str, Any]:
    return {
        "sku": f"TST-{next(numbers):04}",
        "name": "Test Card",
        "category": "tests",
        "price_cents": 250,
        "stock": 5,
        **changes,
    }


def create_product(client: Client, **changes: Any) -> dict[str, Any]:
    answer = client.post("/products", json=new_product(**changes), headers=KEY)
    assert answer.status_code == 201, answer.text
    product: dict[str, Any] = answer.json()
    return product


def create_customer(client: Client) -> dict[str, Any]:
    answer = client.post("/customers", json={"email": f"{uuid4().hex}@example.org", "name": "Ada"}, headers=KEY)
    assert answer.status_code == 201, answer.text
    customer: dict[str, Any] = answer.json()
    return customer


def stock_of(client: Client, product: dict[str, Any]) -> int:
    stock: int = client.get(f"/products/{product['id']}").json()["stock"]
    return stock


def messages(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [error["msg"] for error in answer.json()["detail"]]


# The catalogue


def test_catalogue_is_imported_once(client: Client) -> None:
    assert len(CATALOGUE) >= 1000
    categories = client.get("/products/categories").json()
    counted = {item["name"]: item["products"] for item in categories if item["name"] != "tests"}
    names = [line["category"] for line in CATALOGUE]
    assert counted == {name: names.count(name) for name in names}


def test_product_is_the_line_of_the_catalogue(client: Client) -> None:
    line = CATALOGUE[41]
    (product,) = client.get("/products", params={"q": line["sku"].lower()}).json()["items"]
    shown = {name: str(product[name] if product[name] is not None else "") for name in line}
    assert shown == line


def fits(line: dict[str, str], query: dict[str, Any]) -> bool:
    price, stock = int(line["price_cents"]), int(line["stock"])
    return (
        query.get("q", "").lower() in line["name"].lower()
        and query.get("category", line["category"]) == line["category"]
        and query.get("min_price_cents", 0) <= price <= query.get("max_price_cents", 10**9)
        and ("in_stock" not in query or query["in_stock"] == (stock > 0))
    )


@pytest.mark.parametrize(
    "query",
    [
        {"category": "tea"},
        {"category": "tea", "in_stock": False},
        {"category": "spices", "q": "GROUND"},
        {"category": "coffee", "min_price_cents": 1000, "max_price_cents": 2000},
        {"category": "books", "q": "no such book"},
        {"category": "spices", "q": "100%_"},
    ],
)
def test_filters(client: Client, query: dict[str, Any]) -> None:
    found = client.get("/products", params={**query, "limit": 100}).json()
    assert {item["sku"] for item in found["items"]} == {line["sku"] for line in CATALOGUE if fits(line, query)}
    assert found["total"] == len(found["items"])


@pytest.mark.parametrize(
    ("sort", "key", "reverse"),
    [
        ("name", "name", False),
        ("-name", "name", True),
        ("price", "price_cents", False),
        ("-price", "price_cents", True),
    ],
)
def test_order(client: Client, sort: str, key: str, reverse: bool) -> None:
    items = client.get("/products", params={"category": "tea", "sort": sort, "limit": 100}).json()["items"]
    values = [item[key] for item in items]
    if key == "price_cents":
        assert values == sorted(values, reverse=reverse)
    else:
        # How a database orders signs and blanks is its own affair.
        assert (values[0] < values[-1]) is not reverse


def test_pages_are_the_whole_list(client: Client) -> None:
    query: dict[str, Any] = {"category": "garden", "limit": 30}
    pages = [client.get("/products", params={**query, "offset": offset}).json() for offset in range(0, 120, 30)]
    skus = [item["sku"] for page in pages for item in page["items"]]
    assert sorted(skus) == sorted(line["sku"] for line in CATALOGUE if line["category"] == "garden")
    assert {page["total"] for page in pages} == {len(skus)}
    assert [(page["limit"], page["offset"]) for page in pages] == [(30, 0), (30, 30), (30, 60), (30, 90)]


# One product


def test_create_read_replace_delete(client: Client) -> None:
    answer = client.post("/products", json=(new := new_product(sku="NEW-0001")), headers=KEY)
    assert answer.status_code == 201
    product, where = answer.json(), answer.headers["location"]
    assert {**new, "description": None, "version": 1}.items() <= product.items()
    assert where == f"{client.base_url}/products/{product['id']}".replace("//products", "/products")
    assert client.get(where).json() == product
    changed = client.put(where, json={**new, "name": "Other Card", "stock": 0}, headers=KEY)
    assert changed.json() == {**product, "name": "Other Card", "stock": 0, "version": 2}
    gone = client.delete(where, headers=KEY)
    assert (gone.status_code, gone.content) == (204, b"")
    assert client.get(where).status_code == client.delete(where, headers=KEY).status_code == 404
    assert client.get(where).json() == {"detail": f"There is no product {product['id']}."}


def test_sku_is_unique(client: Client) -> None:
    product, other = create_product(client), create_product(client)
    taken = {"detail": f"There is another product with the SKU {product['sku']}."}
    for answer in (
        client.post("/products", json=new_product(sku=product["sku"]), headers=KEY),
        client.patch(f"/products/{other['id']}", json={"sku": product["sku"]}, headers=KEY),
    ):
        assert (answer.status_code, answer.json()) == (409, taken)
    assert client.get(f"/products/{other['id']}").json() == other


def test_patch_tells_null_from_what_is_left_out(client: Client) -> None:
    product = create_product(client, description="Blue")
    where = f"/products/{product['id']}"
    unchanged = client.patch(where, json={"stock": 7}, headers=KEY).json()
    assert (unchanged["description"], unchanged["stock"]) == ("Blue", 7)
    removed = client.patch(where, json={"description": None}, headers=KEY).json()
    assert (removed["description"], removed["stock"]) == (None, 7)
    assert messages(client.patch(where, json={"name": None}, headers=KEY)) == [
        "Expected `str`, got `null` - at `$.name`"
    ]


def test_versions(client: Client) -> None:
    product = create_product(client)
    where = f"/products/{product['id']}"
    first = client.get(where).headers["etag"]
    same = client.get(where, headers={"If-None-Match": f'W/"x", {first}'})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first)
    changed = client.patch(where, json={"stock": 1}, headers={**KEY, "If-Match": first})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert client.get(where, headers={"If-None-Match": first}).status_code == 200
    for answer in (
        client.patch(where, json={"stock": 2}, headers={**KEY, "If-Match": first}),
        client.put(where, json=new_product(), headers={**KEY, "If-Match": first}),
        client.delete(where, headers={**KEY, "If-Match": first}),
    ):
        assert (answer.status_code, answer.headers["etag"]) == (412, '"2"')
    assert client.get(where).json()["stock"] == 1
    assert client.delete(where, headers={**KEY, "If-Match": "*"}).status_code == 204


def test_of_changes_at_once_none_is_lost(client: Client) -> None:
    product = create_product(client, stock=0)
    where = f"/products/{product['id']}"

    def change(stock: int) -> int:
        return client.patch(where, json={"stock": stock}, headers={**KEY, "If-Match": '"1"'}).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(change, range(1, 9)))
    assert statuses == [200] + [412] * 7
    assert client.get(where).json()["version"] == 2


# What is refused


def test_every_wrong_field_of_a_body_is_named_at_once(client: Client) -> None:
    body = {"sku": "x", "name": "", "price_cents": "cheap", "stock": -1, "colour": "red"}
    found = messages(client.post("/products", json=body, headers=KEY))
    assert len(found) == 6
    for wrong in ("$.sku", "$.name", "$.price_cents", "$.stock", "`category`", "`colour`"):
        assert any(wrong in message for message in found), (wrong, found)


def test_every_wrong_name_of_a_query_is_named_at_once(client: Client) -> None:
    answer = client.get("/products", params={"limit": 101, "offset": -1, "in_stock": "perhaps", "sort": "colour"})
    assert messages(answer)
    assert [error["loc"] for error in answer.json()["detail"]] == [
        ["query", "in_stock"],
        ["query", "sort"],
        ["query", "limit"],
        ["query", "offset"],
    ]


def test_a_range_that_holds_nothing(client: Client) -> None:
    query = {"min_price_cents": 2, "max_price_cents": 1}
    assert "min_price_cents is greater" in messages(client.get("/products", params=query))[0]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/products/one", 404), ("PUT", "/products/categories", 405), ("GET", "/orders/-1", 404)],
)
def test_what_is_no_number_is_no_path(client: Client, method: str, path: str, status: int) -> None:
    assert client.request(method, path, headers=KEY).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("GET", "/products/0", None),
        ("GET", f"/products/{2**31}", None),
        ("GET", f"/products/{10**40}", None),
        ("GET", "/products?q=%00", None),
        ("GET", "/products?q=" + "a" * 3000, None),
        ("GET", "/products?category=%00", None),
        ("GET", f"/products?offset={10**30}", None),
        ("GET", "/orders?status=lost", None),
        ("GET", f"/orders?customer_id={2**40}", None),
        ("GET", "/customers?email=%00", None),
        ("POST", "/products", b'{"name": "\\u0000"}'),
        ("POST", "/products", b'{"name": "\\ud800"}'),
        ("POST", "/products", b"[" * 100_000),
        ("POST", "/products", b"\xff"),
        ("POST", "/products", b'{"price_cents": 1' + b"0" * 5000 + b"}"),
        ("POST", "/customers", b'{"email": "ada", "name": "Ada"}'),
        ("POST", "/orders", b'{"customer_id": 1, "lines": []}'),
        ("POST", "/orders", b'{"customer_id": 1, "lines": [{"product_id": 1, "quantity": 0}]}'),
    ],
)
def test_what_no_database_holds_is_the_clients_mistake(
    client: Client, method: str, path: str, content: bytes | None
) -> None:
    headers = {**KEY, "Content-Type": "application/json"} if content else KEY
    answer = client.request(method, path, content=content, headers=headers)
    assert answer.status_code == 422, answer.text


# The key


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/products"),
        ("PUT", "/products/1"),
        ("PATCH", "/products/1"),
        ("DELETE", "/products/1"),
        ("GET", "/customers"),
        ("POST", "/customers"),
        ("GET", "/customers/1"),
        ("PATCH", "/customers/1"),
        ("DELETE", "/customers/1"),
        ("GET", "/orders"),
        ("POST", "/orders"),
        ("GET", "/orders/1"),
        ("POST", "/orders/1/cancel"),
    ],
)
def test_the_key_opens(client: Client, method: str, path: str) -> None:
    without = client.request(method, path)
    assert (without.status_code, without.json()) == (401, {"detail": "Not authenticated"})
    assert without.headers["www-authenticate"] == "APIKey"
    wrong = client.request(method, path, headers={"X-API-Key": "open-barley"})
    assert (wrong.status_code, wrong.json()) == (403, {"detail": "This API key is not known."})


# Customers


def test_customers(client: Client) -> None:
    customer = create_customer(client)
    where = f"/customers/{customer['id']}"
    assert client.get(where, headers=KEY).json() == customer
    moved = client.patch(where, json={"address": "1 Main Street"}, headers=KEY).json()
    assert moved == {**customer, "address": "1 Main Street"}
    assert client.patch(where, json={"address": None}, headers=KEY).json() == customer
    found = client.get("/customers", params={"email": customer["email"].upper()}, headers=KEY).json()
    assert found["items"] == [customer]
    again = client.post("/customers", json={"email": customer["email"].upper(), "name": "Eve"}, headers=KEY)
    assert again.status_code == 409
    assert client.patch(where, json={"email": create_customer(client)["email"]}, headers=KEY).status_code == 409
    assert client.delete(where, headers=KEY).status_code == 204
    assert client.get(where, headers=KEY).status_code == 404


# Orders


def place(client: Client, customer: dict[str, Any], *lines: tuple[dict[str, Any], int]) -> httpx.Response:
    wanted = [{"product_id": product["id"], "quantity": quantity} for product, quantity in lines]
    return client.post("/orders", json={"customer_id": customer["id"], "lines": wanted}, headers=KEY)


def test_order_takes_from_the_stock_and_is_confirmed_after_the_response(client: Client) -> None:
    customer = create_customer(client)
    cheap, dear = create_product(client, price_cents=100), create_product(client, price_cents=999)
    answer = place(client, customer, (cheap, 2), (dear, 1), (cheap, 1))
    assert answer.status_code == 201, answer.text
    order = answer.json()
    assert (order["status"], order["confirmed_at"], order["total_cents"]) == ("placed", None, 3 * 100 + 999)
    assert [(line["product_id"], line["quantity"], line["unit_price_cents"]) for line in order["lines"]] == [
        (cheap["id"], 3, 100),
        (dear["id"], 1, 999),
    ]
    assert (stock_of(client, cheap), stock_of(client, dear)) == (2, 4)
    deadline = time.monotonic() + 60
    while client.get(answer.headers["location"], headers=KEY).json()["confirmed_at"] is None:
        assert time.monotonic() < deadline, "the background task has not run"
    confirmed = client.get(answer.headers["location"], headers=KEY).json()
    assert confirmed == {**order, "status": "confirmed", "confirmed_at": confirmed["confirmed_at"]}
    listed = client.get("/orders", params={"customer_id": customer["id"], "status": "confirmed"}, headers=KEY).json()
    assert listed["items"] == [confirmed]
    # What has been ordered stays.
    assert client.delete(f"/products/{cheap['id']}", headers=KEY).status_code == 409
    assert client.delete(f"/customers/{customer['id']}", headers=KEY).status_code == 409


def test_order_that_cannot_be_filled_leaves_nothing_behind(client: Client) -> None:
    customer = create_customer(client)
    enough, short, shorter = create_product(client), create_product(client, stock=1), create_product(client, stock=0)
    answer = place(client, customer, (enough, 5), (short, 2), (shorter, 1))
    assert answer.status_code == 409
    assert answer.json()["detail"]["products"] == [
        {"product_id": short["id"], "wanted": 2},
        {"product_id": shorter["id"], "wanted": 1},
    ]
    assert client.get(f"/products/{enough['id']}").json() == enough
    assert client.get("/orders", params={"customer_id": customer["id"]}, headers=KEY).json()["total"] == 0


def test_order_of_what_does_not_exist(client: Client) -> None:
    answer = client.post(
        "/orders",
        json={"customer_id": 2_000_000_000, "lines": [{"product_id": 2_000_000_001, "quantity": 1}]},
        headers=KEY,
    )
    assert messages(answer) == [
        "There is no customer 2000000000 - at `$.customer_id`",
        "There is no product 2000000001 - at `$.lines`",
    ]


def test_cancelled_order_gives_back_once(client: Client) -> None:
    product = create_product(client)
    order = place(client, create_customer(client), (product, 4)).json()
    assert stock_of(client, product) == 1
    cancelled = client.post(f"/orders/{order['id']}/cancel", headers=KEY)
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert client.post(f"/orders/{order['id']}/cancel", headers=KEY).status_code == 409
    assert stock_of(client, product) == 5
    assert client.post("/orders/2000000000/cancel", headers=KEY).status_code == 404


def test_orders_at_once_never_sell_what_is_not_there(client: Client) -> None:
    customer, one, other = create_customer(client), create_product(client), create_product(client)
    ways = [((one, 1), (other, 1)), ((other, 1), (one, 1))]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: place(client, customer, *ways[number % 2]), range(12)))
    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [409] * 7
    assert (stock_of(client, one), stock_of(client, other)) == (0, 0)
    assert client.get("/orders", params={"customer_id": customer["id"]}, headers=KEY).json()["total"] == 5


# The document

OPERATIONS = {
    "/products": {"get", "post"},
    "/products/categories": {"get"},
    "/products/{product_id}": {"get", "put", "patch", "delete"},
    "/customers": {"get", "post"},
    "/customers/{customer_id}": {"get", "patch", "delete"},
    "/orders": {"get", "post"},
    "/orders/{order_id}": {"get"},
    "/orders/{order_id}/cancel": {"post"},
}


def test_document_describes_every_operation(client: Client) -> None:
    document = client.get("/openapi.json").json()
    assert document["info"]["title"] == "Shop"
    assert {path: set(item) for path, item in document["paths"].items()} == OPERATIONS
    for path, item in document["paths"].items():
        for method, operation in item.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert operation["description"], where
            assert operation["tags"] == [path.split("/")[1]], where
            locked = method != "get" or not path.startswith("/products")
            assert bool(operation.get("security")) is locked, where
            assert ({"401", "403"} <= set(operation["responses"])) is locked, where
            assert ("{" in path) is any(one["in"] == "path" for one in operation.get("parameters", [])), where
    assert {"404", "409", "412"} <= set(document["paths"]["/products/{product_id}"]["patch"]["responses"])


def test_pages(client: Client) -> None:
    docs = client.get("/docs")
    assert (docs.status_code, docs.headers["content-type"].partition(";")[0]) == (200, "text/html")
    assert client.get("/").headers["location"] == "/docs"


# Without a server


@pytest.fixture
def examples_on_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.syspath_prepend(str(EXAMPLES))


@pytest.mark.usefixtures("examples_on_path")
def test_settings(tmp_path: Path) -> None:
    from shop.settings import load_settings

    default = load_settings({"XDG_CACHE_HOME": str(tmp_path / "new")})
    file = tmp_path / "new" / "faster-shop" / "shop-1.sqlite3"
    assert (default.database_url, default.api_key) == (f"sqlite+aiosqlite:///{file.as_posix()}", "demo-key")
    assert file.parent.is_dir()
    given = load_settings({"SHOP_DATABASE_URL": "postgresql+asyncpg://x/y", "SHOP_API_KEY": "k"})
    assert (given.database_url, given.api_key) == ("postgresql+asyncpg://x/y", "k")


@pytest.mark.usefixtures("examples_on_path")
def test_a_bad_line_of_the_catalogue_is_named(tmp_path: Path) -> None:
    from shop.catalogue import read_catalogue

    file = tmp_path / "bad.csv"
    file.write_text("sku,name,category,price_cents,stock,description\nTEA-0001,A,tea,1,1,\nTEA-0002,B,tea,much,1,\n")
    with pytest.raises(ValueError, match=r"^bad\.csv:3: Expected `int`, got `str` - at `\$\.price_cents`$"):
        read_catalogue(file)
