from typing import Annotated, Any

import pytest

from faster_core.app import App
from faster_core.params import Depends, Security
from faster_core.routing.router import FasterRouter
from faster_core.security import APIKeyHeader, APIKeyQuery, HTTPBasic, HTTPBearer, OAuth2PasswordBearer, SecurityScopes
from faster_openapi import document
from tests.core.client import request

oauth = OAuth2PasswordBearer("token", scopes={"read": "Read", "write": "Write"})
basic = HTTPBasic()
key = APIKeyHeader(name="X-Key", auto_error=False)
bearer = HTTPBearer(auto_error=False, scheme_name="Token", description="A token.")


async def user(scopes: SecurityScopes, token: Annotated[str, Depends(oauth)]) -> str:
    return token


async def simple(token: Annotated[str, Depends(oauth)]) -> str:
    return token


async def read(u: Annotated[str, Security(user, scopes=["read"])]) -> None: ...


async def write(u: Annotated[str, Security(simple, scopes=["write"])]) -> None: ...


async def both(
    a: Annotated[str, Security(user, scopes=["read"])], b: Annotated[str, Security(user, scopes=["write"])]
) -> None: ...


async def plain(a: Annotated[Any, Depends(basic)]) -> None: ...


async def optional(a: Annotated[Any, Depends(key)], b: Annotated[Any, Depends(bearer)]) -> None: ...


async def second(a: Annotated[Any, Depends(basic)], b: Annotated[Any, Depends(key)]) -> None: ...


async def nobody() -> None: ...


def app() -> App:
    found = App()
    for handler in (read, write, both, plain, optional, second, nobody):
        found.add_api_route(f"/{handler.__name__}", handler)
    return found


@pytest.mark.parametrize(
    ("path", "security", "refuses"),
    [
        ("/read", [{"OAuth2PasswordBearer": ["read"]}], True),
        ("/write", [{"OAuth2PasswordBearer": ["write"]}], True),
        ("/both", [{"OAuth2PasswordBearer": ["read", "write"]}], True),
        ("/plain", [{"HTTPBasic": []}], True),
        ("/optional", [{"APIKeyHeader": []}, {"Token": []}], False),
        ("/second", [{"HTTPBasic": []}, {"HTTPBasic": [], "APIKeyHeader": []}], True),
        ("/nobody", None, False),
    ],
)
def test_what_an_operation_asks_of_its_caller(path: str, security: Any, refuses: bool) -> None:
    operation = document(app())["paths"][path]["get"]
    assert operation.get("security") == security
    assert ("401" in operation["responses"]) is refuses


def test_a_key_in_the_query_may_be_among_too_many_parameters() -> None:
    found = App()
    query_key = APIKeyQuery(name="key", auto_error=False)
    found.add_api_route("/", nobody, dependencies=[Depends(query_key)])
    query = "&".join(f"n{number}=1" for number in range(1001))
    assert request(found, "GET", f"/?{query}").status == 400
    assert set(document(found)["paths"]["/"]["get"]["responses"]) == {"200", "400"}


def test_every_scheme_is_there_once() -> None:
    assert document(app())["components"]["securitySchemes"] == {
        "OAuth2PasswordBearer": {
            "type": "oauth2",
            "flows": {"password": {"scopes": {"read": "Read", "write": "Write"}, "tokenUrl": "token"}},
        },
        "HTTPBasic": {"type": "http", "scheme": "basic"},
        "APIKeyHeader": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "Token": {"type": "http", "scheme": "bearer", "description": "A token."},
    }


def test_dependencies_of_application_and_router_count() -> None:
    router = FasterRouter(dependencies=[Depends(key)])
    router.add_api_route("/", nobody)
    outer = App(dependencies=[Depends(basic)])
    outer.include_router(router)
    operation = document(outer)["paths"]["/"]["get"]
    assert operation["security"] == [{"HTTPBasic": []}, {"HTTPBasic": [], "APIKeyHeader": []}]
