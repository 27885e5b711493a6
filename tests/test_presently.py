"""What only says that it is now ends a name, and stays where a text is kept as it was said."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import pytest

from assistant import Memory, Skill, Slot, Text, Things
from assistant.language.matching import Index
from assistant.language.presently import names
from assistant.language.words import normalise, take_off_end
from assistant.testing import WEDNESDAY
from assistant.understanding import slots

skill = Skill("shed", "Who has which tool.")


@skill.intent("who has [got] {tool}", "where did {tool} go")
def who(tool: str) -> str:
    """Tell who has a tool."""
    return ""


@skill.intent("{friend} took {tool} [home]", "i gave the {tool} to {friend}")
def lend(tool: str, friend: str) -> str:
    """Write down who took a tool."""
    return ""


@skill.intent("who takes {tool} on {day}", "who takes {tool}")
def plan(tool: str, day: date | None = None) -> str:
    """Tell who takes a tool on a day."""
    return ""


@skill.intent("scribble {text}", "the scribble is {text}", "what about the {text}")
def scribble(text: Annotated[Text, Slot(ask="What?")], memory: Memory) -> str:
    """Keep words."""
    return ""


@skill.intent("pack {things}", "pack the {things}")
def pack(things: Things) -> str:
    """Pack things."""
    return ""


@skill.intent("see to it that i am told to {task}", "is there a job to {task}")
def job(task: str) -> str:
    """Tell about a job."""
    return ""


INDEX = Index(
    (intent.name, example, {name: slot.type for name, slot in intent.slots.items()})
    for intent in skill.intents.values()
    for example in intent.examples
)

CASES = [
    ("who has the ladder at the moment", "who", {"tool": "the ladder"}),
    ("who has the ladder right now, please", "who", {"tool": "the ladder"}),
    ("who has the ladder now", "who", {"tool": "the ladder"}),
    ("who has got the ladder today", "who", {"tool": "the ladder"}),
    ("bob took the saw for now", "lend", {"friend": "bob", "tool": "the saw"}),
    ("i gave the saw to bob for the time being", "lend", {"friend": "bob", "tool": "saw"}),
    ("who takes the saw today", "plan", {"tool": "the saw today"}),
    ("scribble all is well for now", "scribble", {"text": "all is well for now"}),
    ("scribble the shop is open today", "scribble", {"text": "the shop is open today"}),
    ("pack socks for now", "pack", {"things": "socks for now"}),
    (
        "see to it that i am told to breathe right now",
        "job",
        {"task": "breathe right now"},
    ),
]


@pytest.mark.parametrize(("said", "intent", "filled"), CASES)
def test_presently_is_lost_by_names_only(said: str, intent: str, filled: dict[str, str]) -> None:
    """An example's hole for a name ends before it; what is kept as it was said has it."""
    best = INDEX.match(said, WEDNESDAY)[0]

    assert best.intent == f"shed.{intent}"
    assert {name: found.text for name, found in best.slots.items()} == filled


@pytest.mark.parametrize(
    ("said", "intent", "filled"),
    [
        ("do you know who may have the saw right now", "who", "saw"),
        ("well who might have got the saw, please", "who", "saw"),
        ("please do scribble it is late for now, thanks", "scribble", "it is late for now"),
    ],
)
def test_presently_is_lost_in_free_wordings(said: str, intent: str, filled: str) -> None:
    """The same where no example covers the sentence; politeness is lost by all."""
    chosen: Any = skill.intents[f"shed.{intent}"]

    (slot,) = slots.fill(said, chosen.slots, chosen.examples, WEDNESDAY)

    assert slot.text.endswith(filled)


def test_presently_names_are_told_by_the_examples() -> None:
    """What is behind "the", asked about or does something is a name; what is to be done is none."""
    named = {name: names(each.examples) for name, each in skill.intents.items()}

    assert named["shed.lend"] == {"tool", "friend"}
    assert named["shed.who"] == {"tool"}
    assert named["shed.job"] == frozenset()


def test_presently_what_a_preposition_leads_to_stays() -> None:
    """ "From now" is no "now" behind a request."""
    assert take_off_end(normalise("call me two hours from now")) is None
    assert take_off_end(normalise("switch it on now")) == normalise("switch it on")
    assert take_off_end(normalise("call me now")) == normalise("call me")
