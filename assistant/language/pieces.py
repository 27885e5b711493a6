"""Pieces of an example: what may be said of it where the rest goes without saying.

Of “set a timer for {length}” those are all of its words side by side that have a hole among them:
“{length}”, “for {length}”, “timer for {length}”, “a timer for {length}” and the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.language.templates import Hole, Node, OneOf, Template

MOST = 64
"""Ways to fill the holes of an example that are told apart."""


def pieces(template: Template) -> Iterator[Template]:
    """Give one template for each hole: the hole, and what may be said with it on either side."""
    for nodes in _around(template.nodes, (), ()):
        yield Template(template.text, nodes)


def _around(
    nodes: Sequence[Node], left: tuple[Node, ...], right: tuple[Node, ...]
) -> Iterator[tuple[Node, ...]]:
    """Give each hole of a sequence with any end of what stands before it, in the sequence and
    ``left`` of that, and any beginning of what stands behind it.
    """
    for i, node in enumerate(nodes):
        before, behind = (*left, *nodes[:i]), (*nodes[i + 1 :], *right)
        if isinstance(node, Hole):
            yield (*_endings(before), node, *_beginnings(behind))
        elif isinstance(node, OneOf):
            for option in node.options:
                yield from _around(option, before, behind)


def _endings(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Return what says any end of a sequence, nothing too."""
    if not nodes:
        return ()
    *rest, last = nodes
    ways = [(*_endings(rest), *_spared(last))]
    if isinstance(last, OneOf):
        ways += filter(None, map(_endings, last.options))
    return (OneOf(tuple(ways), optional=True),)


def _beginnings(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Return what says any beginning of a sequence, nothing too."""
    if not nodes:
        return ()
    first, *rest = nodes
    ways = [(*_spared(first), *_beginnings(rest))]
    if isinstance(first, OneOf):
        ways += filter(None, map(_beginnings, first.options))
    return (OneOf(tuple(ways), optional=True),)


def _spared(node: Node) -> tuple[Node, ...]:
    """Return a node, a hole as one that may go without saying: "two [pies] to the hall"."""
    return (OneOf(((node,),), optional=True),) if isinstance(node, Hole) else (node,)


def hole_sets(template: Template) -> frozenset[frozenset[str]]:
    """Return which holes a sentence of an example may have together, MOST of them."""
    return _sets(template.nodes)


def _sets(nodes: Sequence[Node]) -> frozenset[frozenset[str]]:
    found = frozenset((frozenset[str](),))
    for node in nodes:
        if isinstance(node, Hole):
            here = frozenset((frozenset((node.name,)),))
        elif isinstance(node, OneOf):
            here = frozenset[frozenset[str]]().union(*map(_sets, node.options))
            here |= frozenset((frozenset[str](),)) if node.optional else frozenset()
        else:
            continue
        both = {one | other for one in found for other in here}
        found = frozenset(sorted(both, key=lambda each: (-len(each), sorted(each)))[:MOST])
    return found
