"""Draws who knows whom in the house, from its imports: ``python -m tests.rooms docs/rooms.svg``."""

from __future__ import annotations

import itertools
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.house import FILES, imports_of, module_of

Arrow = tuple[str, str]
"""Who knows, and whom."""


@dataclass(frozen=True)
class Room:
    """A folder of the package, or a file beside the folders; ``lines`` are those of its files."""

    name: str
    lines: tuple[int, ...]


@dataclass
class House:
    """The rooms, floor by floor from the ground up, and the arrows that are drawn.

    ``ground`` are the files beside the folders that know only one another; every room may know
    them, so no arrow leads there. ``back`` are arrows against the others: they close a circle.
    """

    rooms: dict[str, Room]
    ground: list[str] = field(default_factory=list)
    floors: list[list[str]] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    back: list[Arrow] = field(default_factory=list)


def look() -> House:
    """Return the house as the code has it."""
    lines: dict[str, list[int]] = defaultdict(list)
    knows: Counter[Arrow] = Counter()
    for path in FILES:
        room = _room(module_of(path))
        lines[room].append(len(path.read_text(encoding="utf-8").splitlines()))
        for name in imports_of(path):
            if name.startswith("assistant.") and _room(name) != room:
                knows[room, _room(name)] += 1
    # The names a skill author imports, and `python -m assistant`, are doors without a room.
    for door in ("assistant", "__main__"):
        lines.pop(door, None)
    rooms = {name: Room(name, tuple(sorted(sizes))) for name, sizes in lines.items()}
    known = Counter({a: n for a, n in knows.items() if a[0] in rooms and a[1] in rooms})
    return _built(House(rooms), known)


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else module


def _built(house: House, known: Counter[Arrow]) -> House:
    house.ground = _ground(house.rooms, known)
    between = {a: n for a, n in known.items() if not {*a} & {*house.ground}}
    house.back = _against(between)
    forward = [arrow for arrow in between if arrow not in house.back]
    house.arrows = sorted(_shortest(forward))
    upper = [name for name in house.rooms if name not in house.ground]
    height = _heights(upper, house.arrows)
    house.floors = [
        sorted(name for name in upper if height[name] == level)
        for level in range(max(height.values()) + 1)
    ]
    return house


def _ground(rooms: Mapping[str, Room], known: Iterable[Arrow]) -> list[str]:
    """Return the files beside the folders that know only others of them."""
    known = list(known)
    folders = {p.parent.name for p in FILES if p.name == "__init__.py"}
    found = {name for name in rooms if name not in folders}
    while True:
        kept = {n for n in found if all(b in found for a, b in known if a == n)}
        if kept == found:
            return sorted(found, key=lambda name: -sum(rooms[name].lines))
        found = kept


def _against(known: Mapping[Arrow, int]) -> list[Arrow]:
    """Return the arrows that close circles, as few imports as can be."""
    reached = _reached(known)
    circles = [(a, b) for a, b in known if a in reached.get(b, ())]
    left: list[Arrow] = []
    rooms = sorted({room for arrow in circles for room in arrow})
    while rooms:
        circle = [r for r in rooms if r == rooms[0] or rooms[0] in reached[r] & reached[rooms[0]]]
        circle = [r for r in circle if r == rooms[0] or r in reached[rooms[0]]]
        inside = [(a, b) for a, b in circles if a in circle and b in circle]

        def cost(order: tuple[str, ...], inside: list[Arrow] = inside) -> int:
            return sum(known[a] for a in inside if order.index(a[0]) > order.index(a[1]))

        best = min(itertools.permutations(circle), key=cost)
        left += [(a, b) for a, b in inside if best.index(a) > best.index(b)]
        rooms = [room for room in rooms if room not in circle]
    return sorted(left)


def _reached(arrows: Iterable[Arrow]) -> dict[str, set[str]]:
    """Return for each room all that it leads to."""
    reached: dict[str, set[str]] = defaultdict(set)
    for a, b in arrows:
        reached[a].add(b)
    changed = True
    while changed:
        changed = False
        for found in reached.values():
            more = set().union(*(reached.get(each, set()) for each in found)) - found
            found |= more
            changed = changed or bool(more)
    return dict(reached)


def _shortest(arrows: list[Arrow]) -> list[Arrow]:
    """Leave out the arrows to where others lead already, by way of a third room."""
    reached = _reached(arrows)
    knows: dict[str, set[str]] = defaultdict(set)
    for a, b in arrows:
        knows[a].add(b)
    return [
        (a, b)
        for a, b in arrows
        if not any(b in reached.get(third, ()) for third in knows[a] - {b})
    ]


def _heights(rooms: list[str], arrows: list[Arrow]) -> dict[str, int]:
    """Return each room's floor: above all it knows; what knows nothing, just below who knows it."""
    height = dict.fromkeys(rooms, 0)
    for _ in rooms:
        for a, b in arrows:
            height[a] = max(height[a], height[b] + 1)
    for room in rooms:
        above = [height[a] for a, b in arrows if b == room]
        if above and not any(a == room for a, _ in arrows):
            height[room] = min(above) - 1
    return height


if __name__ == "__main__":
    from tests.rooms_drawing import drawn

    Path(sys.argv[1]).write_text(drawn(look()), encoding="utf-8")
