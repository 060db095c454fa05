"""Header and cookie parameters, and models of them."""

from typing import Annotated

import msgspec
import pytest

from FasterAPI import Cookie, Faster, Header, TestClient
from tests.docs.fastapi.case import Case

app = Faster()


@app.get("/agent")
async def agent(user_agent: Annotated[str | None, Header()] = None) -> str | None:
    return user_agent


@app.get("/literal")
async def literal(strange_header: Annotated[str | None, Header(convert_underscores=False)] = None) -> str | None:
    return strange_header


@app.get("/tokens")
async def tokens(x_token: Annotated[list[str] | None, Header()] = None) -> list[str] | None:
    return x_token


@app.get("/count")
async def count(x_count: int = Header(ge=1)) -> int:
    return x_count


class Common(msgspec.Struct):
    host: str
    save_data: bool
    if_modified_since: str | None = None
    x_tag: list[str] = []


class OnlyThese(Common, forbid_unknown_fields=True):
    traceparent: str | None = None


@app.get("/model")
async def model(headers: Annotated[Common, Header()]) -> Common:
    return headers


@app.get("/plain")
async def plain(headers: Annotated[Common, Header(convert_underscores=False)]) -> Common:
    return headers


@app.get("/only")
async def only(headers: Annotated[OnlyThese, Header()]) -> OnlyThese:
    return headers


@app.get("/ads")
async def ads(ads_id: Annotated[str | None, Cookie()] = None) -> str | None:
    return ads_id


@app.get("/visits")
async def visits(count: Annotated[int, Cookie(alias="visit-count")] = 0) -> int:
    return count


class Tracked(msgspec.Struct, forbid_unknown_fields=True):
    session_id: str
    tracker: int | None = None


@app.get("/cookies")
async def cookies(given: Annotated[Tracked, Cookie()]) -> Tracked:
    return given


def headers(*pairs: tuple[str, str]) -> dict[str, object]:
    return {"headers": list(pairs)}


COMMON = {"host": "testserver", "save_data": True, "if_modified_since": None, "x_tag": []}
CASES = [
    Case("GET /agent", "mine", how=headers(("user-agent", "mine"))),
    Case("GET /agent", "testclient"),
    Case("GET /literal", "a", how=headers(("strange_header", "a"))),
    Case("GET /literal", None, how=headers(("strange-header", "a"))),
    Case("GET /tokens", ["a", "b"], how=headers(("X-Token", "a"), ("x-token", "b"))),
    Case("GET /tokens", None),
    Case("GET /tokens", None, how=headers(("x_token", "a"))),
    Case("GET /count", 3, how=headers(("X-COUNT", "3"))),
    Case("GET /count", ["header.x-count"], 422),
    Case("GET /count", ["header.x-count"], 422, headers(("x-count", "0"))),
    Case(
        "GET /model",
        {**COMMON, "x_tag": ["one", "two"]},
        how=headers(("save-data", "true"), ("x-tag", "one"), ("x-tag", "two"), ("tool", "saw")),
    ),
    Case("GET /model", ["header.save-data"], 422),
    Case("GET /plain", COMMON, how=headers(("save_data", "yes"))),
    Case("GET /plain", ["header.save_data"], 422, headers(("save-data", "yes"))),
    Case("GET /ads", "7", how={"cookies": {"ads_id": "7"}}),
    Case("GET /ads", None),
    Case("GET /visits", 7, how={"cookies": {"visit-count": "7"}}),
    Case("GET /visits", ["cookie.visit-count"], 422, {"cookies": {"visit-count": "many"}}),
    Case("GET /cookies", {"session_id": "s", "tracker": 5}, how={"cookies": {"session_id": "s", "tracker": "5"}}),
    Case("GET /cookies", ["cookie.session_id"], 422, {"cookies": {"tracker": "5"}}),
    Case("GET /cookies", ["cookie.extra"], 422, {"cookies": {"session_id": "s", "extra": "1"}}),
]


@pytest.mark.filterwarnings("ignore:Setting per-request cookies:DeprecationWarning")
@pytest.mark.parametrize("case", CASES, ids=str)
def test_headers_and_cookies(case: Case) -> None:
    case.check(app)


def test_a_model_may_forbid_other_header_fields() -> None:
    client = TestClient(app)
    client.headers.clear()
    fine = client.get("/only", headers={"save-data": "true"})
    assert fine.json() == {**COMMON, "traceparent": None}
    refused = client.get("/only", headers={"save-data": "true", "tool": "saw"})
    assert refused.status_code == 422
    assert refused.json()["detail"] == [
        {"loc": ["header", "tool"], "msg": "Object contains unknown field `tool`", "type": "value_error.msgspec"}
    ]
