"""Clients that other projects' programs generate from the shop's document call the running shop.

The programs are installed into a folder of the test, from the package indexes; where that cannot be, or there is no
Node.js, the tests are skipped.
"""

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("httpx")
pytest.importorskip("sqlalchemy")
pytest.importorskip("aiosqlite")

import httpx

from tests.docs.server import serve

KEY = "open-sesame"

PYTHON = """
import sys
from client import AuthenticatedClient, Client
from client.api.customers import create_customer_customers_post as create_customer
from client.api.orders import place_order_orders_post as place_order
from client.api.products import change_product_products_product_id_patch as change_product
from client.api.products import create_product_products_post as create_product
from client.api.products import list_products_products_get as list_products
from client.api.products import read_product_products_product_id_get as read_product
from client.models import HTTPError, HTTPValidationError, NewCustomer, NewOrder, NewOrderLine, NewProduct
from client.models import OrderOutStatus, PartialNewProduct

options = {"base_url": sys.argv[1], "raise_on_unexpected_status": True}
client = AuthenticatedClient(**options, token=sys.argv[2], prefix="", auth_header_name="X-API-Key")
new = NewProduct(sku="TST-0001", name="Card", category="tests", price_cents=250, stock=5)
made = create_product.sync(client=client, body=new)
assert (made.sku, made.stock, made.description) == ("TST-0001", 5, None), made
found = list_products.sync(client=client, category="tests")
assert (found.total, found.items) == (1, [made]), found
assert read_product.sync(client=client, product_id=made.id) == made
changed = change_product.sync(client=client, product_id=made.id, body=PartialNewProduct(price_cents=300))
assert (changed.price_cents, changed.name, changed.version) == (300, "Card", made.version + 1), changed
customer = create_customer.sync(client=client, body=NewCustomer(email="ada@example.org", name="Ada"))
lines = [NewOrderLine(product_id=made.id, quantity=2)]
order = place_order.sync(client=client, body=NewOrder(customer_id=customer.id, lines=lines))
assert (order.total_cents, order.status) == (600, OrderOutStatus.PLACED), order
bad = create_product.sync(client=client, body=NewProduct(sku="?", name="", category="tests", price_cents=-1))
assert isinstance(bad, HTTPValidationError) and len(bad.detail) == 3, bad
refused = create_product.sync(client=Client(**options), body=new)
assert isinstance(refused, HTTPError) and refused.detail == "Not authenticated", refused
"""

TYPESCRIPT = """
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

const [, , baseUrl, key] = process.argv;
const client = createClient<paths>({ baseUrl, headers: { "X-API-Key": key! } });
const check = (holds: boolean, what: unknown) => { if (!holds) throw new Error(JSON.stringify(what)); };

const sent: components["schemas"]["NewProduct"] =
  { sku: "TST-0002", name: "Card", category: "scripts", price_cents: 250, stock: 5, description: null };
const { data: made } = await client.POST("/products", { body: sent });
check(made?.sku === "TST-0002" && made.stock === 5, made);
const { data: found } = await client.GET("/products", { params: { query: { category: "scripts", sort: "-price" } } });
check(found?.total === 1 && found.items[0]?.id === made?.id, found);
const { data: one } = await client.GET("/products/{product_id}", { params: { path: { product_id: made!.id } } });
check(one?.name === "Card", one);
const { error, response } = await client.GET("/products/{product_id}", { params: { path: { product_id: 2e9 } } });
check(response.status === 404 && error !== undefined, error);
// @ts-expect-error: there is no such order
await client.GET("/products", { params: { query: { sort: "colour" } } });
"""

CONFIGURATION = """
{"compilerOptions": {"strict": true, "module": "nodenext", "target": "es2022", "skipLibCheck": true,
 "noUncheckedIndexedAccess": true, "types": ["node"]}, "files": ["client.ts"]}
"""


def run(*command: str | Path, cwd: Path, missing: str | None = None) -> None:
    """Run a command.

    Args:
        *command: The program and its arguments.
        cwd: Where it runs.
        missing: What the test lacks when the command fails; None for a command whose failure is the test's.
    """
    done = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True, timeout=250)
    if done.returncode and missing is not None:
        pytest.skip(f"{missing} cannot be installed: {done.stderr.strip()[-300:]}")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the shop, on an empty database."""
    file = tmp_path_factory.mktemp("shop") / "shop.sqlite3"
    environ = {"SHOP_DATABASE_URL": f"sqlite+aiosqlite:///{file}", "SHOP_API_KEY": KEY}
    command = ("uvicorn", "shop.main:app", "--port", "{port}", "--log-level", "warning")
    with serve(*command, environ=environ, path="/products?limit=1") as url:
        yield url


@pytest.fixture
def document(shop: str, tmp_path: Path) -> Path:
    """The shop's document, as it serves it."""
    file = tmp_path / "openapi.json"
    file.write_bytes(httpx.get(f"{shop}/openapi.json").raise_for_status().content)
    return file


def test_a_client_in_python(shop: str, document: Path) -> None:
    folder, package = document.parent, "openapi-python-client==0.29.1"
    programs = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    uv = shutil.which("uv")
    if uv is not None:
        run(uv, "venv", "--python", sys.executable, "env", cwd=folder)
        run(uv, "pip", "install", "--python", programs / "python", package, cwd=folder, missing=package)
    else:
        run(sys.executable, "-m", "venv", "env", cwd=folder)
        run(programs / "python", "-m", "pip", "install", package, cwd=folder, missing=package)
    generate = ("generate", "--path", document, "--output-path", "client", "--meta", "none")
    (folder / "config.yml").write_text("post_hooks: []\n", encoding="utf-8")
    run(programs / "openapi-python-client", *generate, "--config", "config.yml", cwd=folder)
    (folder / "call.py").write_text(textwrap.dedent(PYTHON), encoding="utf-8")
    run(programs / "python", "call.py", shop, KEY, cwd=folder)


def test_a_client_in_typescript(shop: str, document: Path) -> None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node.js is not installed")
    folder = document.parent
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    packages = ("openapi-typescript@7.13.0", "openapi-fetch@0.17.0", "typescript@5.9.3", "@types/node@20")
    run(npm, "install", "--no-audit", "--no-fund", *packages, cwd=folder, missing="openapi-typescript")
    modules = folder / "node_modules"
    run(node, modules / "openapi-typescript" / "bin" / "cli.js", document, "-o", "schema.ts", cwd=folder)
    (folder / "client.ts").write_text(TYPESCRIPT, encoding="utf-8")
    (folder / "tsconfig.json").write_text(CONFIGURATION, encoding="utf-8")
    run(node, modules / "typescript" / "bin" / "tsc", "--project", folder, cwd=folder)
    run(node, "client.js", shop, KEY, cwd=folder)
