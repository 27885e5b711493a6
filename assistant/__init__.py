"""An assistant that understands on the device itself; the public names for skill authors.

Names are loaded when first used, so that ``import assistant`` stays cheap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.errors import AssistantError, SkillError
    from assistant.language.content import turned
    from assistant.language.facts import Fact, Name, Text, owners, replaces, subject_of
    from assistant.language.lists import split_list
    from assistant.language.plurals import plural, singular
    from assistant.language.saying import (
        counted,
        joined,
        sentence,
        shown_number,
        spoken_date,
        spoken_length,
    )
    from assistant.language.selecting import Chosen, choose
    from assistant.language.things import Things, are, put, same_thing, thing_of, without_article
    from assistant.language.values import (
        DateRange,
        Formula,
        Kept,
        Lengths,
        Money,
        Percentage,
        Person,
        Place,
        Quantity,
        Recurrence,
        TimeSpan,
        Told,
        Unit,
    )
    from assistant.language.words import same_words
    from assistant.language.zones import zone_of
    from assistant.settings import Settings
    from assistant.skill.choosing import Choosing
    from assistant.skill.declared import Skill
    from assistant.skill.given import Alarm, Alarms, Catalogue, Clock, Meaning, Memory
    from assistant.skill.going import Going, named, way_of
    from assistant.skill.history import History, Way
    from assistant.skill.lists import Lists, list_name
    from assistant.skill.repeating import Repeating
    from assistant.skill.slots import Confirm, Finish, Slot, Suggest
    from assistant.turn import Again, Ask, Reply, Session, Turn, Utterance

__version__ = "0.1.0"

_HOMES = {
    "assistant.skill.given": (
        "Alarm",
        "Alarms",
        "Catalogue",
        "Clock",
        "Meaning",
        "Memory",
    ),
    "assistant.skill.going": ("Going", "named", "way_of"),
    "assistant.skill.history": ("History", "Way"),
    "assistant.errors": ("AssistantError", "SkillError"),
    "assistant.settings": ("Settings",),
    "assistant.skill.declared": ("Skill",),
    "assistant.skill.slots": ("Confirm", "Finish", "Slot", "Suggest"),
    "assistant.skill.choosing": ("Choosing",),
    "assistant.skill.lists": ("Lists", "list_name"),
    "assistant.skill.repeating": ("Repeating",),
    "assistant.turn": ("Again", "Ask", "Reply", "Session", "Turn", "Utterance"),
    "assistant.language.content": ("turned",),
    "assistant.language.facts": ("Fact", "Name", "Text", "owners", "replaces", "subject_of"),
    "assistant.language.lists": ("split_list",),
    "assistant.language.things": (
        "Things",
        "are",
        "put",
        "same_thing",
        "thing_of",
        "without_article",
    ),
    "assistant.language.words": ("same_words",),
    "assistant.language.zones": ("zone_of",),
    "assistant.language.plurals": ("plural", "singular"),
    "assistant.language.saying": (
        "counted",
        "joined",
        "owners",
        "sentence",
        "shown_number",
        "spoken_date",
        "spoken_length",
    ),
    "assistant.language.selecting": ("Chosen", "choose"),
    "assistant.language.values": (
        "DateRange",
        "Percentage",
        "Person",
        "Place",
        "Quantity",
        "Recurrence",
        "TimeSpan",
        "Told",
        "Unit",
        "Formula",
        "Kept",
        "Lengths",
        "Money",
    ),
}

__all__ = [
    "Again",
    "Alarm",
    "Alarms",
    "Ask",
    "AssistantError",
    "Catalogue",
    "Choosing",
    "Chosen",
    "Clock",
    "Confirm",
    "DateRange",
    "Fact",
    "Finish",
    "Formula",
    "Going",
    "History",
    "Kept",
    "Lengths",
    "Lists",
    "Meaning",
    "Memory",
    "Money",
    "Name",
    "Percentage",
    "Person",
    "Place",
    "Quantity",
    "Recurrence",
    "Repeating",
    "Reply",
    "Session",
    "Settings",
    "Skill",
    "SkillError",
    "Slot",
    "Suggest",
    "Text",
    "Things",
    "TimeSpan",
    "Told",
    "Turn",
    "Unit",
    "Utterance",
    "Way",
    "are",
    "choose",
    "counted",
    "joined",
    "list_name",
    "named",
    "owners",
    "plural",
    "put",
    "replaces",
    "same_thing",
    "same_words",
    "sentence",
    "shown_number",
    "singular",
    "split_list",
    "spoken_date",
    "spoken_length",
    "subject_of",
    "thing_of",
    "turned",
    "way_of",
    "without_article",
    "zone_of",
]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    for module, names in _HOMES.items():
        if name in names:
            found = globals()[name] = getattr(import_module(module), name)
            return found
    raise AttributeError(f"module 'assistant' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
