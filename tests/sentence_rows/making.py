"""Templates of sentences and what fills them: how a kind of failure becomes two hundred rows.

A filler is a word or a `Value`, which has a JSON form and one that is shown. The same template
and the same seed always give the same rows.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MOST = 200
"""Rows of a kind; templates are drawn from in turn until there are so many."""

COLUMNS = ("sentence", "before", "home", "at", "intent", "slots", "reply", "rings")

REMARK = "# made by python -m tests.sentence_rows: rows of your own go into a file beside it"


@dataclass(frozen=True)
class Value:
    """How a value is said, what it is in JSON, and how it is shown."""

    said: str
    json: object = ""
    shown: str = ""

    def __str__(self) -> str:
        return self.said


def values(*told: tuple[str, object, str] | tuple[str, object]) -> list[Value]:
    return [Value(*each) for each in told]


FILLERS: Mapping[str, Sequence[Value | str]] = {
    "L": values(
        ("5 minutes", 300, "5 minutes"), ("ten minutes", 600, "10 minutes"),
        ("half an hour", 1800, "30 minutes"), ("two hours", 7200, "2 hours"),
        ("an hour and a half", 5400, "1 hour 30 minutes"), ("90 seconds", 90, "1 minute 30"),
        ("twenty five minutes", 1500, "25 minutes"), ("three quarters of an hour", 2700, "45 min"),
        ("12 min", 720, "12 minutes"), ("forty seconds", 40, "40 seconds"),
    ),
    "S": values(
        ("2 minutes", 120, "2 minutes"), ("three minutes", 180, "3 minutes"),
        ("4 minutes", 240, "4 minutes"), ("a minute", 60, "1 minute"),
        ("thirty seconds", 30, "30 seconds"), ("ninety seconds", 90, "1 minute 30"),
    ),
    "T": values(
        ("6:20 am", "06:20", "06:20"), ("half past seven in the morning", "07:30", "07:30"),
        ("20:45", "20:45", "20:45"), ("nine in the evening", "21:00", "21:00"),
        ("quarter to five pm", "16:45", "16:45"), ("8 am", "08:00", "08:00"),
        ("five past eleven at night", "23:05", "23:05"), ("2 pm", "14:00", "14:00"),
    ),
    "D": values(
        ("tomorrow", "2026-03-05", "tomorrow"), ("on friday", "2026-03-06", "Fri"),
        ("on sunday", "2026-03-08", "Sun"), ("the day after tomorrow", "2026-03-06", "Fri"),
        ("next tuesday", "2026-03-10", "Tue"), ("on the 20th of march", "2026-03-20", "20 March"),
    ),
    "N": ["tea", "pasta", "laundry", "pizza", "oven", "bread", "yoga", "soup", "potato", "nap"],
    "I": ["bread", "oat milk", "dish soap", "bananas", "olive oil", "stamps", "cat food", "rice"],
    "J": ["tomatoes", "butter", "candles", "lemons", "honey", "batteries", "coffee", "flour"],
    "K": [
        "call the dentist", "water the ferns", "pay the gas bill", "feed the rabbits",
        "send the parcel", "book the ferry", "charge the camera", "iron my shirt",
    ],
    "P": ["my sister", "dad", "our neighbour", "the boss", "anna", "my flatmate"],
    "Y": ["every day", "every weekday", "every monday", "every saturday", "every other day"],
    "W": ["mondays", "tuesdays and fridays", "weekends", "weekdays", "thursdays"],
}  # fmt: skip
"""What stands for a hole: lengths L and short ones S, times T, days D, names of timers N, things I
and J, tasks K, people P, recurrences Y and W."""


@dataclass(frozen=True)
class Row:
    """One row as it is written."""

    sentence: str
    before: str = ""
    home: str = ""
    at: str = ""
    intent: str = ""
    slots: str = ""
    reply: str = ""
    rings: str = ""

    def line(self, columns: Sequence[str]) -> str:
        return "\t".join(str(getattr(self, column)) for column in columns)


Told = tuple[str, ...]
"""A template: the sentence, the intent, and then any of slots=, reply=, before=."""


def rows(kind: str, templates: Iterable[Told], most: int = MOST) -> list[Row]:
    """Fill templates in turn until there are enough rows, or no new ones come."""
    chance = random.Random(kind)
    known = [Row(**_cells(each)) for each in templates]
    made: dict[tuple[str, str], Row] = {}
    for _ in range(40):
        for template in known:
            row = _filled(template, chance)
            made.setdefault((row.sentence, row.before), row)
            if len(made) == most:
                return list(made.values())
        if all("{" not in template.sentence + template.before for template in known):
            break
    return list(made.values())


def _cells(told: Told) -> dict[str, str]:
    sentence, intent, *more = told
    return {"sentence": sentence, "intent": intent, **dict(part.split("=", 1) for part in more)}


def _filled(template: Row, chance: random.Random) -> Row:
    """Return a template with its holes filled; {L2} is another one than {L}."""
    every = "".join(vars(template).values())
    chosen: dict[str, Value | str] = {}
    for name in sorted(set(re.findall(r"\{(\w+)[}.]", every))):
        left = [v for v in FILLERS[name[0]] if v not in chosen.values()]
        chosen[name] = chance.choice(left)
    return Row(**{column: cell.format(**chosen) for column, cell in vars(template).items()})


def talks(kind: str, told: str) -> list[Row]:
    """Return dialogues written as blocks: “> sentence | intent | slots | reply”, “@ moment”.

    Blocks are parted by empty lines; each has a home of its own.
    """
    made = []
    for number, block in enumerate(told.strip().split("\n\n"), 1):
        at = ""
        rings = ""
        for line in block.strip().splitlines():
            if line.startswith("@"):
                at, _, rings = (part.strip() for part in line[1:].partition("|"))
                continue
            cells = [cell.strip() for cell in line.lstrip("> ").split("|")] + [""] * 3
            made.append(
                Row(cells[0], "", f"{kind}{number}", at, cells[1], cells[2], cells[3], rings)
            )
            at = rings = ""
    return made


def write(folder: Path, kind: str, made: Sequence[Row]) -> None:
    """Write a kind into two files: those of one half are kept apart from tuning."""
    columns = [c for c in COLUMNS if c == "sentence" or any(getattr(row, c) for row in made)]
    for place, kept in ((folder, False), (folder / "kept", True)):
        place.mkdir(parents=True, exist_ok=True)
        lines = [row.line(columns) for row in made if is_kept(row) is kept]
        text = "\n".join([REMARK, "\t".join(columns), *lines]) + "\n"
        (place / f"{kind}.tsv").write_text(text, encoding="utf-8")


def is_kept(row: Row) -> bool:
    """Tell by the hash of a row, or of the dialogue it stands in, which half it is of."""
    key = row.home or f"{row.before}\t{row.sentence}"
    return hashlib.sha256(key.encode()).digest()[0] % 2 == 1


def by_hand(intent: str, *sentences: str) -> Iterator[Told]:
    """Give a template for each sentence of which the same is expected."""
    yield from ((sentence, intent) for sentence in sentences)
