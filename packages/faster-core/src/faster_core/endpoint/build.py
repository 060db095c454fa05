"""An endpoint: one straight-line function, generated from a plan, that answers the requests of one route.

    async def endpoint(scope, receive, send):
        sent = 0                                what has been sent: 0 nothing, 1 the head, 2 all
        try:
            read the body's bytes               only when the plan has a body
            for each dependency, in order:
                convert what it reads           `inputs`
                call it                         `calls`
            convert what the handler reads
            result = await handler(…)
            encode and send the result          `answer`
            run background tasks, leave what was entered
        except Exception as error:
            await fail(error, …)                the boundary makes a response of it

Building is pure: the same plan and setting give the same source, and nothing is changed by it. The source names
constants only by reference, and is kept: tracebacks show its lines, and `Endpoint.source` is what `--explain` prints.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from msgspec import Struct, field

from faster_core.endpoint.answer import Answer, LentResponse, write_answer
from faster_core.endpoint.body import check_length
from faster_core.endpoint.calls import Entries, write_dependency, write_handler, write_leave
from faster_core.endpoint.code import Code
from faster_core.endpoint.inputs import Inputs
from faster_core.limits import Limits
from faster_core.plan.model import Dependency, Plan, Special
from faster_core.request import Request
from faster_core.security.scopes import SecurityScopes
from faster_core.shutdown import Shutdown
from faster_core.types import Receive, Scope, Send
from faster_core.websocket import WebSocket

__all__ = ["Endpoint", "Setting", "build_endpoint", "build_websocket_endpoint"]

Fail = Callable[[Exception, Scope, Receive, Send, int], Awaitable[None]]
FailWebSocket = Callable[[Exception, Any], Awaitable[None]]


class Setting(Struct, frozen=True, eq=False, kw_only=True):
    """What an endpoint takes from the application and the route around it.

    Attributes:
        title: Method and path, for tracebacks.
        limits: The budgets of a request.
        fail: Answers an exception.
        fail_websocket: Closes a WebSocket after an exception.
        app_known: Gives the value of a dependency that lives as long as the application, or its second argument.
        app_value: Makes that value, where it is not there yet.
        wrapped: Gives what a dependency is called by.
        strict_content_type: Whether a JSON body must have a Content-Type.
        converted: The path variables that the router has converted already.
        checks_length: Whether a Content-Length over the limit is refused at once, also that of a body that the handler
            does not read. (A body that is read is counted anyhow.)
        shutdown: Closes WebSockets when the server stops.
    """

    title: str
    limits: Limits
    fail: Fail
    fail_websocket: FailWebSocket
    app_known: Callable[[Dependency, Any], Any]
    app_value: Callable[[Dependency], Awaitable[Any]]
    wrapped: Callable[[Callable[..., Any]], Callable[..., Any]]
    strict_content_type: bool = True
    converted: frozenset[str] = frozenset()
    checks_length: bool = False
    shutdown: Shutdown = field(default_factory=Shutdown)


class Endpoint(Struct, frozen=True):
    """A generated function and what it was generated as.

    Attributes:
        app: The ASGI application.
        source: Its source.
    """

    app: Callable[[Scope, Receive, Send], Awaitable[None]]
    source: str


class _Builder:
    """Writes one endpoint; the stations of the module's drawing are its methods."""

    def __init__(self, plan: Plan, setting: Setting) -> None:
        self.plan = plan
        self.setting = setting
        self.code = Code()
        self.inputs = Inputs(
            self.code,
            plan,
            limits=setting.limits,
            converted=setting.converted,
            strict_content_type=setting.strict_content_type,
        )
        self.names = self.inputs.names
        self.specials = {special.kind: special for special in plan.specials if not _is_foreign(special)}
        self.has_request = any(special.kind == "request" for special in plan.specials)
        self.entries = Entries(self.code, plan.order)
        # Made once, while a dependency may be written twice: see `write_others`.
        self.called = {id(item): setting.wrapped(item.function) for item in plan.order if item.scope != "app"}
        self.has_form = plan.body is not None and plan.body.kind == "form"

    def http(self, answer: Answer) -> Endpoint:
        code = self.code
        with code.block("async def endpoint(scope, receive, send)"):
            code.line("sent = 0")
            if self.entries:
                self.entries.write_none()
            with code.block("try"):
                self.body_of_endpoint(answer)
            with code.block("except Exception as error"):
                code.line(f"await {code.constant(self.setting.fail, 'fail')}(error, scope, receive, send, sent)")
        return self.finish()

    def body_of_endpoint(self, answer: Answer) -> None:
        if not self.entries and not self.has_form:
            self.stations(answer)
            return
        code = self.code
        if self.has_form:
            self.write_request()
        with code.block("try"):
            self.stations(answer)
            self.write_leave("request")
        if self.entries:
            with code.block("except BaseException as error"):
                self.entries.write_leave("error")
                code.line("raise")
        if self.has_form:
            with code.block("finally"):
                code.line("await request.close()")

    def stations(self, answer: Answer) -> None:
        self.write_specials()
        self.read_body()
        self.write_calls()
        lent = self.special_name("response")
        write_answer(self.code, answer, self.plan.handler.run, lent, lambda: self.write_leave("function"))
        self.write_background()

    def websocket(self) -> Endpoint:
        code = self.code
        with code.block("async def endpoint(scope, receive, send)"):
            special = self.specials.get("websocket")
            cls = code.constant(special.type if special else WebSocket, "WebSocket")
            limits = code.constant(self.setting.limits, "limits")
            code.line(f"websocket = {cls}(scope, receive, send, limits={limits})")
            if self.entries:
                self.entries.write_none()
            with code.block("try"):
                code.line(f"await {code.constant(self.setting.shutdown.attend, 'attend')}(websocket)")
                self.body_of_websocket()
            with code.block("except Exception as error"):
                fail = code.constant(self.setting.fail_websocket, "fail_websocket")
                code.line(f"await {fail}(error, websocket)")
            with code.block("finally"):
                code.line(f"{code.constant(self.setting.shutdown.part, 'part')}(websocket)")
        return self.finish()

    def body_of_websocket(self) -> None:
        if not self.entries:
            self.websocket_stations()
            return
        with self.code.block("try"):
            self.websocket_stations()
            self.write_leave("request")
        with self.code.block("except BaseException as error"):
            self.entries.write_leave("error")
            self.code.line("raise")

    def websocket_stations(self) -> None:
        self.write_specials()
        self.write_calls()
        self.write_leave("function")
        self.write_background()

    def write_background(self) -> None:
        """Write the lines that run the tasks of a `BackgroundTasks` argument."""
        background = self.special_name("background")
        if background is not None:
            with self.code.block(f"if {background}.tasks"):
                self.code.line(f"await {background}({self.code.constant(self.setting.title, 'title')})")

    def write_calls(self) -> None:
        for index, dependency in enumerate(self.plan.order):
            others = _independent(self.plan.order[index + 1 :], dependency)
            otherwise = partial(self.write_others, others) if others else None
            self.write_dependency(dependency, otherwise)
        self.inputs.write(argument.node for argument in self.plan.handler.arguments)
        write_handler(self.code, self.plan.handler, self.names)

    def write_dependency(self, dependency: Dependency, otherwise: Callable[[], None] | None = None) -> None:
        if dependency.scope == "app":
            self.names[id(dependency)] = self.write_app_value(dependency)
            return
        self.inputs.write((argument.node for argument in dependency.arguments), otherwise)
        self.names[id(dependency)] = write_dependency(
            self.code, dependency, self.names, self.entries, self.called[id(dependency)]
        )

    def write_others(self, dependencies: Sequence[Dependency]) -> None:
        """Write the calls of what comes after a dependency whose arguments do not fit.

        One of them may have a better answer than 422: who is not logged in learns that, not which field is wrong.
        """
        for dependency in dependencies:
            self.write_dependency(dependency)

    def write_app_value(self, dependency: Dependency) -> str:
        """Write the lines that take a value from the application, and return the local variable that it is in."""
        code, target = self.code, self.code.fresh("value")
        key, missing = code.constant(dependency, "dependency"), code.constant(_MISSING, "MISSING")
        code.line(f"{target} = {code.constant(self.setting.app_known, 'app_known')}({key}, {missing})")
        with code.block(f"if {target} is {missing}"):
            code.line(f"{target} = await {code.constant(self.setting.app_value, 'app_value')}({key})")
        return target

    def write_leave(self, scope: str) -> None:
        """Write the lines that leave the dependencies of one scope, the last first, when all went well."""
        calls = [item for item in self.plan.order if item.scope == scope and id(item) in self.entries.generators]
        if scope == "request" and self.entries.passages:
            self.entries.write_leave()
        else:
            write_leave(self.code, calls, self.entries)

    def write_request(self) -> None:
        special = self.specials.get("request")
        cls = self.code.constant(special.type if special else Request, "Request")
        limits = self.code.constant(self.setting.limits, "limits")
        self.code.line(f"request = {cls}(scope, receive, send, limits={limits})")

    def write_foreign(self, special: Special) -> None:
        """Write a request or WebSocket of another framework's class: it hears what ours lets through, within limits."""
        name = self.names[id(special)] = self.code.fresh("foreign")
        cls = self.code.constant(special.type, special.type.__name__)
        ends = "request.relay, send" if special.kind == "request" else "websocket.receive, websocket.send"
        self.code.line(f"{name} = {cls}(scope, {ends})")

    def write_specials(self) -> None:
        code = self.code
        if self.has_request and not self.has_form:
            self.write_request()
        for special in self.plan.specials:
            name: str = special.kind
            self.names[id(special)] = name
            if _is_foreign(special):
                self.write_foreign(special)
            elif special.kind == "connection":
                code.line(f"{name} = {code.constant(special.type, 'HTTPConnection')}(scope)")
            elif special.kind == "response":
                self.names[id(special)] = "lent"
                code.line(f"lent = {code.constant(LentResponse, 'LentResponse')}()")
            elif special.kind == "background":
                code.line(f"{name} = {code.constant(special.type, 'BackgroundTasks')}()")
            elif special.kind == "scopes":
                self.names[id(special)] = name = code.fresh("scopes")
                made = code.constant(SecurityScopes(special.scopes), "security_scopes")
                code.line(f"{name} = {made}")

    def special_name(self, kind: str) -> str | None:
        special = next((item for item in self.plan.specials if item.kind == kind), None)
        return self.names[id(special)] if special is not None else None

    def read_body(self) -> None:
        body, limits = self.plan.body, self.setting.limits
        if body is None:
            self.check_length(limits.max_stream_size)
        elif body.kind == "form":
            self.code.line("form = await request.form()")
        elif self.has_request:
            self.code.line("body = await request.body()")
        else:
            assert self.inputs.content is not None, "a body that is no form has content"
            self.check_length(limits.max_body_size)
            self.inputs.content.read()

    def check_length(self, limit: int) -> None:
        """Write the line that refuses a body by its Content-Length, before anybody waits for it."""
        if self.setting.checks_length:
            check = self.code.constant(check_length, "check_length")
            self.code.line(f'{check}(scope["headers"], {limit})')

    def finish(self) -> Endpoint:
        function = self.code.function("endpoint", self.setting.title)
        return Endpoint(function, self.code.text)


_MISSING = object()


def _is_foreign(special: Special) -> bool:
    """Tell whether a request or a WebSocket is of another framework's class."""
    own = {"request": Request, "websocket": WebSocket}.get(special.kind)
    return own is not None and not issubclass(special.type, own)


def _independent(dependencies: Sequence[Dependency], failed: Dependency) -> list[Dependency]:
    """Return those dependencies that do not need another one, at any depth."""
    lost = {id(failed)}
    found = []
    for dependency in dependencies:
        if any(id(argument.node) in lost for argument in dependency.arguments):
            lost.add(id(dependency))
        else:
            found.append(dependency)
    return found


def build_endpoint(plan: Plan, answer: Answer, setting: Setting) -> Endpoint:
    """Return the endpoint of an HTTP route.

    Args:
        plan: What the route does.
        answer: How its result becomes a response.
        setting: What is around it.
    """
    return _Builder(plan, setting).http(answer)


def build_websocket_endpoint(plan: Plan, setting: Setting) -> Endpoint:
    """Return the endpoint of a WebSocket route. See `build_endpoint`."""
    return _Builder(plan, setting).websocket()
