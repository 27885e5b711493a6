"""What comes of a call, as JSON: written by the worker, and read as a stranger's word."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from assistant.errors import AssistantError, SkillError
from assistant.language.values.recurrences import UNITS
from assistant.sandbox.rebuilding import Elsewhere
from assistant.skill.choosing import UndecidedError, UnnamedError
from assistant.skill.declared import Skill
from assistant.skill.given import (
    Alarm,
    DropMemory,
    Effect,
    Reopen,
    UndoTurn,
    WriteAlarm,
    WriteMemory,
)
from assistant.skill.hosted import Host
from assistant.skill.slots import Finish, Suggest
from assistant.skill.written import alarm_from_json, row_of
from assistant.turn import Again, Ask, Reply

MOST = 10_000
"""Effects of a call, at most."""

LIFETIME = timedelta(days=365 * 120)
"""How far from now an alarm may ring."""

LATELY = timedelta(days=800)
"""How far from now what is counted in hours and minutes may begin."""

LONGEST = 100_000
"""Characters of a text, at most."""


class StrangerError(Exception):
    """What a function in another process raised, or how that process ended."""


def value_to_json(value: Any, skill: Skill) -> dict[str, Any]:
    """Return what a function returned."""
    if value is None:
        return {}
    if isinstance(value, str):
        return {"text": str(value)}
    if isinstance(value, Reply):
        return {"reply": [value.text, value.speech]}
    if isinstance(value, Ask):
        return {"ask": ask_to_json(value, skill)}
    if isinstance(value, Again):
        words = [value.words, value.intent, value.text, value.heard, value.alarms]
        return {"again": words}
    if isinstance(value, Finish):
        return {"finish": value.text}
    if isinstance(value, Suggest):
        instead = {name: _value(each) for name, each in value.instead.items()}
        return {"suggest": value.text, "instead": instead}
    return _checked_to_json(value)


def _checked_to_json(value: Any) -> dict[str, Any]:
    """Return what a check found: yes or no, or a value to take."""
    try:
        return {"value": _value(value)}
    except (TypeError, ValueError):
        return {"other": type(value).__name__}


def _value(value: Any) -> list[Any]:
    """Return a value as JSON, and as it is shown."""
    from assistant.language.values import to_json

    return [to_json(value), str(value)]


def ask_to_json(ask: Ask, skill: Skill) -> dict[str, Any]:
    """Return a question, with the name of what its answer goes to."""
    from assistant.language.values import to_json

    then = skill.name_of(ask.then, ask.slot)
    return {
        "question": ask.question,
        "then": then,
        "called": getattr(ask.then, "__name__", str(ask.then)),
        "keep": {name: to_json(value) for name, value in ask.keep.items()},
        "speech": ask.speech,
        "slot": ask.slot,
    }


def effect_to_json(effect: Effect | Reopen) -> dict[str, Any]:
    """Return what is to be written; whose it is, is known."""
    if isinstance(effect, WriteMemory):
        return {"write": effect.key, "value": effect.value}
    if isinstance(effect, DropMemory):
        return {"drop": effect.key}
    if isinstance(effect, WriteAlarm):
        return {"alarm": row_of(effect.alarm)}
    return {"reopen" if isinstance(effect, Reopen) else "undo": effect.turn_id}


def value_from_json(said: Any, function_of: Callable[[str], Any]) -> Any:
    """Return what was returned; ``function_of`` gives a function of the same skill by its name.

    Raises ValueError where it hands words on to an intent of another.
    """
    if not said:
        return None
    (kind, told), *_ = said.items()
    if kind == "text":
        return text(told)
    if kind == "reply":
        return Reply(*map(text, told))
    if kind == "again":
        again = Again(*map(text, told))
        if function_of(again.intent) is None:
            raise ValueError(f"{again.intent} is not its own")
        return again
    if kind == "ask":
        return ask_from_json(told, function_of)
    if kind == "finish":
        return Finish(text(told))
    if kind == "suggest":
        instead = {text(name): _checked(each) for name, each in said["instead"].items()}
        return Suggest(text(told), **instead)
    if kind == "value":
        return told[0] if isinstance(told[0], bool) else _checked(told)
    return type(str(told)[:80], (), {})()


def _checked(said: Any) -> Elsewhere:
    data, shown = said
    return Elsewhere(data, text(shown))


def ask_from_json(said: Any, function_of: Callable[[str], Any]) -> Ask:
    """Return a question."""
    then = said["then"]
    function = function_of(text(then)) if then is not None else text(said["called"])
    keep = {text(name): value for name, value in said["keep"].items()}
    return Ask(text(said["question"]), function, keep, text(said["speech"]), text(said["slot"]))


def raised_from_json(said: dict[str, Any], function_of: Callable[[str], Any]) -> Exception:
    """Return the exception that was raised, as far as it means anything here."""
    kind, words = text(said["raised"]), text(said["text"])
    if kind == "UndecidedError":
        return UndecidedError(ask_from_json(said["ask"], function_of))
    known = {"SkillError": SkillError, "UnnamedError": UnnamedError}
    if kind in known:
        return known[kind](words)
    if said.get("ours") is True:
        return AssistantError(words)
    error: Exception = type(kind[:80], (StrangerError,), {})(words)
    return error


def effects_from_json(said: Any, host: Host, new: Collection[str]) -> list[Effect]:
    """Return what a skill wants written: on its own shelf and of its own alarms alone.

    ``new`` are the ids it was given for alarms. Raises ValueError for anything else.
    """
    if not isinstance(said, list) or len(said) > MOST:
        raise ValueError(f"more than {MOST} effects")
    some = any("alarm" in each for each in said)
    known = {alarm.id: alarm.skill for alarm in host.reader.alarms()} if some else {}
    return [_effect(each, host, known, new) for each in said]


def _effect(
    said: dict[str, Any], host: Host, known: dict[str, str], new: Collection[str]
) -> Effect:
    if "write" in said:
        return WriteMemory(host.skill, text(said["write"]), said["value"])
    if "drop" in said:
        return DropMemory(host.skill, text(said["drop"]))
    if "alarm" in said:
        return WriteAlarm(_alarm(said["alarm"], host, known, new))
    if host.allowed.history and isinstance(said["undo"], int):
        return UndoTurn(said["undo"])
    raise ValueError("it may not read what was said before, so it may not undo")


STATES = ("pending", "paused", "cancelled")


def _alarm(said: dict[str, Any], host: Host, known: dict[str, str], new: Collection[str]) -> Alarm:
    alarm = alarm_from_json(said)
    for each in (alarm.id, alarm.message, alarm.label):
        text(each)
    own = known.get(alarm.id) == host.skill if alarm.id in known else alarm.id in new
    if not own or alarm.skill != host.skill or alarm.state not in STATES:
        raise ValueError(f"the alarm {alarm.id} is not its own")
    if not _rings(alarm, host.clock.now()):
        raise ValueError(f"the alarm {alarm.id} has no sensible time")
    return alarm


def _rings(alarm: Alarm, now: datetime) -> bool:
    """Tell whether an alarm rings within a lifetime, and its rule is one that can be told."""
    if abs(alarm.due - now) > LIFETIME or abs(alarm.set_at - now) > LIFETIME:
        return False
    if alarm.repeat is None:
        return True
    try:
        parts = dict(part.split("=") for part in alarm.repeat.rule.split(";"))
        steps = parts["FREQ"] in UNITS and 1 <= int(parts.get("INTERVAL", 1)) <= MOST
        few = len(alarm.repeat.skipped) <= MOST
        first = alarm.repeat.start or alarm.due
        day = first.date() if isinstance(first, datetime) else first
        counted = LATELY if alarm.repeat.in_steps else LIFETIME
        if not (steps and few and abs(day - now.date()) < counted):
            return False
        alarm.repeat.next(alarm.due)
        return bool(alarm.repeat.spoken())
    except (ValueError, TypeError, KeyError, ArithmeticError, AttributeError):
        return False


def text(said: Any) -> str:
    """Return what is said if it is a text. Raises TypeError."""
    if not isinstance(said, str) or len(said) > LONGEST:
        raise TypeError(f"{str(said)[:40]} is no text of at most {LONGEST:,} characters")
    return said
