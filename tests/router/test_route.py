"""Entries."""

from faster_router import PathTemplate
from faster_router.route import Route, WebSocketRoute
from tests.router.asgi import saying


def test_a_route_reads_its_template_and_methods_once() -> None:
    app = saying("x")
    route = Route("/a/{b}", app, methods=["get", "POST", "GET"], name="n")
    assert route.template == PathTemplate("/a/{b}")
    assert route.methods == ("GET", "POST")
    assert (route.name, route.app) == ("n", app)
    assert repr(route) == f"Route('/a/{{b}}', {app!r}, methods=['GET', 'POST'], name='n')"


def test_a_template_that_was_read_already_is_kept() -> None:
    template = PathTemplate("/a")
    assert Route(template, saying("x")).template is template
    assert WebSocketRoute(template, saying("x")).template is template


def test_the_name_is_the_applications_own_unless_given() -> None:
    assert Route("/", saying("x")).name == "app"
    assert WebSocketRoute("/", saying("x")).name == "app"

    class Unnamed:
        __call__ = staticmethod(saying("x"))

    assert Route("/", Unnamed()).name is None
    assert WebSocketRoute("/", Unnamed()).name is None


def test_a_websocket_route_says_what_it_is() -> None:
    app = saying("x")
    assert repr(WebSocketRoute("/a", app, name="n")) == f"WebSocketRoute('/a', {app!r}, name='n')"
    assert not hasattr(WebSocketRoute("/a", app), "methods")
