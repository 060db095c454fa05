"""`RadixRouter[T]`: from a method and a path to the target registered for them.

Theory of operation
-------------------
Each method has a tree of its own; its edges are whole segments. A node has, in the order in which they are tried:

    fixed    text → node               one dict lookup, whatever the number of siblings
    typed    {x:int}, {x:uuid} …       one try per convertor in use here, the most specific (lowest rank) first
    mixed    {name}.{ext}, v{n:int}    found by prefix and suffix in a dict, the longest text first
    plain    {x}                       any text that is not empty
    tails    {x:path} and its suffix   found like mixed, over all that is left of the path

      /users/{id}     /users/me/posts     /users/{id}/posts     /files/{name}.{ext}     /files/{rest:path}

        ○ ─users─ ○ ─me──── ○ ─posts─ ●
        │         └─{}───── ● ─posts─ ●
        └─files── ○ ─{}.{}─ ●
                  └┄{:path}┄●

Rules that hold:

1.  The order of registration never decides. At each segment the more specific edge is tried first; when it leads
    nowhere the walk comes back and tries the next (`/users/me/posts` above, then `/users/{id}/posts` for
    `/users/me/posts/`'s siblings).
2.  Two templates that match the same paths end in the same node, so the second one is a conflict, and says with whom.
    Names of parameters belong to the end of a route, not to the edges: each route has its own.
3.  A node is entered at most once in a walk, since a tree has one way to each node. The work is bounded by the
    prefixes of templates that fit the path; what a client sends cannot multiply it. The path is split once, and no
    further than the deepest template.
4.  No result is kept: there is no cache that a client could fill.
5.  Nothing is built before a match is sure: parameters are positions until then, and become a dict at the end.

Two short cuts come before the walk. Paths without parameters are in `statics`, a dict per method. A node that is
reached by text alone and has a single edge to a route below it (`/items/{id}`, the most common shape) is in a dict
keyed by that text: cut the path at its last slash, look the head up, done. Neither changes an answer: both are what
the walk would try first.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from faster_router.exceptions import MethodError, RouteConflict
from faster_router.match import Match, Miss
from faster_router.node import Leaf, Node
from faster_router.path import PathTemplate

__all__ = ["RadixRouter"]

T = TypeVar("T")

# Spec: RFC 9110, 5.6.2
_TCHAR = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class _Branch(Generic[T]):
    """All routes of one method."""

    __slots__ = ("endings", "leaves", "root", "statics")

    def __init__(self) -> None:
        self.statics: dict[str, T] = {}
        self.leaves: dict[str, Leaf[T]] = {}
        self.endings: dict[str, tuple[Callable[[str], Any] | None, str, T]] = {}
        self.root: Node[T] = Node()


class RadixRouter(Generic[T]):
    """A tree of routes, and what is found in it.

    Attributes:
        statics: The routes without parameters, method → path → target. To be read, not to be changed.

    Example:
        >>> router = RadixRouter[str]()
        >>> router.add("GET", "/users/{id:int}", "a user")
        >>> router.add("GET", "/users/me", "myself")
        >>> router.find("GET", "/users/42")
        Match(target='a user', params={'id': 42}, template='/users/{id:int}')
        >>> router.find("POST", "/users/me")
        Miss(allowed=('GET',))
    """

    __slots__ = ("_branches", "statics")

    def __init__(self) -> None:
        self.statics: dict[str, dict[str, T]] = {}
        self._branches: dict[str, _Branch[T]] = {}

    def add(self, method: str, template: str | PathTemplate, target: T) -> None:
        """Lead requests with this method, and a path that fits the template, to the target.

        Args:
            method: Any method token, for example GET; turned into upper case.
            template: A path template, as text or read already.
            target: Whatever `find` shall return.

        Raises:
            MethodError: The method is not a token.
            TemplateError: The text is not a template.
            RouteConflict: The method has a route for the same paths already.
        """
        self._add(method, template, target, None)

    def find(self, method: str, path: str) -> Match[T] | Miss:
        """The route for a request, or the methods that have one at this path.

        Args:
            method: The request's method, in upper case.
            path: The decoded path, as in `scope["path"]`.

        Returns:
            A `Match`, which is true, or a `Miss`, which is false.
        """
        found = self._reach(method, path)
        if found is None:
            return Miss(self.allowed(path))
        leaf, params = found
        return Match(leaf.target, params, leaf.template)

    def lookup(self, method: str, path: str) -> tuple[T, dict[str, Any] | None] | None:
        """What `find` finds, without the objects around it: the target with its parameters, or None.

        The parameters are None for a route without any.
        """
        branch = self._branches.get(method)
        if branch is None:
            return None
        if path in branch.statics:
            return branch.statics[path], None
        return self.walk(method, path)

    def walk(self, method: str, path: str) -> tuple[T, dict[str, Any]] | None:
        """What `lookup` finds among the routes with parameters, for those who have looked into `statics` themselves."""
        branch = self._branches.get(method)
        if branch is None:
            return None
        head, _, tail = path.rpartition("/")
        ending = branch.endings.get(head)
        if ending is not None and tail:
            convert, name, target = ending
            if convert is None:
                return target, {name: tail}
            try:
                return target, {name: convert(tail)}
            except ValueError:
                pass  # Not this one: the walk knows what comes next.
        found = branch.root.walk(path)
        return None if found is None else (found[0].target, found[1])

    def allowed(self, path: str) -> tuple[str, ...]:
        """The methods that have a route at this path, sorted."""
        return tuple(sorted([method for method in self._branches if self._reach(method, path) is not None]))

    def add_route(self, method: str, path: str, handler: T, metadata: Any = None) -> None:
        """Add a route in the words of earlier releases; `metadata` is handed back by `resolve`."""
        self._add(method, path, handler, metadata)

    def resolve(self, method: str, path: str) -> tuple[T, dict[str, Any], Any] | None:
        """Handler, parameters and metadata in the words of earlier releases, or None."""
        found = self._reach(method.upper(), path)
        if found is None:
            return None
        leaf, params = found
        return leaf.target, params, leaf.metadata

    def _add(self, method: str, template: str | PathTemplate, target: T, metadata: Any) -> None:
        if isinstance(template, str):
            template = PathTemplate(template)
        if not method or method.strip(_TCHAR):
            raise MethodError(method, template.text)
        method = method.upper()
        branch = self._branches.get(method)
        if branch is None:
            branch = self._branches[method] = _Branch()
            self.statics[method] = branch.statics
        leaf = Leaf(target, template, metadata)
        other = branch.leaves.setdefault(template.text, leaf) if template.static else branch.root.place(leaf)
        if other is not leaf:
            raise RouteConflict(method, template.text, target, other.template.text, other.target)
        if template.static:
            branch.statics[template.text] = target
        else:
            self._note_ending(branch, template)

    @staticmethod
    def _note_ending(branch: _Branch[T], template: PathTemplate) -> None:
        """Keep the second short cut true after a template with parameters was added."""
        *before, last = template.segments or (None,)
        texts = [None if segment is None else segment.text for segment in before]
        if last is None or template.tail is not None or None in texts:
            return
        head = "/".join(["", *map(str, texts)])
        parent = branch.root.reach_fixed([str(text) for text in texts])
        only = parent.only_end()
        if only is None:
            branch.endings.pop(head, None)
        else:
            convert, leaf = only
            branch.endings[head] = (convert, leaf.template.names[0], leaf.target)

    def _reach(self, method: str, path: str) -> tuple[Leaf[T], dict[str, Any]] | None:
        branch = self._branches.get(method)
        if branch is None:
            return None
        leaf = branch.leaves.get(path)
        return (leaf, {}) if leaf is not None else branch.root.walk(path)
