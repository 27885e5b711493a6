"""Runs files of sentences and conversations, and judges what comes of each; prints nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assistant.labelled import conversations, sentences
from assistant.labelled.sentences import NOT_ACTED, OR, OUTCOMES, UNCHANGED, Sentence
from assistant.measuring.homes import Homes, Said
from assistant.store.wire import turn_to_json

if TYPE_CHECKING:
    from assistant.settings import Settings

Verdict = Literal["right", "asked", "refused", "wrong"]
VERDICTS: tuple[Verdict, ...] = ("right", "asked", "refused", "wrong")
"""As expected; asked or refused (politely failed too) though something else was expected, and
nothing was done; everything else."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A row of a file, with what came of it."""

    file: str
    row: Sentence
    said: Said
    verdict: Verdict

    @property
    def conversation(self) -> str:
        """Return the name of the conversation it is a turn of; empty for a sentence by itself."""
        return self.row.home if self.row.step else ""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {
            "file": self.file,
            "line": self.row.line,
            "key": self.row.key,
            "conversation": self.conversation,
            "sentence": self.row.text,
            "expected": list(self.row.expected),
            "verdict": self.verdict,
            "missed": list(missed(self.row, self.said)),
            "intent": self.said.turn.understanding.intent,
            "outcome": self.said.outcome,
            "changed": self.said.changed,
            "effects": list(self.said.effects),
            "asks": self.said.asks,
            "slots": self.said.slots,
            "reply": self.said.turn.reply.text,
            "offered": turn_to_json(self.said.turn)["offered"],
            "rang": list(self.said.rang),
        }


def run(
    files: Sequence[Path], settings: Settings, skill_files: Sequence[Path] = ()
) -> list[Judged]:
    """Return what comes of every row. Raises AssistantError for a broken file or skill."""
    told = [(str(path), _read(path)) for path in files]
    with Homes(settings, skill_files) as homes:
        return [each for name, rows in told for each in _judged(name, rows, homes)]


def _read(path: Path) -> list[Sentence]:
    talks = path.suffix in conversations.SUFFIXES
    return conversations.read(path) if talks else sentences.read(path)


def _judged(file: str, rows: Sequence[Sentence], homes: Homes) -> Iterator[Judged]:
    for home in _homes(rows):
        for row, said in homes.say(home):
            yield Judged(file, row, said, judge(row, said))


def _homes(rows: Sequence[Sentence]) -> list[list[Sentence]]:
    """Return the rows of each home, in the order in which the homes begin."""
    homes: dict[str, list[Sentence]] = {}
    for row in rows:
        homes.setdefault(row.home or f"\t{row.line}", []).append(row)
    return list(homes.values())


def judge(row: Sentence, said: Said) -> Verdict:
    """Return whether what came of a row is what was expected, and what else it was."""
    if not missed(row, said):
        return "right"
    if said.changed or said.outcome == "answered":
        return "wrong"
    return "asked" if said.outcome in ("asked", "offered") else "refused"


def missed(row: Sentence, said: Said) -> tuple[str, ...]:
    """Return what is not as it was expected."""
    fits = {
        "intent": _as_expected(row, said),
        "slots": _slots_fit(row, said) and _knows(row, said),
        "reply": _told(row.reply, said.turn.reply.text) and _worded(row, said),
        "rings": _told(row.rings, "\n".join(said.rang)),
        "asks": row.asks is None or row.asks == said.asks,
        "effects": row.effects is None or sorted(row.effects) == list(said.effects),
    }
    return tuple(name for name, fit in fits.items() if not fit)


def _as_expected(row: Sentence, said: Said) -> bool:
    return not row.expected or any(_meets(each, said) for each in row.expected)


def _meets(expected: str, said: Said) -> bool:
    """Tell whether a turn is one of "skill.function", "skill.function:outcome", an outcome, …"""
    if expected == UNCHANGED:
        return not said.changed
    if expected == NOT_ACTED:
        return not said.changed and said.outcome in OUTCOMES[1:]
    if expected in OUTCOMES:
        return said.outcome == expected
    intent, _, outcome = expected.partition(":")
    meant = said.turn.understanding
    names = [meant.intent, *(offer.intent for offer in meant.offered[:1])]
    name = names[-1] if outcome == "offered" else names[0]
    fits = fnmatchcase(name or "", intent)
    return fits and (said.outcome == outcome if outcome else said.outcome != "failed")


