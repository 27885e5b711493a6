"""Sentences with what shall come of them, as they lie on disk: one a line, cells parted by tabs.

The first line names the columns, of which only ``sentence`` must be there. ``docs/skills.md``
tells what each of them means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assistant.errors import AssistantError

COLUMNS = ("sentence", "before", "home", "at", "intent", "slots", "reply", "rings")

ZONE = ZoneInfo("Europe/Berlin")
START = datetime(2026, 3, 4, 10, 0, tzinfo=ZONE)
"""When sentences are said that tell no moment: a Wednesday, ten in the morning."""

OUTCOMES = ("answered", "asked", "offered", "refused", "failed")
"""What may become of a turn, in place of an intent or behind it; "offered" is asked which of a few
requests was meant."""

NOT_ACTED, UNCHANGED = "not acted", "unchanged"
"""Asked, offered, refused or politely failed; and whatever is told while nothing is changed."""

BETWEEN, OR, NONE = " ; ", "|", "-"


class _WrongError(Exception):
    """What is the matter with a line."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, in which state, and what shall come of it.

    ``at`` is None where the clock stands as it did; ``slots`` is None where they don't matter,
    else each name with the values it may have. Of ``reply`` and ``rings`` each must be told; what
    stands behind a ``!`` must not.
    """

    text: str
    line: int
    before: tuple[str, ...] = ()
    home: str = ""
    at: datetime | None = None
    expected: tuple[str, ...] = ()
    slots: Mapping[str, tuple[str, ...]] | None = None
    reply: tuple[str, ...] = ()
    rings: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return what makes a row the same in another run of its file."""
        return "\t".join((self.home, BETWEEN.join(self.before), self.text))


@dataclass
class _Reading:
    """What is known of a file so far: its columns, and where each home's clock stands."""

    columns: tuple[str, ...] = ()
    clocks: dict[str, datetime] = field(default_factory=dict)


def read(path: Path) -> list[Sentence]:
    """Return every row. Raises AssistantError naming the file, the line and what is wrong."""
    rows: list[Sentence] = []
    reading = _Reading()
    for number, line in _lines(path):
        try:
            if not reading.columns:
                reading.columns = _header(line)
            else:
                rows.append(_row(line, number, reading))
        except _WrongError as wrong:
            raise AssistantError(f"{path}:{number} {wrong}.") from wrong
    if not rows:
        raise AssistantError(f"{path} holds no rows: give a line of columns, then one row a line.")
    return rows


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Give the lines that are neither blank nor a remark, with their numbers."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise AssistantError(f"{path} is not UTF-8 (byte {error.start}): save it so.") from error
    except OSError as error:
        raise AssistantError(
            f"{path} can't be read ({error.strerror}): check its name and rights."
        ) from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.startswith("# "):
            yield number, line.rstrip("\r")


def _header(line: str) -> tuple[str, ...]:
    columns = tuple(name.strip() for name in line.split("\t"))
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown or len(set(columns)) < len(columns) or "sentence" not in columns:
        told = f"“{unknown[0]}” is no column" if unknown else "columns are missing or there twice"
        raise _WrongError(
            f"must name the columns ({told}): sentence, and any of {', '.join(COLUMNS[1:])}"
        )
    return columns


def _row(line: str, number: int, reading: _Reading) -> Sentence:
    cells = line.split("\t")
    if len(cells) > len(reading.columns):
        raise _WrongError(f"has {len(cells)} cells, but there are {len(reading.columns)} columns")
    told = dict.fromkeys(COLUMNS, "") | dict(zip(reading.columns, cells, strict=False))
    if not told["sentence"].strip():
        raise _WrongError("has no sentence")
    home = told["home"].strip()
    return Sentence(
        told["sentence"],
        number,
        _parts(told["before"]),
        home,
        _moment(told["at"].strip(), home, reading.clocks),
        _expected(told),
        _slots(told["slots"].strip()),
        _parts(told["reply"]),
        _parts(told["rings"]),
    )


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(BETWEEN) if part.strip())


def _expected(told: Mapping[str, str]) -> tuple[str, ...]:
    """Return what may come of it; where nothing is told of that, any answer may."""
    expected = tuple(part.strip() for part in told["intent"].split(OR) if part.strip())
    for each in expected:
        intent, _, outcome = each.partition(":")
        if outcome and outcome not in OUTCOMES:
            raise _WrongError(f"has “{outcome}”, but a turn ends as one of {', '.join(OUTCOMES)}")
        if "." not in intent and intent not in (*OUTCOMES, NOT_ACTED, UNCHANGED):
            raise _WrongError(
                f"expects “{each}”, which is neither an intent (skill.function) nor one of "
                f"{', '.join((*OUTCOMES, NOT_ACTED, UNCHANGED))}"
            )
    if not expected and not told["reply"].strip() and not told["rings"].strip():
        raise _WrongError("expects nothing: give an intent, or what the reply contains")
    return expected


def _slots(cell: str) -> dict[str, tuple[str, ...]] | None:
    """Return each slot's values: None for an empty cell, no slot at all for "-"."""
    if not cell:
        return None
    slots = {}
    for part in () if cell == NONE else _parts(cell):
        name, sign, value = part.partition("=")
        if not sign or not name.strip().isidentifier():
            raise _WrongError(f"has the slot “{part}”, which is not written as name=value")
        slots[name.strip()] = tuple(value.split(OR))
    return slots


def _moment(cell: str, home: str, clocks: dict[str, datetime]) -> datetime | None:
    """Return a moment, or a clock time on the day where the home's clock stands."""
    if not cell:
        return None
    stands = clocks.get(home, START)
    day, _, rest = cell.partition(" ")
    clock, _, zone = rest.partition(" ")
    try:
        place = ZoneInfo(zone.strip()) if zone else stands.tzinfo
        if rest:
            moment = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=place)
        else:
            moment = datetime.combine(stands.date(), time.fromisoformat(day), stands.tzinfo)
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise _WrongError(
            f"has “{cell}” under “at”: write 2026-03-04 10:00, behind it a zone, or just 10:00"
        ) from error
    if home:
        if home in clocks and moment < stands:
            raise _WrongError(f"goes back to {cell}: the clock of “{home}” only moves on")
        clocks[home] = moment
    return moment
