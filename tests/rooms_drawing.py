"""The house as a drawing: floors of rooms, a window for each file, arrows to what a room knows."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from tests.rooms import Arrow, House, Room

PURPOSE = {
    "assembly": "puts the pieces together",
    "cli": "the command line",
    "commands": "one file a command",
    "conversation": "the straight line",
    "doors": "what every way in shares",
    "engine": "token ids to vectors",
    "errors": "what goes wrong, in words",
    "files": "written whole, or not at all",
    "labelled": "rows and labels of data sets",
    "language": "English, each fact once",
    "measuring": "the laboratory",
    "paths": "where everything lies",
    "sandbox": "strangers' skills, confined",
    "settings": "what the user chose",
    "skill": "what a skill is, and is given",
    "speech": "sound to text, text to sound",
    "store": "SQLite; turns and what they changed",
    "system": "what is asked of the operating system",
    "teaching": "by the user's own examples",
    "testing": "for those who test a skill",
    "training": "the workshop (torch)",
    "tui": "the screen",
    "turn": "the values that travel",
    "understanding": "text to meaning",
}
"""What each room is, in a few words."""

COLOURS = ("#4f7cac", "#5b8e7d", "#b5765a", "#8a6f9e", "#a8893b", "#6b8e9f", "#9c6b7d", "#74875b")
PAPER, EDGE, INK, SOFT, WALL, TROUBLE = (
    "#fbf8f2", "#e2dace", "#33312e", "#7d776e", "#fffdf9", "#b4442e"
)  # fmt: skip

FONTS = "Inter, Segoe UI, Helvetica, Arial, DejaVu Sans, sans-serif"

LEFT_OUT = (
    "The ground is known to every room, so no arrow leads there.",
    "Where a room is known by way of another too, the straight arrow is left out.",
)
"""What is not drawn, told below."""

LINE = 0.13
"""How wide a line of code is, in pixels of a window."""

WINDOW, GAP, PAD = 11.0, 3.0, 12.0
HEAD = 40.0
"""Height of what stands above the windows."""

BETWEEN, ASIDE, LANE = 46.0, 34.0, 14.0
"""Room between floors, between rooms of a floor, and for an arrow that passes by a floor."""


STRAIGHT = 8.0
"""How much more it counts that an arrow goes straight than that a room is where it would be."""


@dataclass
class Box:
    """A room on the drawing, or the place where an arrow passes by a floor (no ``room``)."""

    name: str
    floor: int
    width: float
    height: float
    room: Room | None = None
    rows: list[list[float]] = field(default_factory=list)
    x: float = 0.0
    y: float = 0.0

    @property
    def middle(self) -> float:
        """Return where its middle is, from the left."""
        return self.x + self.width / 2


def drawn(house: House) -> str:
    """Return the drawing as SVG."""
    boxes, ways = _boxes(house)
    floors = _ordered(boxes, ways)
    _placed(floors, ways)
    left = min(box.x for box in boxes.values()) - 44
    width = max(max(box.x + box.width for box in boxes.values()) - left + 44, 760)
    for box in boxes.values():
        box.x -= left
    top = 86.0
    for floor in reversed(floors):
        height = max(box.height for box in floor)
        for box in floor:
            box.y = top + (height - box.height if box.room else 0)
            box.height = box.height if box.room else height
        top += height + BETWEEN
    colours = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(sorted(house.rooms))}
    parts = [
        *_arrows(boxes, ways, colours),
        *_against(house, boxes),
        *itertools.chain.from_iterable(_room(b, colours[b.name]) for b in boxes.values() if b.room),
        *_ground(house, top, width),
    ]
    return _sheet(parts, width, top + 112, house)


def _boxes(house: House) -> tuple[dict[str, Box], dict[Arrow, list[str]]]:
    """Return all boxes, and by which each arrow goes, from above to below."""
    boxes = {}
    where = {name: level for level, floor in enumerate(house.floors) for name in floor}
    for name, level in where.items():
        boxes[name] = _furnished(house.rooms[name], level)
    ways: dict[Arrow, list[str]] = {}
    for a, b in house.arrows:
        passed = [f"{a} {b} {level}" for level in range(where[a] - 1, where[b], -1)]
        for each in passed:
            boxes[each] = Box(each, int(each.split()[2]), LANE, 0)
        ways[a, b] = [a, *passed, b]
    return boxes, ways


def _furnished(room: Room, level: int) -> Box:
    """Return the box of a room, with its windows in rows."""
    panes = [max(2.0, lines * LINE) for lines in reversed(room.lines)]
    run = sum(panes) + GAP * len(panes)
    told = max(len(room.name) * 8.6, len(_told(room)) * 5.6, len(PURPOSE[room.name]) * 5.6)
    inner = max(told, math.sqrt(run * (WINDOW + GAP) * 5))
    rows: list[list[float]] = [[]]
    for pane in panes:
        if rows[-1] and sum(rows[-1]) + GAP * len(rows[-1]) + pane > inner:
            rows.append([])
        rows[-1].append(pane)
    height = HEAD + len(rows) * (WINDOW + GAP) + PAD
    return Box(room.name, level, inner + 2 * PAD, height, room, rows)


def _told(room: Room) -> str:
    """Return the size of a room in words, rounded: a drawing need not change with every line."""
    lines, files = sum(room.lines), len(room.lines)
    size = f"{round(lines, -2):,}" if lines >= 1000 else f"{max(round(lines, -1), 10)}"
    return f"{files} file{'s' if files > 1 else ''}, {size} lines"


def _ordered(boxes: dict[str, Box], ways: dict[Arrow, list[str]]) -> list[list[Box]]:
    """Return the floors, each in the order in which the fewest arrows cross."""
    levels = range(max(box.floor for box in boxes.values()) + 1)
    floors = [[box for box in boxes.values() if box.floor == level] for level in levels]
    steps = [pair for way in ways.values() for pair in itertools.pairwise(way)]
    for _ in range(8):
        for level in (*levels, *reversed(levels)):
            floor = floors[level]
            if len(floor) < 2:
                continue
            place = {b.name: i for other in floors for i, b in enumerate(other)}
            near = [s for s in steps if level in (boxes[s[0]].floor, boxes[s[1]].floor)]

            def crossings(
                order: Sequence[Box], place: dict[str, int] = place, near: list[Arrow] = near
            ) -> int:
                now = {**place, **{box.name: i for i, box in enumerate(order)}}
                ends = [(boxes[a].floor, now[a], now[b]) for a, b in near]
                pairs = itertools.combinations(ends, 2)
                return sum(f == g and (a - c) * (b - d) < 0 for (f, a, b), (g, c, d) in pairs)

            choices = itertools.islice(itertools.permutations(floor), 5040)
            floors[level] = list(min(choices, key=crossings))
    return floors


def _placed(floors: list[list[Box]], ways: dict[Arrow, list[str]]) -> None:
    """Put every box near the middle of those it is joined with, none upon another."""
    by_name = {box.name: box for floor in floors for box in floor}
    joined: dict[str, list[Box]] = {name: [] for name in by_name}
    for a, b in (pair for way in ways.values() for pair in itertools.pairwise(way)):
        joined[a].append(by_name[b])
        joined[b].append(by_name[a])
    for floor in floors:
        _spread(floor, [0.0] * len(floor))
    for turn in range(60):
        for floor in floors if turn % 2 else reversed(floors):
            wished = [
                sum(other.middle for other in joined[box.name]) / len(joined[box.name])
                if joined[box.name]
                else box.middle
                for box in floor
            ]
            _spread(floor, wished)


def _spread(floor: list[Box], wished: list[float]) -> None:
    """Place the boxes of a floor in their order, as near to their wishes as they fit."""
    offsets = [0.0]
    for one, other in itertools.pairwise(floor):
        gap = ASIDE if one.room and other.room else ASIDE / 2
        offsets.append(offsets[-1] + one.width / 2 + gap + other.width / 2)
    groups: list[tuple[float, float, int]] = []
    for box, wish, offset in zip(floor, wished, offsets, strict=True):
        groups.append((wish - offset, 1.0 if box.room else STRAIGHT, 1))
        while len(groups) > 1 and groups[-2][0] > groups[-1][0]:
            (a, v, n), (b, w, m) = groups[-2:]
            groups[-2:] = [((a * v + b * w) / (v + w), v + w, n + m)]
    starts = [start for start, _, count in groups for _ in range(count)]
    for box, start, offset in zip(floor, starts, offsets, strict=True):
        box.x = start + offset - box.width / 2


def _arrows(
    boxes: dict[str, Box], ways: dict[Arrow, list[str]], colours: dict[str, str]
) -> Iterator[str]:
    """Give each arrow as a soft line through the places it passes."""
    for (a, b), way in ways.items():
        out = sorted((w for w in ways if w[0] == a), key=lambda w: boxes[ways[w][1]].middle)
        into = sorted((w for w in ways if w[1] == b), key=lambda w: boxes[ways[w][-2]].middle)
        x = _port(boxes[a], out.index((a, b)), len(out))
        y = boxes[a].y + boxes[a].height
        path = f"M{x:.0f} {y:.0f}"
        for name in way[1:]:
            box = boxes[name]
            end = _port(box, into.index((a, b)), len(into)) if box.room else box.middle
            tip = box.y - (5 if box.room else 0)
            bend = (tip - y) / 2
            path += f" C{x:.0f} {y + bend:.0f} {end:.0f} {tip - bend:.0f} {end:.0f} {tip:.0f}"
            x, y = end, tip
            if not box.room:
                y = box.y + box.height
                path += f" L{x:.0f} {y:.0f}"
        yield _line(path, colours[a], f"{a} knows {b}")
        yield f'<path d="M{x - 4:.0f} {y - 3:.0f}h8l-4 7z" fill="{colours[a]}"/>'


def _port(box: Box, place: int, count: int) -> float:
    """Return where the arrow of a place begins or ends along the side of a box."""
    room = min(box.width - 30, 34.0 * (count - 1))
    return box.middle + (room * (place / (count - 1) - 0.5) if count > 1 else 0)


def _line(path: str, colour: str, told: str, more: str = "") -> str:
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.8"{more}>'
        f"<title>{escape(told)}</title></path>"
    )


def _against(house: House, boxes: dict[str, Box]) -> Iterator[str]:
    """Give the arrows that close circles: broken, and in another colour."""
    for i, (a, b) in enumerate(house.back):
        low, high = boxes[a], boxes[b]
        y, end = low.y + 16 + 5 * i, high.y + high.height - 16 - 5 * i
        out = min(low.x, high.x) - 26 - 10 * i
        path = f"M{low.x:.0f} {y:.0f} C{out:.0f} {y:.0f} {out:.0f} {end:.0f} {high.x:.0f} {end:.0f}"
        yield _line(path, TROUBLE, f"{a} knows {b}, against the others", ' stroke-dasharray="4 4"')


def _room(box: Box, colour: str) -> Iterator[str]:
    """Give a room: its walls, its name, its size and its windows."""
    assert box.room is not None
    yield (
        f'<g data-room="{box.name}" data-files="{len(box.room.lines)}" '
        f'data-lines="{sum(box.room.lines)}">'
    )
    walls = f'rx="7" fill="{WALL}" stroke="{colour}" stroke-width="1.6"'
    yield _rect(box.x, box.y, box.width, box.height, walls)
    x, y = box.x + PAD, box.y
    yield _text(x, y + 18, box.name, 14, INK, "600")
    yield _text(x, y + 32, PURPOSE[box.name], 10.5, SOFT)
    for i, row in enumerate(box.rows):
        left = x
        for pane in row:
            top = y + HEAD + i * (WINDOW + GAP)
            glass = f'rx="1.5" fill="{colour}" fill-opacity=".55"'
            yield _rect(left, top, pane, WINDOW, glass)
            left += pane + GAP
    yield f"<title>{escape(f'{box.name}: {_told(box.room)}')}</title></g>"


def _rect(x: float, y: float, width: float, height: float, more: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f"<rect {place} {more}/>"


def _text(x: float, y: float, text: str, size: float, colour: str, weight: str = "400") -> str:
    if not text:
        return ""
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size:g}" font-weight="{weight}" '
        f'fill="{colour}">{escape(text)}</text>'
    )


def _ground(house: House, top: float, width: float) -> Iterator[str]:
    """Give what every room may know: the ground they all stand on."""
    stone = (width - 88 - GAP * 4 * (len(house.ground) - 1)) / len(house.ground)
    yield _rect(30, top - 14, width - 60, 66, f'rx="7" fill="{EDGE}"')
    for i, name in enumerate(house.ground):
        x = 44 + i * (stone + GAP * 4)
        yield f'<g data-room="{name}" data-files="1" data-lines="{sum(house.rooms[name].lines)}">'
        yield _rect(x, top - 5, stone, 48, f'rx="5" fill="{WALL}"')
        yield _text(x + 10, top + 14, name, 13, INK, "600")
        yield _text(x + 10, top + 30, PURPOSE[name], 10.5, SOFT) + "</g>"


def _sheet(parts: Sequence[str], width: float, height: float, house: House) -> str:
    files = sum(len(room.lines) for room in house.rooms.values())
    lines = sum(sum(room.lines) for room in house.rooms.values())
    told = (
        f"A window is a file, as wide as it is long: {files} files, {round(lines, -2):,} lines. "
        "An arrow leads to the room that is known."
    )
    size = f"{width:.0f} {height:.0f}"
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" font-family="{FONTS}">',
        _rect(1, 1, width - 2, height - 2, f'rx="14" fill="{PAPER}" stroke="{EDGE}"'),
        _text(44, 44, "The rooms of the assistant, and whom each knows", 19, INK, "600"),
        _text(44, 64, told, 11.5, SOFT),
    ]
    foot = [_text(44, height - 36 + 16 * i, line, 11.5, SOFT) for i, line in enumerate(LEFT_OUT)]
    return "\n".join(part for part in [*head, *parts, *foot, "</svg>"] if part) + "\n"
