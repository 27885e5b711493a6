"""Runs the conversations of another assistant's tests on our skills, and counts those that pass.

``python -m tests.conversations.run FOLDER`` reads ``conversations.jsonl`` and, of
``removed.jsonl``, the skipped questions; the rows stay outside. Their flows are the skills beside
this file, with examples of our own wording; the bundled skills are installed besides, with
``--alone`` only those that greet and repair. Each
conversation has an empty home, whose clock stands on 2024-02-09.

A turn passes where all replies that are expected are in it, in their order, and all values were
set; a conversation where all its turns do. Strictly, no other reply may be there either.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from assistant import paths
from assistant.labelled.judging import Said
from assistant.language.values import slot_type, to_json
from assistant.measuring.homes import Homes
from assistant.settings import Settings
from assistant.skill.registry import InProcess
from assistant.teaching.rehearsing import Home
from tests.conversations.names import REPLIES, UNASKED, VALUES

SKILLS = sorted((Path(__file__).parent / "skills").glob("*.py"))

AT = datetime(2024, 2, 9, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))
"""The day on which the published results were made, in the morning."""

PUBLISHED = {
    "cancellations": 6, "chitchat": 2, "corrections": 13, "digressions": 9, "disambiguation": 3,
    "happy_path": 24, "input_validation": 3, "knowledge": 3, "negations": 3, "repetitions": 2,
    "skip_question": 6,
}  # fmt: skip
"""Conversations that the system led by GPT-4 passes, by category: 74 of 80 in all."""

REPAIRING = {"conversation", "smalltalk", "teach"}
"""Bundled skills that do what every assistant does, whatever else it can do."""

Json = Mapping[str, Any]


@dataclass
class Expected:
    """What is said in a turn, and what shall come of it."""

    text: str
    replies: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    some: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Judged:
    """A turn with what came of it: what was missed, and what was said besides.

    It is ``apart`` where all was said, but in another order.
    """

    wanted: Expected
    said: Said
    missed: tuple[str, ...]
    extra: tuple[str, ...]
    apart: bool


@dataclass(frozen=True)
class Talk:
    """A conversation with what came of its turns."""

    name: str
    category: str
    turns: tuple[Judged, ...]

    @property
    def passed(self) -> bool:
        """Tell whether all its turns do."""
        return not any(turn.missed for turn in self.turns)

    @property
    def strict(self) -> bool:
        """Tell whether nothing else was said either."""
        return self.passed and not any(turn.extra for turn in self.turns)


def rows(folder: Path) -> list[Json]:
    """Return the conversations: those of today's suite, and the skipped questions."""
    kept = [json.loads(line) for line in _lines(folder / "conversations.jsonl")]
    gone = [json.loads(line) for line in _lines(folder / "removed.jsonl")]
    return [*kept, *(row for row in gone if row["category"] == "skip_question")]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def turns(steps: Iterable[Json]) -> Iterator[Expected]:
    """Give the turns of a conversation."""
    turn: Expected | None = None
    for step in steps:
        if "user" in step:
            if turn:
                yield turn
            turn = Expected(step["user"])
        assert turn, "a conversation begins with its user"
        turn.replies += [step["reply"]] if "reply" in step else []
        turn.texts += [step["reply_text"]] if "reply_text" in step else []
        turn.some += step.get("slots_any", ())
        turn.values.update(step.get("slots", {}))
    if turn:
        yield turn


def run(folder: Path, only: str = "", *, alone: bool = False) -> list[Talk]:
    """Return what comes of every conversation, or of those whose name has a part."""
    bundled = {path.stem for path in (paths.bundled() / "skills").glob("*.py")}
    settings = Settings(disabled=tuple(sorted(bundled - REPAIRING)) if alone else ())
    with Homes(settings, SKILLS, InProcess()) as homes:
        return [_talk(row, homes.empty(AT)) for row in rows(folder) if only in row["id"]]


def _talk(row: Json, home: Home) -> Talk:
    judged = [judge(turn, home.hear(turn.text)) for turn in turns(row["steps"])]
    return Talk(row["id"], row["category"], tuple(judged))


def judge(wanted: Expected, said: Said) -> Judged:
    """Return what a turn lacks, and what it says besides."""
    there = {name: place for name, told in REPLIES.items() if (place := told(said)) is not None}
    missed = [name for name in wanted.replies if name not in there]
    missed += [text for text in wanted.texts if text not in said.turn.reply.text]
    missed += [f"{name}={v}" for name, v in wanted.values.items() if not _has(name, v, said)]
    missed += [f"{name}=…" for name in wanted.some if _value(name, said) is None]
    places = [there[name] for name in wanted.replies if name in there]
    extra = tuple(name for name in there if name not in (*wanted.replies, *UNASKED))
    told = extra if wanted.replies else ()
    return Judged(wanted, said, tuple(missed), told, places != sorted(places))


