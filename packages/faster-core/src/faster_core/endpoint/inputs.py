"""Lines that bring what a request says into local variables, and what happens when it does not fit.

query   = read_query(scope["query_string"])  ┐
limit   = default if … else convert(…)       │ one `try` for all that one call needs; whatever does not fit
item    = decoders[content_type](body)       ┘ goes to `refuse`, which looks for every error of the request
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from faster_core.codec import INPUT_ERRORS
from faster_core.endpoint.code import Code
from faster_core.endpoint.content import Content
from faster_core.endpoint.parameters import Parameters
from faster_core.endpoint.refusal import Refusal
from faster_core.limits import Limits
from faster_core.plan.model import BodyPart, Dependency, Group, Node, Parameter, Plan

__all__ = ["Inputs"]

_UNFIT: tuple[type[Exception], ...] = (*INPUT_ERRORS, KeyError)


class Inputs:
    """Writes what a plan reads, each node once, and knows the local variable that it is in.

    Args:
        code: Where the lines go.
        plan: What is read.
        limits: The budgets of the request.
        converted: The path variables that the router has converted already.
        strict_content_type: Whether a JSON body must have a Content-Type.

    Attributes:
        names: The local variables, by the ids of the nodes.
        content: Writes what is read of a body that is no form; None without one.
    """

    def __init__(
        self,
        code: Code,
        plan: Plan,
        *,
        limits: Limits,
        converted: frozenset[str] = frozenset(),
        strict_content_type: bool = True,
    ) -> None:
        self._code = code
        self.names: dict[int, str] = {}
        self._parameters = Parameters(code, plan, max_query_parameters=limits.max_query_parameters, converted=converted)
        has_form = plan.body is not None and plan.body.kind == "form"
        self.content: Content | None = None
        if plan.body is not None and not has_form:
            self.content = Content(code, plan.body, limit=limits.max_body_size, strict_content_type=strict_content_type)
        self._body_and_form = f"{'body' if self.content else None}, {'form' if has_form else None}"
        refusal = Refusal(plan, limits=limits, strict_content_type=strict_content_type)
        self._refuse = code.constant(refusal, "refuse")
        self._unfit = code.constant(_UNFIT, "UNFIT")

    def write(self, nodes: Iterable[Node], otherwise: Callable[[], None] | None = None) -> None:
        """Write the lines for those nodes that have no local variable yet and are no dependencies.

        Args:
            nodes: What is wanted.
            otherwise: Writes what happens between a failure and the refusal, in the state before the failure.
        """
        wanted = [node for node in nodes if id(node) not in self.names and not isinstance(node, Dependency)]
        wanted = list({id(node): node for node in wanted}.values())
        texts = [node for node in wanted if isinstance(node, (Parameter, Group))]
        has_parts = any(isinstance(node, BodyPart) for node in wanted)
        if not texts and not has_parts:
            return
        code = self._code
        names, ready = dict(self.names), set(self._parameters.ready)
        with code.block("try"):
            for node in texts:
                self.names[id(node)] = self._parameters.write(node)
            if has_parts:
                assert self.content is not None, "a plan with parts of a body has a body"
                self.names |= self.content.write()
        with code.block(f"except {self._unfit} as error"):
            refused = "error"
            if otherwise is not None:
                refused = "refused"
                code.line("refused = error")
                with self._state_of(names, ready):
                    otherwise()
            code.line(f"raise {self._refuse}({refused}, scope, {self._body_and_form}) from None")

    @contextmanager
    def _state_of(self, names: dict[int, str], ready: set[str]) -> Iterator[None]:
        """Write as if only these local variables were there; afterwards as before."""
        latest = dict(self.names), self._parameters.ready
        self._restore(names, ready)
        yield
        self._restore(*latest)

    def _restore(self, names: dict[int, str], ready: set[str]) -> None:
        self.names.clear()
        self.names.update(names)
        self._parameters.ready = ready
