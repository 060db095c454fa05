from faster_openapi.served import ServedDocument
from tests.core.client import request
from tests.openapi.documents import application

DOCUMENT = {"openapi": "3.1.0", "info": {}, "paths": {}}


def test_a_document_is_encoded_once_for_each_path() -> None:
    served = ServedDocument()
    first = served.bytes_of(DOCUMENT, "")
    assert served.bytes_of(DOCUMENT, "") is first
    assert served.bytes_of(DOCUMENT, "/api") is not first
    assert served.bytes_of(dict(DOCUMENT), "") is not first
    assert served.bytes_of(dict(DOCUMENT), "") == first


def test_what_is_kept_has_an_end() -> None:
    served = ServedDocument()
    first = served.bytes_of(DOCUMENT, "/0")
    for number in range(1, 40):
        served.bytes_of(DOCUMENT, f"/{number}")
    assert served.bytes_of(DOCUMENT, "/0") is not first


def test_the_root_path_is_the_first_server() -> None:
    app = application(servers=[{"url": "https://a.example"}])
    assert request(app, "GET", "/openapi.json").json()["servers"] == [{"url": "https://a.example"}]
    request(app, "GET", "/openapi.json", root_path="/api/")
    found = request(app, "GET", "/openapi.json", root_path="/api/").json()
    assert found["servers"] == [{"url": "/api"}, {"url": "https://a.example"}]
    assert list(found)[:3] == ["openapi", "info", "servers"]


def test_a_root_path_that_is_a_server_already_is_not_repeated() -> None:
    app = application(servers=[{"url": "/api"}])
    assert request(app, "GET", "/openapi.json", root_path="/api").json()["servers"] == [{"url": "/api"}]


def test_the_root_path_may_be_left_out() -> None:
    app = application(root_path_in_servers=False)
    assert "servers" not in request(app, "GET", "/openapi.json", root_path="/api").json()


def test_who_has_the_document_gets_nothing() -> None:
    app = application()
    first = request(app, "GET", "/openapi.json")
    assert (first.headers["content-type"], first.headers["cache-control"]) == ("application/json", "no-cache")
    for tags in (first.headers["etag"], f'"x", W/{first.headers["etag"]}', "*"):
        again = request(app, "GET", "/openapi.json", headers={"if-none-match": tags})
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert request(app, "GET", "/openapi.json", headers={"if-none-match": '"x"'}).status == 200