def _slots_fit(row: Sentence, said: Said) -> bool:
    """Tell whether the slots that were heard are exactly those that were expected."""
    if row.slots is None:
        return True
    heard = said.slots
    wanted: Mapping[str, Sequence[str]] = row.slots
    names = {name for name, values in wanted.items() if tuple(values) != ("",)}
    return heard.keys() == names and all(
        any(same(value, heard[name]) for value in wanted[name]) for name in names
    )


def _knows(row: Sentence, said: Said) -> bool:
    """Tell whether the slots that are told of have a value they may have, or none at all."""
    known = said.known
    return all(
        any(same(value, known.get(name)) for value in values) if values else known.get(name) is None
        for name, values in (row.known or {}).items()
    )


def _told(parts: Sequence[str], text: str) -> bool:
    """Tell whether a text contains what it must, and nothing it must not."""
    return all(_contains(text.casefold(), part.casefold()) for part in parts)


def _worded(row: Sentence, said: Said) -> bool:
    text = said.turn.reply.text
    exactly = row.exact is None or row.exact == text
    return exactly and (row.matches is None or row.matches.search(text) is not None)


def _contains(text: str, part: str) -> bool:
    told = any(each.casefold() in text.casefold() for each in part.removeprefix("!").split(OR))
    return told is not part.startswith("!")


def same(wanted: str, heard: object) -> bool:
    """Tell whether a value in JSON is the one that was written: numbers, moments, text as typed."""
    if heard is None:
        return False
    if isinstance(heard, bool):
        return wanted.strip().casefold() == str(heard).casefold()
    if isinstance(heard, int | float):
        try:
            return abs(float(wanted) - heard) < 1e-6
        except ValueError:
            return False
    if isinstance(heard, list):
        heard = ", ".join(map(str, heard))
    return _to_the_minute(wanted.strip()) == _to_the_minute(str(heard))


def _to_the_minute(text: str) -> str:
    """Return a moment or a time without seconds and zone, anything else as it is."""
    try:
        return f"{datetime.fromisoformat(text):%Y-%m-%dT%H:%M}"
    except ValueError:
        pass
    try:
        return f"{time.fromisoformat(text):%H:%M}" if ":" in text else text
    except ValueError:
        return text


def counts(judged: Sequence[Judged]) -> dict[str, int]:
    """Return how many rows there are, how many of each verdict, and how many changed wrongly."""
    by = Counter(each.verdict for each in judged)
    changed = sum(each.verdict == "wrong" and each.said.changed for each in judged)
    return {"rows": len(judged), **{v: by[v] for v in VERDICTS}, "changed": changed}


def by_file(judged: Sequence[Judged]) -> dict[str, dict[str, int]]:
    """Return the counts of every file."""
    names = dict.fromkeys(each.file for each in judged)
    return {name: counts([each for each in judged if each.file == name]) for name in names}


def by_conversation(judged: Sequence[Judged]) -> dict[str, dict[str, int]]:
    """Return the counts of every conversation."""
    names = dict.fromkeys(each.conversation for each in judged if each.conversation)
    return {name: counts([e for e in judged if e.conversation == name]) for name in names}


def by_expected(judged: Sequence[Judged]) -> dict[str, dict[str, int]]:
    """Return the counts of every intent or outcome that was expected first."""
    groups: dict[str, list[Judged]] = {}
    for each in judged:
        groups.setdefault((each.row.expected or ("any",))[0], []).append(each)
    return {name: counts(groups[name]) for name in sorted(groups)}


def as_json(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return everything as JSON: the figures, and every row with what came of it."""
    return {
        "all": counts(judged),
        "files": by_file(judged),
        "conversations": by_conversation(judged),
        "intents": by_expected(judged),
        "rows": [each.as_json() for each in judged],
    }


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return one line for each row whose verdict is another than in an earlier run."""
    was = {(row["file"], row["key"]): row["verdict"] for row in before["rows"]}
    return [
        f"{row['file']}:{row['line']} {was[row['file'], row['key']]} → {row['verdict']}: "
        f"{row['sentence']}"
        for row in now["rows"]
        if was.get((row["file"], row["key"]), row["verdict"]) != row["verdict"]
    ]
