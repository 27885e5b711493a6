"""Runs files of sentences and conversations, and judges what comes of each; prints nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.labelled.conversations import by_home, rows_of
from assistant.labelled.judging import VERDICTS, Said, Verdict, judge, missed
from assistant.labelled.sentences import Sentence
from assistant.measuring.homes import Homes
from assistant.store.wire import turn_to_json

if TYPE_CHECKING:
    from assistant.settings import Settings


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
    told = [(str(path), rows_of(path)) for path in files]
    with Homes(settings, skill_files) as homes:
        return [each for name, rows in told for each in _judged(name, rows, homes)]


def _judged(file: str, rows: Sequence[Sentence], homes: Homes) -> Iterator[Judged]:
    for home in by_home(rows):
        for row, said in homes.say(home):
            yield Judged(file, row, said, judge(row, said))


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
