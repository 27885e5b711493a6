"""A skill made again from what a worker says of it; every word of that is a stranger's."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, ClassVar, Literal

import assistant
from assistant.errors import SkillLoadError
from assistant.skill.declared import GIVEN, ROLES, Intent, Skill, example, read_by
from assistant.skill.hosted import HOST, Host
from assistant.skill.slots import SlotSpec

MOST = 500
"""Intents, slots, options or examples of one kind, at most."""

LONGEST = 1_000
"""Characters of a text, at most."""

TALKATIVE = 50_000
"""Characters of all examples of a skill, at most."""

CHECKS = ("check", "when")
"""What names a function that looks at values."""

Function = Callable[..., Any]


class Elsewhere:
    """A value of a type that only the skill has: how it is kept, and how it is shown."""

    examples: ClassVar[tuple[str, ...]] = ()
    read: ClassVar[Callable[[str], tuple[Any, str] | None]]

    def __init__(self, data: Any, shown: str = "") -> None:
        self.data = data
        self.shown = shown or str(data)

    @classmethod
    def parse(cls, text: str) -> Elsewhere:
        """Have a text read where the type is. Raises ValueError for what is none of it."""
        found = cls.read(text)
        if found is None:
            raise ValueError(text)
        return cls(*found)

    @classmethod
    def from_json(cls, data: Any) -> Elsewhere:
        """Return what ``to_json`` wrote."""
        return cls(data)

    def to_json(self) -> Any:
        """Return it as its own type writes it."""
        return self.data

    def __str__(self) -> str:
        return self.shown

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.data == other.data

    def __hash__(self) -> int:
        return hash(repr(self.data))


Read = Callable[[str, str, str], "tuple[Any, str] | None"]
"""Reads a text as a slot (intent, slot, text): its value as JSON and as shown, or None."""


def rebuilt(said: dict[str, Any], stands_for: Callable[[str, str], Function], read: Read) -> Skill:
    """Return the skill; ``stands_for`` gives the function for a name and a place.

    Raises SkillLoadError for what is no description of one.
    """
    try:
        skill = Skill(_text(said["name"]), _text(said["description"]), needs=said["needs"])
        skill.sounds_like = {_text(k): _text(v) for k, v in said["sounds_like"].items()}
        skill.hints = tuple(_text(each) for each in _some(said["hints"]))
        for each in _some(said["intents"]):
            intent = _intent(skill.name, each, stands_for, read)
            skill.intents[intent.name] = intent
        for each in _some(said["answers"]):
            answer = _intent(skill.name, each, stands_for, read)
            skill.answers[answer.name] = answer
        for each in _some(said["checks"]):
            check = _intent(skill.name, each, stands_for, read)
            skill.checks[check.name] = check
        _read_checks(skill)
        if sum(len(str(e)) for i in skill.intents.values() for e in i.examples) > TALKATIVE:
            raise ValueError(f"its examples have over {TALKATIVE:,} characters")
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        told = str(error) if type(error) is ValueError else repr(error)
        raise SkillLoadError(f"What it says of itself can't be read: {told}.") from error
    return skill


def _read_checks(skill: Skill) -> None:
    """Note which slots the checks of one read.

    Raises ValueError where a slot is checked by nothing there is, or reads no slot.
    """
    for intent in skill.intents.values():
        for slot in intent.slots.values():
            for name in filter(None, (slot.check, slot.when)):
                if name not in skill.checks or not skill.checks[name].slots:
                    raise ValueError(f"{name} is no check of it")
            reads = read_by(skill.checks.get(slot.check), skill.checks.get(slot.when))
            if not {*reads} <= {*intent.slots}:
                raise ValueError(f"{slot.name} reads what is no slot")
            intent.slots[slot.name] = replace(slot, reads=reads)


def _intent(
    skill: str, said: dict[str, Any], stands_for: Callable[[str, str], Function], read: Read
) -> Intent:
    name, where = _name(said["name"]), _text(said["where"])
    slots = {
        each.name: each
        for each in (_slot(skill, f"{skill}.{name}", one, read) for one in _some(said["slots"]))
    }
    examples = tuple(example(_text(each), slots, where) for each in _some(said["examples"]))
    role = _text(said["role"])
    if role and (role not in ROLES or role == "allow"):
        raise ValueError(f"{role[:40]} is no role for it")
    full = f"{skill}.{name}"
    function = stands_for(full, where)
    careful, stops = said["careful"] is True, said["stops"] is True
    doc, kinds = _text(said["doc"]), {kind.__name__: kind for kind in GIVEN}
    given = {_name(each): kinds[kind] for each, kind in said["given"].items()} | {HOST: Host}
    return Intent(full, function, doc, slots, given, examples, careful, role, stops)


def _slot(skill: str, intent: str, said: dict[str, Any], read: Read) -> SlotSpec:
    from assistant.language.values import from_json, slot_type

    name = _name(said["name"])
    annotation = _annotation(said["kind"], lambda text: read(intent, name, text))
    kind, required = slot_type(annotation, skill), said["required"] is True
    ask, spoken_of = _text(said["ask"]), said["spoken_of"] is True
    check, when = (f"{skill}.{_name(said[each])}" if said[each] else "" for each in CHECKS)
    default = None if said["default"] is None else from_json(annotation, said["default"])
    return SlotSpec(
        name,
        annotation,
        kind,
        required,
        ask,
        spoken_of,
        why=_text(said["why"]),
        called=_text(said["called"]),
        fresh=said["fresh"] is True,
        check=check,
        when=when,
        no=_text(said["no"]),
        default=default,
    )


def _annotation(said: dict[str, Any], read: Callable[[str], tuple[Any, str] | None]) -> Any:
    """Return a type that reads as the skill's own does."""
    from assistant.language.values import KNOWN

    if "known" in said:
        return {kind.name: annotation for annotation, kind in KNOWN.items()}[said["known"]]
    if "options" in said:
        return Literal[tuple(_texts(said["options"]))]
    if "ours" in said:
        if said["ours"] not in assistant.__all__:
            raise ValueError(said["ours"])
        return getattr(assistant, said["ours"])
    name = _name(said["name"])
    if "members" in said:
        return enum.Enum(name, {each: each for each in _texts(said["members"])})
    own = {
        "examples": tuple(_texts(said["examples"])),
        "read": staticmethod(read),
        "kept": said["kept"] is True,
        "verbatim": said["verbatim"] is True,
    }
    return type(name, (Elsewhere,), own)


def _some(said: Any) -> list[Any]:
    if not isinstance(said, list) or len(said) > MOST:
        raise ValueError(f"{str(said)[:40]} is no list of at most {MOST}")
    return said


def _texts(said: Any) -> Iterable[str]:
    return [_text(each) for each in _some(said)]


def _text(said: Any) -> str:
    if not isinstance(said, str) or len(said) > LONGEST or not _whole(said):
        raise ValueError(f"{str(said)[:40]} is no text of at most {LONGEST} characters")
    return said


def _whole(said: str) -> bool:
    """Tell whether no sign is half of a pair, which nothing can write."""
    return not any("\ud800" <= sign <= "\udfff" for sign in said)


def _name(said: Any) -> str:
    if not _text(said).isidentifier():
        raise ValueError(f"{said[:40]} is no name")
    return str(said)
