"""A view of the store with what a turn has done so far, before it is committed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assistant.skill.given import Alarm, DropMemory, Effect, Reader, WriteAlarm, WriteMemory
from assistant.skill.memory import M
from assistant.turn import OpenQuestion, Turn


class Ahead:
    """A ``Reader`` that shows some effects as if they were written already."""

    def __init__(self, reader: Reader, effects: Sequence[Effect]) -> None:
        self._reader = reader
        self._effects = effects

    def memory(self, skill: str) -> dict[str, Any]:
        """Return a skill's memory with what was written and dropped since."""
        values = self._reader.memory(skill)
        for key, effect in self._since(skill).items():
            values.pop(key, None)
            if isinstance(effect, WriteMemory):
                values[key] = effect.value
        return values

    def keys(self, skill: str) -> list[str]:
        """Return the keys of a skill's memory."""
        since = self._since(skill)
        left = [key for key in self._reader.keys(skill) if key not in since]
        return [*left, *_written(since)]

    def value(self, skill: str, key: str) -> Any:
        """Return one value of a skill's memory. Raises KeyError where there is none."""
        since = self._since(skill)
        return _written(since)[key] if key in since else self._reader.value(skill, key)

    def made(self, skill: str, kind: Callable[[], M]) -> M:
        """Return what is made of all of a skill's memory."""
        made, since = self._reader.made(skill, kind), self._since(skill)
        written = _written(since)
        return made.changed(written, since.keys() - written) if since else made

    def alarms(self) -> list[Alarm]:
        """Return the alarms with those that were set, moved or cancelled since."""
        there = {alarm.id: alarm for alarm in self._reader.alarms()}
        there |= {e.alarm.id: e.alarm for e in self._effects if isinstance(e, WriteAlarm)}
        return sorted(there.values(), key=lambda alarm: alarm.due_utc)

    def turns(self, session_id: int, limit: int) -> list[Turn]:
        """Return the newest turns of a session."""
        return self._reader.turns(session_id, limit)

    def undoable(self, session_id: int) -> Turn | None:
        """Return the newest turn that can be taken back."""
        return self._reader.undoable(session_id)

    def changes(self, session_id: int, limit: int) -> list[Turn]:
        """Return the turns that changed something."""
        return self._reader.changes(session_id, limit)

    def undos(self, session_id: int, limit: int) -> list[Turn]:
        """Return the turns that took others back."""
        return self._reader.undos(session_id, limit)

    def taken(self, turn_id: int) -> list[int]:
        """Return the turns that a turn took back."""
        return self._reader.taken(turn_id)

    def redone(self, session_id: int) -> list[int]:
        """Return what the newest change did again."""
        return self._reader.redone(session_id)

    def conflicts(self, turn_ids: Sequence[int]) -> Mapping[int, str]:
        """Return what has changed since turns."""
        return self._reader.conflicts(turn_ids)

    def waited(self, turn_id: int) -> OpenQuestion | None:
        """Return the question that waited when a turn began."""
        return self._reader.waited(turn_id)

    def replaced(self, turn_id: int) -> list[int]:
        """Return a turn and those it took the place of."""
        return self._reader.replaced(turn_id)

    def without(self, turn_ids: Sequence[int]) -> Reader:
        """Return a view as if those turns had changed nothing."""
        return Ahead(self._reader.without(turn_ids), self._effects)

    def _since(self, skill: str) -> dict[str, WriteMemory | DropMemory]:
        """Return the last effect on each key of a skill, in their order."""
        last: dict[str, WriteMemory | DropMemory] = {}
        for effect in self._effects:
            if isinstance(effect, WriteMemory | DropMemory) and effect.skill == skill:
                last.pop(effect.key, None)
                last[effect.key] = effect
        return last


def _written(effects: Mapping[str, WriteMemory | DropMemory]) -> dict[str, Any]:
    return {key: each.value for key, each in effects.items() if isinstance(each, WriteMemory)}
