"""Runs files of sentences: each in a home of its own or with others in one, on a clock that stands.

One assistant's weights serve all homes. Nothing here prints.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assistant.assembly import feature_reader, intent_model, registry
from assistant.conversation.assistant import Assistant
from assistant.errors import CheckpointError, SkillLoadError
from assistant.labelled import sentences
from assistant.labelled.sentences import NOT_ACTED, OR, OUTCOMES, START, UNCHANGED, Sentence
from assistant.skill.given import Clock
from assistant.store import Store
from assistant.store.wire import turn_to_json, understanding_to_json
from assistant.turn import Turn, Utterance

if TYPE_CHECKING:
    from assistant.settings import Settings

Verdict = Literal["right", "asked", "refused", "wrong"]
VERDICTS: tuple[Verdict, ...] = ("right", "asked", "refused", "wrong")
"""As expected; asked or refused (politely failed too) though something else was expected, and
nothing was done; everything else."""


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a row: its turn, whether it changed anything kept, and what rang before it."""

    turn: Turn
    changed: bool
    rang: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """Return what became of it, "offered" where it was asked which request was meant."""
        asks = self.turn.outcome == "asked" and self.turn.understanding.intent is None
        return "offered" if asks else self.turn.outcome

    @property
    def slots(self) -> dict[str, Any]:
        """Return the slots that were heard, as JSON."""
        told = understanding_to_json(self.turn.understanding)["slots"]
        return {slot["name"]: slot["value"] for slot in told}


@dataclass(frozen=True, slots=True)
class Judged:
    """A row of a file, with what came of it."""

    file: str
    row: Sentence
    said: Said
    verdict: Verdict

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {
            "file": self.file,
            "line": self.row.line,
            "key": self.row.key,
            "sentence": self.row.text,
            "expected": list(self.row.expected),
            "verdict": self.verdict,
            "intent": self.said.turn.understanding.intent,
            "outcome": self.said.outcome,
            "changed": self.said.changed,
            "slots": self.said.slots,
            "reply": self.said.turn.reply.text,
            "offered": turn_to_json(self.said.turn)["offered"],
            "rang": list(self.said.rang),
        }


def run(
    files: Sequence[Path], settings: Settings, skill_files: Sequence[Path] = ()
) -> list[Judged]:
    """Return what comes of every row. Raises AssistantError for a broken file or skill."""
    told = [(str(path), sentences.read(path)) for path in files]
    with Homes(settings, skill_files) as homes:
        return [each for name, rows in told for each in _judged(name, rows, homes)]


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


class Homes:
    """Makes homes that are forgotten, for an assistant whose weights are loaded once."""

    def __init__(self, settings: Settings, skill_files: Sequence[Path] = ()) -> None:
        self._settings = settings
        self._registry = registry(settings, skill_files)
        broken = [b for b in self._registry.skills.broken if b.source in map(str, skill_files)]
        if broken:
            raise SkillLoadError(broken[0].message)
        self._model = intent_model(settings)
        self._features = feature_reader(settings, self._model)
        self._folder = tempfile.TemporaryDirectory(prefix="assistant-")
        self._homes: dict[tzinfo | None, _Home] = {}

    def __enter__(self) -> Homes:
        self._model.prepare(self._registry.skills)
        self._features.load()
        if trouble := self._model.trouble or self._features.trouble:
            raise CheckpointError(trouble)
        return self

    def __exit__(self, *_error: object) -> None:
        for home in self._homes.values():
            home.assistant.close()
        self._folder.cleanup()

    def say(self, rows: Sequence[Sentence]) -> Iterator[tuple[Sentence, Said]]:
        """Say rows one after another in an empty home, each after what stands before it."""
        home = self._empty(rows[0].at or START)
        for row in rows:
            rang = home.move(row.at) if row.at else ()
            for text in row.before:
                home.say(text)
            yield row, home.hear(row.text, rang)

    def _empty(self, at: datetime) -> _Home:
        """Return the home of a zone with nothing in it."""
        if at.tzinfo not in self._homes:
            self._homes[at.tzinfo] = _Home(at, self._assistant)
        home = self._homes[at.tzinfo]
        home.begin(at)
        return home

    def _assistant(self, clock: Clock) -> Assistant:
        path = Path(self._folder.name, f"{len(self._homes)}.db")
        store = Store.open(path, clock.now)
        return Assistant(store, self._registry, self._model, self._features, self._settings, clock)


class _Home:
    """One assistant on a clock that stands until it is moved."""

    def __init__(self, at: datetime, make: Callable[[Clock], Assistant]) -> None:
        assert at.tzinfo is not None
        self._at = at
        self.assistant = make(Clock(at.tzinfo, lambda: self._at.astimezone(UTC)))
        self._session = 0

    def begin(self, at: datetime) -> None:
        """Empty it, and set its clock."""
        self._at = at
        self.assistant.store.empty()
        self._session = self.assistant.open_session("sentences").id

    def move(self, at: datetime) -> tuple[str, ...]:
        """Move the clock, and return what rings by then."""
        self._at = at
        return tuple(alarm.message for alarm in self.assistant.ring())

    def say(self, text: str) -> Turn:
        return self.assistant.respond(Utterance(text, self.assistant.clock.now()), self._session)

    def hear(self, text: str, rang: tuple[str, ...]) -> Said:
        before = self._kept()
        turn = self.say(text)
        return Said(turn, self._kept() != before, rang)

    def _kept(self) -> tuple[object, object]:
        """Return what the skills keep, and what has yet to ring."""
        store = self.assistant.store
        with store.transaction() as transaction:
            return transaction.memories(), store.pending()


def judge(row: Sentence, said: Said) -> Verdict:
    """Return whether what came of a row is what was expected, and what else it was."""
    if _as_expected(row, said) and _slots_fit(row, said) and _told(row, said):
        return "right"
    if said.changed or said.outcome == "answered":
        return "wrong"
    return "asked" if said.outcome in ("asked", "offered") else "refused"


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


def _told(row: Sentence, said: Said) -> bool:
    """Tell whether the reply and what rang contain what they must, and nothing they must not."""
    told = ((row.reply, said.turn.reply.text), (row.rings, "\n".join(said.rang)))
    return all(
        _contains(text.casefold(), part.casefold()) for parts, text in told for part in parts
    )


def _contains(text: str, part: str) -> bool:
    told = any(each.casefold() in text.casefold() for each in part.removeprefix("!").split(OR))
    return told is not part.startswith("!")


def same(wanted: str, heard: object) -> bool:
    """Tell whether a value in JSON is the one that was written: numbers, moments, text as typed."""
    if isinstance(heard, int | float) and not isinstance(heard, bool):
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
