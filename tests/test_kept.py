"""Names that a skill keeps something under are heard only while it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.language.values import Kept, from_json, slot_type, to_json
from assistant.language.values.kept import keeping
from assistant.testing import WEDNESDAY, Conversation

SKILL = '''
from assistant import Kept, Memory, Skill

skill = Skill("plants", "Plants.")


@skill.intent("i have a plant called {name}")
def have(name: str, memory: Memory) -> str:
    """Keep a plant."""
    memory[name] = 0
    return f"Hello {name}."


@skill.intent("water {plant}")
def water(plant: Kept, memory: Memory) -> str:
    """Water a plant."""
    memory[plant] = memory[plant] + 1
    return f"{plant}: {memory[plant]}"
'''


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("the Wifi Passwords", "wifi password"),
        ("to-do", "to-do"),
        ("password", None),
        ("wifi password box", None),
        ("", None),
    ],
)
def test_kept_names_are_told_by_their_words(said: str, name: str | None) -> None:
    """Case, article and number do not count; every word does."""
    kind = slot_type(Kept, "notes")

    with keeping({"notes": ["to-do", "wifi password"], "other": ["password"]}):
        assert kind.parse(said, WEDNESDAY) == name
    assert kind.parse(said, WEDNESDAY) is None
    assert from_json(Kept, to_json(Kept("to-do"))) == "to-do"


def test_kept_names_are_a_skills_own(say: Conversation, tmp_path: Path) -> None:
    """A sentence is a request only where its name is in the skill's memory, until it is undone."""
    path = tmp_path / "plants.py"
    path.write_text(SKILL, encoding="utf-8")
    say.use(path)

    assert say("water the Ficus").understanding.intent is None
    say("i have a plant called ficus")
    assert say("water the Ficus").reply.text == "ficus: 1"
    say("undo")
    say("undo")
    assert say("water the ficus").understanding.intent is None