def _value(name: str, said: Said) -> tuple[Any, str] | None:
    """Return a value as it is known after a turn, and its words, or None."""
    intent, _, slot = VALUES[name].rpartition(".")
    meant = [said.turn.understanding, *said.turn.understanding.more]
    for each in meant:
        found = each.slot(slot)
        if each.intent == intent and found is not None:
            return to_json(found.value), found.text
    return _waiting(name, said)


def _waiting(name: str, said: Said) -> tuple[Any, str] | None:
    """Return a value that is kept with the question that waits, and its words, or None."""
    intent, _, slot = VALUES[name].rpartition(".")
    waits = said.waits
    if waits is None or waits.then != intent or waits.keep.get(slot) is None:
        return None
    return waits.keep[slot], waits.words.get(slot, "")


def _has(name: str, wanted: Any, said: Said) -> bool:
    """Tell whether a value was set: as it was said, or to the same number, day or time."""
    found = _value(name, said)
    if wanted is None:
        return _waiting(name, said) is None
    if found is None:
        return False
    value, words = found
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, int | float):
        return float(wanted) == value
    if str(wanted) in (value, words):
        return True
    kinds = [slot_type(kind) for kind in (type(AT.date()), type(AT.time()))]
    return any(_written(kind.parse(str(wanted), AT)) == value for kind in kinds)


def _written(value: Any) -> Any:
    return None if value is None else to_json(value)


def table(talks: Sequence[Talk]) -> Iterator[str]:
    """Give the lines of the table: each category, and all."""
    yield f"{'':18} {'passed':>8} {'GPT-4':>8} {'strict':>8} {'turns':>10} {'reordered':>9}"
    for category in (*PUBLISHED, ""):
        some = [talk for talk in talks if category in ("", talk.category)]
        if some:
            theirs = PUBLISHED.get(category, sum(PUBLISHED.values()))
            yield _row(category or "all", some, theirs)


def _row(name: str, talks: Sequence[Talk], theirs: int) -> str:
    every = [turn for talk in talks for turn in talk.turns]
    right = sum(not turn.missed for turn in every)
    passed, strict = sum(t.passed for t in talks), sum(t.strict for t in talks)
    apart = sum(any(turn.apart for turn in talk.turns) for talk in talks if talk.passed)
    share = f"{passed}/{len(talks)}"
    return f"{name:18} {share:>8} {theirs:>8} {strict:>8} {f'{right}/{len(every)}':>10} {apart:>9}"


def told(talk: Talk) -> Iterator[str]:
    """Give the lines of a conversation, with what each turn lacks."""
    yield f"{'passed' if talk.passed else 'FAILED'} {talk.name}"
    for turn in talk.turns:
        meant = turn.said.turn.understanding
        slots = ", ".join(f"{slot.name}={to_json(slot.value)}" for slot in meant.slots)
        yield f"  > {turn.wanted.text}    [{meant.intent} by {meant.parser}: {slots}] {meant.why}"
        yield f"  < {_line(turn.said)}"
        if turn.missed:
            yield f"    missed: {', '.join(turn.missed)}"
        if turn.extra:
            yield f"    besides: {', '.join(turn.extra)}"


def _line(said: Said) -> str:
    return " ".join(said.turn.reply.text.split())


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--strict", is_flag=True, help="Tell those that say too much among the failed ones.")
@click.option("--show", default=None, help="Tell the conversations with this in their names.")
@click.option("--failed", is_flag=True, help="Tell every conversation that does not pass.")
@click.option("--alone", is_flag=True, help="Leave out bundled skills that do other things.")
@click.option("--floor", default=0, help="End with 1 where fewer conversations pass.")
def main(
    folder: Path, strict: bool, show: str | None, failed: bool, alone: bool, floor: int
) -> None:
    """Run the conversations in FOLDER."""
    talks = run(folder, show or "", alone=alone)
    for talk in talks:
        if show is not None or (failed and not (talk.strict if strict else talk.passed)):
            click.echo("\n".join(told(talk)))
    click.echo("\n".join(table(talks)))
    sys.exit(int(sum(talk.strict if strict else talk.passed for talk in talks) < floor))


if __name__ == "__main__":
    main()
