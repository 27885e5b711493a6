"""Functions and readers that stand, here, for those of a skill in a worker."""

from __future__ import annotations

import enum
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.errors import SkillError
from assistant.sandbox.messages import Call, Given, Parse, Source, Written
from assistant.sandbox.outcomes import (
    StrangerError,
    effects_from_json,
    raised_from_json,
    text,
    value_from_json,
)
from assistant.sandbox.rebuilding import Elsewhere, rebuilt
from assistant.sandbox.rights import Rights, rights_of
from assistant.sandbox.workers import SkillEndedError, Workers
from assistant.skill.declared import Skill
from assistant.skill.hosted import HOST, Host

GRACE = 0.2
"""Seconds after which a call that was given up is ended."""

READING = 1.0
"""Seconds that reading a value of a skill's own type may take."""

RANKED = 200_000
"""Characters of texts that may be compared with a query at once."""

LOOKED = 1_000
"""Turns of which it may be asked at once whether something has changed since."""

SHOWN = 1_000
"""Characters of a value of a skill's own type as it is shown, at most."""

TROUBLES = 3
"""How often reading may fail to come to an end before it is given up."""

REMEMBERED = 2_000
"""Texts whose readings are kept."""

log = logging.getLogger(__name__)


class Remote:
    """Stands for a skill that is loaded in a worker when it is first called."""

    def __init__(self, said: dict[str, Any], source: Source, workers: Workers, home: Path) -> None:
        self._source = source
        self._workers = workers
        self._home = home
        self._functions: dict[str, Callable[..., Any]] = {}
        self._read: dict[tuple[str, str, str], tuple[Any, str] | None] = {}
        self._troubles = 0
        self.skill: Skill = rebuilt(said, self._stands_for, self._parse)

    def _stands_for(self, name: str, where: str) -> Callable[..., Any]:
        def function(**given: Any) -> Any:
            return self._call(name, given.pop(HOST), given)

        function.__name__ = name.partition(".")[2]
        function.where = where  # type: ignore[attr-defined]
        self._functions[name] = function
        return function

    def _call(self, name: str, host: Host, heard: dict[str, Any]) -> Any:
        rights = rights_of(host.allowed, self._home)
        new: list[str] = []
        bare = replace(host.session, open_question=None, parked=None)
        session = host.session if host.allowed.history else bare
        given = Given(session, host.settings, host.clock.zone, host.clock.time_format, host.chosen)
        message = Call(name, {key: _written(value) for key, value in heard.items()}, given)
        try:
            said = self._workers.call(
                self._source,
                rights,
                message,
                lambda what, arguments: _answer(host, new, what, arguments),
                host.deadline + GRACE,
                host.cancel,
            )
        except SkillEndedError as error:
            told = f"The skill {host.skill} gave no answer ({error}). Nothing was changed."
            raise SkillError(told) from error
        if printed := said.get("printed"):
            log.info("%s printed: %s", name, printed)
        try:
            return self._outcome(said, host, new)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise StrangerError(f"what it wants can't be done: {error}") from error

    def _outcome(self, said: dict[str, Any], host: Host, new: list[str]) -> Any:
        """Return what was returned, with what it wants written. Raises what was raised."""
        if "raised" in said:
            if said.get("ours") is not True:
                log.info("%s raised: %s", self._source.where, said.get("trace", ""))
            if said.get("denied") is True:
                raise SkillError(
                    f"The skill {host.skill} may not do that ({said['text']}): "
                    f"assistant skills rights {host.skill} tells what it may."
                )
            raise raised_from_json(said, self._functions.get)
        value = value_from_json(said["returned"], self._functions.get)
        host.effects += effects_from_json(said["effects"], host, new)
        return value

    def _parse(self, intent: str, slot: str, words: str) -> tuple[Any, str] | None:
        """Have a text read in the worker, which has no rights for that; None where it is none."""
        key = (intent, slot, words)
        if key in self._read or self._troubles >= TROUBLES:
            return self._read.get(key)
        try:
            said = self._workers.call(self._source, Rights(), Parse(*key), _nothing, READING)
        except SkillEndedError as error:
            self._troubles += not error.passing
            left = "" if self._troubles < TROUBLES else "; it is not asked again until it changes"
            log.warning("%s: reading a value failed (%s)%s", self._source.where, error, left)
            return None  # which is not remembered: it may be read another time
        if len(self._read) >= REMEMBERED:
            self._read.clear()
        self._read[key] = self._parsed(said)
        return self._read[key]

    def _parsed(self, said: dict[str, Any]) -> tuple[Any, str] | None:
        if said.get("trace"):
            log.info("%s: reading a value failed: %s", self._source.where, said["trace"])
        found = said.get("parsed")
        if not isinstance(found, list) or len(found) != 2:
            return None
        return found[0], str(found[1])[:SHOWN]


def _written(value: Any) -> Any:
    """Return a value as a worker can take it."""
    if isinstance(value, Elsewhere):
        return Written(value.data)
    return Written(value.name) if isinstance(value, enum.Enum) else value


def _nothing(what: str, _arguments: list[Any]) -> Any:
    raise ValueError(f"reading a value asks for nothing, but it asked for {what[:40]}")


def _answer(host: Host, new: list[str], what: str, arguments: list[Any]) -> Any:
    """Return what a skill asks for. Raises KeyError or ValueError for what it may not have."""
    reader, skill = host.reader, host.skill
    if what == "value":
        return reader.value(skill, text(arguments[0]))
    if what == "new":
        new.append(host.new_id())
        return new[-1]
    if what == "rank":
        texts = [text(each) for each in arguments[1]]
        if sum(map(len, texts)) > RANKED or len(texts) > RANKED / 100:
            raise ValueError(f"at most {RANKED:,} characters, or a hundredth of texts, at once")
        return host.rank(text(arguments[0]), texts)
    plain: dict[str, Callable[[], Any]] = {
        "memory": lambda: reader.memory(skill),
        "keys": lambda: reader.keys(skill),
        "alarms": lambda: [each for each in reader.alarms() if each.skill == skill],
        "now": host.clock.now,
        "catalogue": host.catalogue,
    }
    return plain[what]() if what in plain else _before(host, what, arguments)


def _before(host: Host, what: str, arguments: list[Any]) -> Any:
    """Return what was said before, where the skill may read that."""
    if not host.allowed.history:
        raise ValueError('It may not read what was said before: needs={"history": True}.')
    reader, session = host.reader, host.session.id
    number = int(arguments[0]) if arguments and isinstance(arguments[0], int) else 0
    plain: dict[str, Callable[[], Any]] = {
        "undoable": lambda: reader.undoable(session),
        "turns": lambda: reader.turns(session, number),
        "changes": lambda: reader.changes(session, number),
        "undos": lambda: reader.undos(session, number),
        "redone": lambda: reader.redone(session),
        "taken": lambda: reader.taken(number),
        "replaced": lambda: reader.replaced(number),
        "conflicts": lambda: _unnamed(reader.conflicts([*map(int, arguments[0][:LOOKED])])),
    }
    if what not in plain:
        raise ValueError(f"there is no {what[:40]}")
    return plain[what]()


def _unnamed(conflicts: Mapping[int, str]) -> dict[int, str]:
    """Return what has changed since, without the words by which: they may be of another session."""
    return {turn: told.partition(", by “")[0] for turn, told in conflicts.items()}
