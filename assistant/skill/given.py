"""What a skill is given. Reads go through to the store; writes are kept back as data.

The core commits a turn and its effects in one transaction, together with what they replaced, so a
crash or Esc leaves nothing half done and "undo" works for every skill.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, Protocol

from assistant.errors import SkillError
from assistant.language import saying
from assistant.language.content import content_words
from assistant.language.plurals import singular
from assistant.turn import Turn

if TYPE_CHECKING:
    from assistant.language.values.recurrences import Recurrence


@dataclass(frozen=True, slots=True)
class Alarm:
    """A moment at which a door rings: a UTC instant with the zone it was meant in.

    ``id`` is unique text, chosen when the alarm is made. ``skill`` is who set it, ``label`` what
    the user calls it ("pasta"), ``message`` what is said when it rings. ``state`` is "pending",
    "paused", "rung" or "cancelled". ``set_at`` is when it was set, so that a length can be told.
    ``repeat`` tells when it rings again; ``due`` is the next time. ``left`` is what a paused one
    had still to run, ``rung_at`` when a door rang what rang.
    """

    id: str
    skill: str
    due: datetime
    message: str
    set_at: datetime
    label: str = ""
    state: str = "pending"
    repeat: Recurrence | None = None
    left: timedelta | None = None
    rung_at: datetime | None = None

    @property
    def due_utc(self) -> datetime:
        """Return the instant in UTC."""
        return self.due.astimezone(UTC)

    @property
    def length(self) -> timedelta:
        """Return the real time from when it was set until it rings."""
        return self.due_utc - self.set_at.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class WriteMemory:
    """Set a key of a skill's memory to a JSON value."""

    skill: str
    key: str
    value: Any


@dataclass(frozen=True, slots=True)
class DropMemory:
    """Remove a key from a skill's memory."""

    skill: str
    key: str


@dataclass(frozen=True, slots=True)
class WriteAlarm:
    """Add an alarm, or replace the one with the same id (moved, cancelled)."""

    alarm: Alarm


@dataclass(frozen=True, slots=True)
class UndoTurn:
    """Take back everything a recorded turn changed."""

    turn_id: int


Effect = WriteMemory | DropMemory | WriteAlarm | UndoTurn


class Reader(Protocol):
    """What the effects read: a read-only view of the store, used from the skill's thread."""

    def memory(self, skill: str) -> dict[str, Any]:
        """Return all of a skill's memory."""

    def alarms(self) -> list[Alarm]:
        """Return pending and paused alarms and those rung within the last day, soonest first."""

    def turns(self, session_id: int, limit: int) -> list[Turn]:
        """Return the newest turns of a session, oldest first."""

    def undoable(self, session_id: int) -> Turn | None:
        """Return the newest turn with effects that were neither undone nor are an undo."""

    def conflict(self, turn_id: int) -> str | None:
        """Return in words what has changed since that turn, so that undo would lose it."""

    def replaced(self, turn_id: int) -> list[int]:
        """Return a turn and those it took the place of ("no, twenty"), newest first."""

    def without(self, turn_ids: Sequence[int]) -> Reader:
        """Return a view as if those turns, newest first, had changed nothing."""


class Clock:
    """The time as the user's wall shows it. Skills ask it, never ``datetime.now``."""

    def __init__(
        self,
        zone: tzinfo,
        read: Callable[[], datetime] | None = None,
        time_format: str = "24h",
    ) -> None:
        self.zone = zone
        self.time_format = time_format
        self._read = read or (lambda: datetime.now(UTC))

    def now(self) -> datetime:
        """Return the aware present moment in the user's zone."""
        return self._read().astimezone(self.zone)

    def after(self, length: timedelta) -> datetime:
        """Return the moment when a length of real time has passed, over changes of the clock too.

        ``clock.now() + length`` is the same wall time instead, an hour off when the clocks change.
        """
        return (self._read().astimezone(UTC) + length).astimezone(self.zone)

    def until(self, moment: datetime) -> timedelta:
        """Return the real time from now to a moment; what is past gives a negative length."""
        return moment.astimezone(UTC) - self._read().astimezone(UTC)

    def next(self, at: time, day: date | None = None, instead: datetime | None = None) -> datetime:
        """Return when a clock shows a time next, or on a day; with am or pm open the sooner one.

        Of a moment whose place it takes it keeps the day, and with am or pm open it is the nearer
        one. A time that the clocks leap over in spring becomes the one they show then.
        """
        from assistant.language.values.upcoming import nearest_time, next_time

        if instead is not None:
            return nearest_time(at, day, instead, self.now())
        return next_time(at, day, self.now(), early=True)

    def spoken_time(self, moment: datetime) -> str:
        """Return a moment's clock time as the user likes it: "18:30" or "6:30 pm"."""
        return saying.spoken_time(moment, self.time_format)

    def spoken_moment(self, moment: datetime) -> str:
        """Return a moment as one says it now: "today at 18:30", "Friday, 8 May at 6:30 pm"."""
        return saying.spoken_moment(moment.astimezone(self.zone), self.now(), self.time_format)


