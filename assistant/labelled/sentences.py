"""Sentences with what shall come of them, as they lie on disk: one a line, cells parted by tabs.

The first line names the columns, of which only ``sentence`` must be there. ``docs/skills.md``
tells what each of them means.
"""

from __future__ import annotations

import re
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


class WrongError(Exception):
    """What is the matter with a line, and which one it is where that is not the row's first."""

    def __init__(self, told: str, line: int = 0) -> None:
        super().__init__(told)
        self.line = line


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, in which state, and what shall come of it.

    ``at`` is None where the clock stands as it did; ``slots`` is None where they don't matter,
    else each name with the values it may have. Of ``reply`` and ``rings`` each must be told; what
    stands behind a ``!`` must not.

    What follows is told of a turn of a conversation only, which is the ``step``-th of its home, and
    None where it doesn't matter: ``known`` are some of the values that are known after it, none for
    a slot that is empty, ``asks`` the slot or the answer that is waited for ("" for none),
    ``effects`` the skills which changed what they keep. No text is said where time only passes.
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
    step: int = 0
    exact: str | None = None
    matches: re.Pattern[str] | None = None
    known: Mapping[str, tuple[str, ...]] | None = None
    asks: str | None = None
    effects: tuple[str, ...] | None = None

    @property
    def key(self) -> str:
        """Return what makes a row the same in another run of its file."""
        name = f"{self.home}#{self.step}" if self.step else self.home
        return "\t".join((name, BETWEEN.join(self.before), self.text))


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
        except WrongError as wrong:
            raise AssistantError(f"{path}:{number} {wrong}.") from wrong
    if not rows:
        raise AssistantError(f"{path} holds no rows: give a line of columns, then one row a line.")
    return rows


def text_of(path: Path) -> str:
    """Return what a file holds. Raises AssistantError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise AssistantError(f"{path} is not UTF-8 (byte {error.start}): save it so.") from error
    except OSError as error:
        raise AssistantError(
            f"{path} can't be read ({error.strerror}): check its name and rights."
        ) from error


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Give the lines that are neither blank nor a remark, with their numbers."""
    for number, line in enumerate(text_of(path).split("\n"), 1):
        if line.strip() and not line.startswith("# "):
            yield number, line.rstrip("\r")


def _header(line: str) -> tuple[str, ...]:
    columns = tuple(name.strip() for name in line.split("\t"))
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown or len(set(columns)) < len(columns) or "sentence" not in columns:
        told = f"“{unknown[0]}” is no column" if unknown else "columns are missing or there twice"
        raise WrongError(
            f"must name the columns ({told}): sentence, and any of {', '.join(COLUMNS[1:])}"
        )
    return columns


def _row(line: str, number: int, reading: _Reading) -> Sentence:
    cells = line.split("\t")
    if len(cells) > len(reading.columns):
        raise WrongError(f"has {len(cells)} cells, but there are {len(reading.columns)} columns")
    told = dict.fromkeys(COLUMNS, "") | dict(zip(reading.columns, cells, strict=False))
    if not told["sentence"].strip():
        raise WrongError("has no sentence")
    home = told["home"].strip()
    return Sentence(
        told["sentence"],
        number,
        _parts(told["before"]),
        home,
        _at(told["at"].strip(), home, reading.clocks),
        _expected(told),
        _slots(told["slots"].strip()),
        _parts(told["reply"]),
        _parts(told["rings"]),
    )


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(BETWEEN) if part.strip())


def _expected(told: Mapping[str, str]) -> tuple[str, ...]:
    """Return what may come of it; where nothing is told of that, any answer may."""
    found = expected(told["intent"])
    if not found and not told["reply"].strip() and not told["rings"].strip():
        raise WrongError("expects nothing: give an intent, or what the reply contains")
    return found


def expected(cell: str) -> tuple[str, ...]:
    """Return the intents and outcomes that are told. Raises WrongError."""
    found = tuple(part.strip() for part in cell.split(OR) if part.strip())
    for each in found:
        intent, _, outcome = each.partition(":")
        if outcome and outcome not in OUTCOMES:
            raise WrongError(f"has “{outcome}”, but a turn ends as one of {', '.join(OUTCOMES)}")
        if "." not in intent and intent not in (*OUTCOMES, NOT_ACTED, UNCHANGED):
            raise WrongError(
                f"expects “{each}”, which is neither an intent (skill.function) nor one of "
                f"{', '.join((*OUTCOMES, NOT_ACTED, UNCHANGED))}"
            )
    return found


def _slots(cell: str) -> dict[str, tuple[str, ...]] | None:
    """Return each slot's values: None for an empty cell, no slot at all for "-"."""
    if not cell:
        return None
    slots = {}
    for part in () if cell == NONE else _parts(cell):
        name, sign, value = part.partition("=")
        if not sign or not name.strip().isidentifier():
            raise WrongError(f"has the slot “{part}”, which is not written as name=value")
        slots[name.strip()] = tuple(value.split(OR))
    return slots


def _at(cell: str, home: str, clocks: dict[str, datetime]) -> datetime | None:
    """Return when a row is said, if it tells so, and keep where its home's clock stands then."""
    if not cell:
        return None
    stands = clocks.get(home)
    read = moment(cell, "at", stands or START)
    if home:
        if stands and read < stands:
            raise WrongError(f"goes back to {cell}: the clock of “{home}” only moves on")
        clocks[home] = read
    return read


def moment(cell: str, column: str, stands: datetime) -> datetime:
    """Return a moment, or a clock time on the day where the clock stands. Raises WrongError."""
    day, _, rest = cell.partition(" ")
    clock, _, zone = rest.partition(" ")
    try:
        place = ZoneInfo(zone.strip()) if zone else stands.tzinfo
        if rest:
            return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=place)
        return datetime.combine(stands.date(), time.fromisoformat(day), stands.tzinfo)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise WrongError(
            f"has “{cell}” under “{column}”: write 2026-03-04 10:00, behind it a zone, or just "
            "10:00"
        ) from error
