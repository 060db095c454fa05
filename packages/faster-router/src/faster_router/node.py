"""The nodes of the tree, and the walk over them. `faster_router.tree` says how they work together."""

from collections.abc import Callable
from typing import Any, Generic, TypeAlias, TypeVar

from faster_router.convertors import Convertor
from faster_router.path import PathTemplate
from faster_router.segment import Segment

__all__ = ["Leaf", "Node"]

T = TypeVar("T")
E = TypeVar("E")

# Where a parameter's value is when the walk ends: in the segment itself, converted, or in a tuple (0 and up: which of
# it).
_TEXT, _VALUE = -2, -1
# The index under which a walk keeps the text of a tail.
_REST = 0


class Leaf(Generic[T]):
    """The end of a route."""

    __slots__ = ("captures", "metadata", "target", "template", "texts")

    def __init__(self, target: T, template: PathTemplate, metadata: Any = None) -> None:
        self.target: T = target
        self.template: PathTemplate = template
        self.metadata: Any = metadata
        captures: list[tuple[str, int, int]] = []
        for index, segment in enumerate(template.segments, 1):
            sole = segment.sole
            if sole is not None:
                captures.append((sole.name, index, _TEXT if sole.plain else _VALUE))
            else:
                captures += [(parameter.name, index, which) for which, parameter in enumerate(segment.parameters)]
        if template.tail is not None:
            captures.append((template.tail.parameter.name, _REST, _VALUE))
        self.captures: tuple[tuple[str, int, int], ...] = tuple(captures)
        # The common case: every value is a segment as it is.
        plain = all(where == _TEXT for _, _, where in captures)
        self.texts: tuple[tuple[str, int], ...] | None = None
        if plain:
            self.texts = tuple([(name, index) for name, index, _ in captures])

    def params(self, segments: list[str], values: dict[int, Any]) -> dict[str, Any]:
        """The parameters of a finished walk."""
        if self.texts is not None:
            return {name: segments[index] for name, index in self.texts}
        params: dict[str, Any] = {}
        for name, index, where in self.captures:
            if where == _TEXT:
                params[name] = segments[index]
            else:
                params[name] = values[index] if where == _VALUE else values[index][where]
        return params


class _Affixes(Generic[E]):
    """Entries found by the beginning and the end of a text: one dict lookup per pair of lengths in use."""

    __slots__ = ("_by_length", "tables")

    def __init__(self) -> None:
        self._by_length: dict[tuple[int, int], dict[tuple[str, str], E]] = {}
        self.tables: list[tuple[int, int, dict[tuple[str, str], E]]] = []

    def entry(self, prefix: str, suffix: str, new: Callable[[], E]) -> E:
        """The entry of an affix pair, made when there is none yet."""
        lengths = (len(prefix), len(suffix))
        table = self._by_length.get(lengths)
        if table is None:
            table = self._by_length[lengths] = {}
            self.tables.append((*lengths, table))
            self.tables.sort(key=lambda row: (-row[0], -row[1]))
        if (prefix, suffix) not in table:
            table[prefix, suffix] = new()
        return table[prefix, suffix]

    def fitting(self, text: str, start: int) -> list[tuple[E, int, int]]:
        """Entries that fit `text[start:]`, the longest prefix first, with the range between their affixes."""
        size = len(text)
        found = []
        for before, after, table in self.tables:
            if size - start >= before + after:
                entry = table.get((text[start : start + before], text[size - after :]))
                if entry is not None:
                    found.append((entry, start + before, size - after))
        return found