class Memory(MutableMapping[str, Any]):
    """A skill's own shelf of JSON values, kept for good.

    What is read is a copy: change it, then store it again under its key.
    """

    def __init__(self, skill: str, read: Callable[[], dict[str, Any]]) -> None:
        self._skill = skill
        self._read = read
        self._values: dict[str, Any] | None = None
        self.effects: list[Effect] = []

    def __getitem__(self, key: str) -> Any:
        return copy.deepcopy(self._loaded()[key])

    def __setitem__(self, key: str, value: Any) -> None:
        _check_json(self._skill, key, value)
        self._loaded()[key] = copy.deepcopy(value)
        self.effects.append(WriteMemory(self._skill, key, copy.deepcopy(value)))

    def __delitem__(self, key: str) -> None:
        del self._loaded()[key]
        self.effects.append(DropMemory(self._skill, key))

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._loaded()))

    def __len__(self) -> int:
        return len(self._loaded())

    def _loaded(self) -> dict[str, Any]:
        if self._values is None:
            self._values = self._read()
        return self._values


class Alarms:
    """The alarms a skill may list, add, move and cancel."""

    def __init__(
        self, skill: str, clock: Clock, read: Callable[[], list[Alarm]], new_id: Callable[[], str]
    ) -> None:
        self.clock = clock
        self.meant: tuple[str, ...] = ()
        """The ids of those that the user chose when asked, for ``Choosing``."""
        self._skill = skill
        self._read = read
        self._new_id = new_id
        self._alarms: dict[str, Alarm] | None = None
        self.effects: list[Effect] = []

    def rung(self) -> Alarm | None:
        """Return the alarm of any skill that rang last within a day, for "snooze"."""
        return next(reversed(self._sorted("rung")), None)

    def add(
        self, due: datetime, message: str, label: str = "", repeat: Recurrence | None = None
    ) -> Alarm:
        """Set an alarm at an aware moment; ``message`` is what it says when it rings.

        With ``repeat`` it rings again and again, for the first time at ``due``. Raises SkillError
        when the moment has passed.
        """
        self._ahead(due)
        repeat = repeat.beginning(due) if repeat else None
        now = self.clock.now()
        return self._write(
            Alarm(self._new_id(), self._skill, due, message, now, label, repeat=repeat)
        )

    def move(self, alarm: Alarm, due: datetime) -> Alarm:
        """Let it ring at another moment (again, when it has rung already).

        Raises SkillError when the moment has passed.
        """
        self._ahead(due)
        return self._write(replace(alarm, due=due, state="pending", left=None))

    def pause(self, alarm: Alarm) -> Alarm:
        """Hold it: it keeps the real time that is left, and rings no more until it is resumed."""
        return self._write(replace(alarm, state="paused", left=self.clock.until(alarm.due)))

    def resume(self, alarm: Alarm) -> Alarm:
        """Let a paused one run on; its length stays. Others are returned as they are."""
        if alarm.left is None:
            return alarm
        due = self.clock.after(alarm.left)
        set_at = alarm.set_at + (due.astimezone(UTC) - alarm.due_utc)
        running = replace(alarm, due=due, set_at=set_at, state="pending", left=None)
        return self._write(running)

    def cancel(self, alarm: Alarm) -> None:
        """Let it never ring."""
        self._write(replace(alarm, state="cancelled"))

    def _ahead(self, due: datetime) -> None:
        if self.clock.until(due) <= timedelta():
            raise SkillError("That moment has passed; name a later one.")

    def _write(self, alarm: Alarm) -> Alarm:
        self._loaded()[alarm.id] = alarm
        self.effects.append(WriteAlarm(alarm))
        return alarm

    def _sorted(self, *states: str) -> Sequence[Alarm]:
        alarms = [a for a in self._loaded().values() if a.state in states]
        return sorted(alarms, key=lambda a: a.due_utc)

    def _loaded(self) -> dict[str, Alarm]:
        if self._alarms is None:
            self._alarms = {alarm.id: alarm for alarm in self._read()}
        return self._alarms

    # Last, because after it "list" means this method in the annotations of the class.
    def list(self, skill: str | None = None) -> list[Alarm]:
        """Return this skill's alarms that are to ring, soonest first, paused ones too.

        Another skill's by name, or all with "*".
        """
        wanted = skill or self._skill
        return [a for a in self._sorted("pending", "paused") if wanted in ("*", a.skill)]


