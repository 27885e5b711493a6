"""How the values of peers' own test suites are read: ``python tests/peers_values.py FILE.tsv``.

Rows: suite, kind, mode, text, ref, expected, parted by tabs, with a header. ``mode`` whole: the
text is nothing but the value; inside: it stands in a sentence and is found as for a slot of a
freely worded request. am and pm left open accept both; ends of ranges are inclusive.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from assistant import paths
from assistant.language.matching import Index
from assistant.language.values import DateRange, Percentage, SlotType, finding, slot_type
from assistant.language.values.ordinals import ordinal
from assistant.skill.registry import Registry
from assistant.understanding import slots

TYPES = {
    "number": float, "percentage": Percentage, "duration": timedelta, "time": time, "date": date,
    "holiday": date, "moment": datetime, "daypart": datetime, "range": DateRange,
}  # fmt: skip
UNIT_WORDS = {
    "degC": "celsius", "degF": "fahrenheit", "meter**2": "square meters",
    "foot**2": "square feet", "kilometer**2": "square kilometers", "mile/hour": "mph",
    "kilometer/hour": "km/h", "metric_ton": "metric tons",
}  # fmt: skip

Row = dict[str, str]


@dataclass(frozen=True)
class Spec:
    """One slot without examples."""

    name: str
    type: SlotType
    required: bool = True


class Readers:
    """The product's own readers, by kind of row."""

    def __init__(self) -> None:
        self.types = {kind: slot_type(annotation) for kind, annotation in TYPES.items()}

    def read(self, row: Row, now: datetime) -> Any:
        """Return the value of a row's text, None where nothing is read."""
        kind, text, whole = row["kind"], row["text"], row["mode"] == "whole"
        if kind == "unit":
            return self._amount(text, row["expected"].split()[1], now)
        if kind == "ordinal":
            if whole:
                return finding.read_whole(text, now, ordinal)
            found = finding.find_all(text, now, ordinal)
            longest = max(found, key=lambda f: (len(f.text.split()), -f.start), default=None)
            return longest and longest.value
        if whole:
            return self.types[kind].parse(text, now)
        filled = slots.fill(text, {"x": Spec("x", self.types[kind])}, (), now)
        return filled[0].value if filled else None

    def nothing(self, what: str, text: str, now: datetime) -> list[str]:
        """Return what is found where nothing should be."""
        every = {"datetime": ("date", "time", "moment", "range")}.get(what, (what,))
        return [f"{k} {f.value}" for k in every for f in self.types[k].find(text, now)]

    def _amount(self, text: str, unit: str, now: datetime) -> float | None:
        """Have the units skill convert it, and return the number of its answer."""
        intent, index = self._units
        target = UNIT_WORDS.get(unit, unit + "s")
        found = index.match(f"convert {text} to {target}", now)
        if not found:
            return None
        try:
            said = intent.function(**{name: f.value for name, f in found[0].slots.items()})
        except Exception:  # noqa: BLE001 - an unknown unit is an answer too: nothing was read
            return None
        number = re.search(r" is (-?[\d,.]*\d)", str(said))
        return float(number[1].replace(",", "")) if number else None

    @cached_property
    def _units(self) -> tuple[Any, Index]:
        skills = Registry([("bundled", paths.bundled() / "skills")], packages=False).skills
        intent = skills.intents["units.convert"]
        return intent, Index((intent.name, e, intent.kinds) for e in intent.examples)


def right(kind: str, expected: str, value: Any) -> bool:
    """Tell whether a value is an expected one."""
    if kind == "unit":
        return math.isclose(value, float(expected.split(maxsplit=1)[0]), rel_tol=5e-3, abs_tol=6e-3)
    if kind == "daypart":
        start, end = (datetime.fromisoformat(each) for each in expected.split(".."))
        return start <= value.replace(tzinfo=None) <= end
    options, said = expected.split("|"), shown(value)
    if kind in ("number", "ordinal", "percentage", "duration"):
        return any(math.isclose(float(said), float(o), rel_tol=1e-6, abs_tol=1e-9) for o in options)
    if kind == "range":
        return said in options
    return any(said[: len(option)] == option for option in options)


def shown(value: Any) -> str:
    """Return a value as the rows write it."""
    if isinstance(value, timedelta):
        return repr(value.total_seconds())
    if isinstance(value, DateRange):
        return f"{value.start}..{value.end}"
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(getattr(value, "value", value))


def judged(rows: list[Row]) -> Iterator[tuple[Row, str, str]]:
    """Give each row with right, wrong or missed, and what was read."""
    readers = Readers()
    for row in rows:
        now = datetime.fromisoformat(row["ref"]).replace(tzinfo=UTC)
        if row["kind"] == "none":
            what = row["expected"].partition(":")[2] or "datetime"
            found = readers.nothing(what, row["text"], now)
            yield row, "wrong" if found else "right", "; ".join(found)
            continue
        value = readers.read(row, now)
        if value is None:
            yield row, "missed", ""
        else:
            verdict = "right" if right(row["kind"], row["expected"], value) else "wrong"
            yield row, verdict, shown(value)


def read_rows(path: Path) -> list[Row]:
    """Return the rows of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def main() -> None:
    """Print a line for each kind, and the rows that were not right where they are asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rows", type=Path)
    parser.add_argument("--suites", action="store_true", help="figures for each suite and kind")
    parser.add_argument("--wrong", action="store_true", help="list the wrong values")
    parser.add_argument("--missed", action="store_true", help="list what was not read")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    parser.add_argument("--only", metavar="KIND", help="only this kind")
    wishes = parser.parse_args()
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    told = []
    for row, verdict, got in judged(read_rows(wishes.rows)):
        if wishes.only and row["kind"] != wishes.only:
            continue
        suite = f"{row['suite']} " if wishes.suites else ""
        groups["all"][verdict] += 1
        groups[suite + row["kind"]][verdict] += 1
        if (verdict == "wrong" and wishes.wrong) or (verdict == "missed" and wishes.missed):
            told.append("\t".join((verdict, *row.values(), got)))
    if wishes.json:
        print(json.dumps({name: dict(count) for name, count in sorted(groups.items())}, indent=1))
        return
    print(f"{'':28}{'rows':>6}{'right':>7}{'wrong':>7}{'missed':>8}{'right %':>9}")
    for name, count in sorted(groups.items()):
        share = 100 * count["right"] / count.total()
        figures = "".join(f"{count[each]:7}" for each in ("right", "wrong", "missed"))
        print(f"{name:28}{count.total():6}{figures} {share:8.1f}%")
    print("\n".join(told))


if __name__ == "__main__":
    main()