class Node(Generic[T]):
    """A place in the tree: what may follow here, and the route that ends here."""

    __slots__ = ("_depth", "_loose", "_mixed", "_plain", "_rich", "_tails", "_typed", "fixed", "leaf")

    def __init__(self) -> None:
        self.fixed: dict[str, Node[T]] = {}
        self.leaf: Leaf[T] | None = None
        self._typed: list[tuple[Convertor[Any], Callable[[str], Any], Node[T]]] = []
        self._mixed: _Affixes[list[tuple[Segment, Node[T]]]] = _Affixes()
        self._plain: Node[T] | None = None
        self._tails: _Affixes[Node[T]] = _Affixes()
        self._loose = False  # whether there is an edge that is not fixed
        self._rich = False  # whether there is an edge that is neither fixed nor plain
        self._depth = 1  # of the root: the segments of the longest template

    def place(self, leaf: Leaf[T]) -> Leaf[T]:
        """Put a route below this node, the root; the route that has the place already, or else the leaf itself."""
        template = leaf.template
        node = self
        for segment in template.segments:
            node = node._child(segment)
        self._depth = max(self._depth, len(template.segments))
        if template.tail is None:
            if node.leaf is None:
                node.leaf = leaf
            return node.leaf
        node._rich = node._loose = True
        end = node._tails.entry(template.tail.prefix, template.tail.suffix, Node)
        if end.leaf is None:
            end.leaf = leaf
        return end.leaf

    def reach_fixed(self, texts: list[str]) -> "Node[T]":
        """The node below this one that is reached by these texts."""
        node = self
        for text in texts:
            node = node.fixed[text]
        return node

    def only_end(self) -> tuple[Callable[[str], Any] | None, Leaf[T]] | None:
        """The one route that ends a parameter further on, with its conversion; None when there are more or none."""
        ends: list[tuple[Callable[[str], Any] | None, Leaf[T]]] = [
            (convert, node.leaf) for _, convert, node in self._typed if node.leaf is not None
        ]
        mixed = [node for _, _, table in self._mixed.tables for edges in table.values() for _, node in edges]
        if any(node.leaf is not None for node in mixed):
            return None
        if self._plain is not None and self._plain.leaf is not None:
            ends.append((None, self._plain.leaf))
        return ends[0] if len(ends) == 1 else None

    def walk(self, path: str) -> tuple[Leaf[T], dict[str, Any]] | None:
        """The route a path leads to from this node, the root, with its parameters."""
        segments = path.split("/", self._depth + 1)
        if segments[0]:
            return None
        node: Node[T] = self
        child: Node[T] | None
        values: dict[int, Any] = {}
        notes: list[_Note[T]] = []
        count, index = len(segments), 1
        while True:
            if index == count:
                if node.leaf is not None:
                    return node.leaf, node.leaf.params(segments, values)
                child = None
            else:
                text = segments[index]
                child = node.fixed.get(text)
                if child is not None:
                    if node._loose:
                        notes.append((node, index, None, None))
                elif node._rich:
                    node._open(path, segments, index, notes)
                elif text:
                    child = node._plain
            if child is not None:
                node = child
                index += 1
                continue
            back = _go_back(path, segments, values, notes)
            if back is None:
                return None
            node, index = back

    def _child(self, segment: Segment) -> "Node[T]":
        """The node a segment leads to, made when there is none yet."""
        if segment.text is not None:
            return self.fixed.setdefault(segment.text, Node())
        sole = segment.sole
        if sole is not None and sole.plain:
            self._loose = True
            if self._plain is None:
                self._plain = Node()
            return self._plain
        self._rich = self._loose = True
        if sole is None:
            return self._mixed_child(segment)
        for convertor, _, node in self._typed:
            if convertor is sole.convertor:
                return node
        child: Node[T] = Node()
        self._typed.append((sole.convertor, sole.convertor.convert, child))
        self._typed.sort(key=lambda edge: getattr(edge[0], "rank", 40))
        return child

    def _mixed_child(self, segment: Segment) -> "Node[T]":
        edges = self._mixed.entry(segment.prefix, segment.suffix, list)
        for known, node in edges:
            if known.shape == segment.shape:
                return node
        child: Node[T] = Node()
        edges.append((segment, child))
        # More text is more specific; then the one with more convertors.
        edges.sort(key=lambda edge: (-len("".join(edge[0].separators)), sum(p.plain for p in edge[0].parameters)))
        return child

    def _open(self, path: str, segments: list[str], index: int, notes: "list[_Note[T]]") -> None:
        """Note every edge but the fixed one that fits a segment, the one to try first on top."""
        text = segments[index]
        if self._tails.tables:
            start = sum(map(len, segments[:index])) + index
            for node, begin, end in reversed(self._tails.fitting(path, start)):
                notes.append((node, len(segments), _REST, path[begin:end]))
        if not text:
            return
        if self._plain is not None:
            notes.append((self._plain, index + 1, index, None))
        if self._mixed.tables:
            for edges, _, _ in reversed(self._mixed.fitting(text, 0)):
                for segment, node in reversed(edges):
                    found = segment.match(text)
                    if found is not None:
                        notes.append((node, index + 1, index, found))
        for _, convert, node in reversed(self._typed):
            try:
                notes.append((node, index + 1, index, convert(text)))
            except ValueError:
                continue


# A choice left open in a walk: a node to enter, the segment that comes next there, and a value with the index to keep
# it under. Or, without that index, a node of which all edges but the fixed one are still to be tried.
_Note: TypeAlias = tuple[Node[T], int, int | None, Any]


def _go_back(
    path: str, segments: list[str], values: dict[int, Any], notes: list[_Note[T]]
) -> tuple[Node[T], int] | None:
    """The nearest choice left open: the node to enter and the segment that comes next, or None when there is none."""
    while notes:
        node, index, slot, value = notes.pop()
        if slot is not None:
            values[slot] = value
            return node, index
        node._open(path, segments, index, notes)
    return None