class History:
    """What was said before in this session, and the way back."""

    def __init__(self, session_id: int, reader: Reader) -> None:
        self._session_id = session_id
        self._reader = reader
        self.effects: list[Effect] = []

    def turns(self, limit: int = 20) -> list[Turn]:
        """Return the newest turns, oldest first."""
        return self._reader.turns(self._session_id, limit)

    def undo(self) -> Turn | None:
        """Take back the newest turn that changed something, and return it.

        Raises SkillError when something has changed since that undoing would lose.
        """
        turn = self._reader.undoable(self._session_id)
        if turn is None:
            return None
        changed = self._reader.conflict(turn.id)
        if changed:
            raise SkillError(f"I can't undo “{turn.utterance.text}”: {changed} has changed since.")
        self.effects.append(UndoTurn(turn.id))
        return turn


NEAR = 0.45
"""Cosine from which a text is about a query that it shares no word with."""

ALIKE = 1
"""Digits of a cosine that tell texts apart; within a tenth they are as near as each other."""


class Meaning:
    """Ranks texts by how near they are in meaning to a query (by shared words without weights)."""

    def __init__(self, rank: Callable[[str, Sequence[str]], list[float]]) -> None:
        self._rank = rank

    def rank(self, query: str, texts: Sequence[str]) -> list[tuple[int, float]]:
        """Return (index, score in [-1, 1]) of every text, best first."""
        scores = self._rank(query, texts)
        return sorted(enumerate(scores), key=lambda pair: -pair[1])

    def about(self, query: str, texts: Sequence[str], near: float = NEAR) -> list[int]:
        """Return the places of texts that are about a query, best first.

        More words that tell something in common come first, then the nearer meaning, and of
        texts that are alike in both the later. ``near`` is the cosine from which a text without
        such a word counts.
        """
        wanted = content_words(query)
        found = [
            (len(wanted & content_words(texts[index])), score, index)
            for index, score in self.rank(query, texts)
        ]
        about = [each for each in found if each[0] or each[1] >= near]
        about.sort(key=lambda each: (each[0], round(each[1], ALIKE), each[2]), reverse=True)
        return [index for _, _, index in about]


@dataclass(frozen=True, slots=True)
class SkillInfo:
    """What "help" may tell of an installed skill: one line, and (intent, doc, examples) each.

    The examples are as one reads them: "set a timer for …".
    """

    name: str
    description: str
    intents: tuple[tuple[str, str, tuple[str, ...]], ...] = field(default=())


class Catalogue:
    """The installed skills, for "what can you do"."""

    def __init__(self, skills: Sequence[SkillInfo]) -> None:
        self.skills = tuple(skills)

    def find(self, name: str) -> SkillInfo | None:
        """Return the skill of that name, singular or plural."""
        wanted = singular(name.strip().lower())
        return next((s for s in self.skills if singular(s.name) == wanted), None)


def _check_json(skill: str, key: str, value: Any) -> None:
    import json

    try:
        json.dumps(value)
    except (TypeError, ValueError) as error:
        raise SkillError(
            f"The skill {skill} tried to keep “{key}”, which is not plain JSON: {error}."
        ) from error
