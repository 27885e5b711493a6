"""What a skill is given reads through to the store and keeps its writes back as data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assistant.errors import SkillError
from assistant.skill.given import (
    Alarm,
    Alarms,
    Catalogue,
    Clock,
    DropMemory,
    Meaning,
    Memory,
    SkillInfo,
    WriteMemory,
)
from assistant.store.wire import (
    turn_to_json,
    understanding_from_json,
    understanding_to_json,
    utterance_from_json,
    utterance_to_json,
)
from assistant.testing import BERLIN, StandingClock
from assistant.turn import Reply, Turn, Understanding, Utterance
from assistant.turn.hearing import Word
from tests.shelf import Shelf

CLOCK = Clock(BERLIN, StandingClock())


def test_effects_memory_reads_through_and_buffers_writes() -> None:
    """Nothing is written to what is behind; what was read is a copy."""
    behind = {"a": [1]}
    memory = Memory("lists", Shelf(behind))
    memory["a"].append(2)
    memory["b"] = {"n": 1}
    del memory["a"]

    assert behind == {"a": [1]}
    assert dict(memory) == {"b": {"n": 1}}
    assert memory.effects == [WriteMemory("lists", "b", {"n": 1}), DropMemory("lists", "a")]


def test_effects_memory_takes_plain_json_only() -> None:
    """What can't be kept is refused with its key."""
    with pytest.raises(SkillError, match="“when”, which is not plain JSON"):
        Memory("x", Shelf())["when"] = datetime.now(UTC)


def test_effects_alarms_see_their_own_writes() -> None:
    """Added, moved and cancelled alarms are seen at once, and each is one effect."""
    ids = iter("abc")
    alarms = Alarms("timer", CLOCK, list, lambda: next(ids))
    tea = alarms.add(CLOCK.now() + timedelta(minutes=4), "Tea.", "tea")
    egg = alarms.add(CLOCK.now() + timedelta(minutes=3), "Egg.")
    alarms.move(egg, CLOCK.now() + timedelta(minutes=9))
    assert [a.id for a in alarms.list()] == ["a", "b"]
    alarms.cancel(tea)

    assert [a.id for a in alarms.list()] == ["b"]
    assert len(alarms.effects) == 4


def test_effects_alarms_of_others_are_seen_when_asked_for() -> None:
    """A skill lists its own alarms, another's by name, all by a star; what rang can be snoozed."""
    due = CLOCK.now()
    stored = [
        Alarm("1", "timer", due, "", due),
        Alarm("2", "alarm", due, "", due),
        Alarm("3", "alarm", due, "", due, state="rung"),
    ]
    alarms = Alarms("timer", CLOCK, lambda: stored, str)

    assert [a.id for a in alarms.list()] == ["1"]
    assert [a.id for a in alarms.list("alarm")] == ["2"]
    assert [a.id for a in alarms.list("*")] == ["1", "2"]
    rung = alarms.rung()
    assert rung is not None
    assert rung.id == "3"


def test_effects_meaning_ranks_best_first() -> None:
    """Texts come back by score."""
    assert Meaning(lambda query, texts: [0.1, 0.9]).rank("q", ["a", "b"]) == [(1, 0.9), (0, 0.1)]


def test_effects_meaning_finds_what_is_about_something() -> None:
    """Words in common come first, whole and in the singular; of equals the later; else none."""
    texts = ["the red key is here", "a key", "my keys hang there", "monkeys"]
    meaning = Meaning(lambda query, texts: [0.1] * len(texts))

    assert meaning.about("red keys", texts) == [0, 2, 1]
    assert meaning.about("the", texts) == []
    assert meaning.about("apes", texts, near=0.05) == [3, 2, 1, 0]


def test_effects_catalogue_takes_singular_and_plural() -> None:
    """A skill is found by its name, one or many."""
    catalogue = Catalogue([SkillInfo("timer", "Timers."), SkillInfo("lists", "Lists.")])

    assert catalogue.find("Timers") is catalogue.skills[0]
    assert catalogue.find("list") is catalogue.skills[1]
    assert catalogue.find("oven") is None


def test_wire_round_trip() -> None:
    """What is written as JSON is read back the same."""
    said = Utterance("hé", CLOCK.now(), "shell", 0.5, ("he",), (Word("hé", 0.1, 0.4, 0.9),), "he")
    meant = Understanding(None, timings={"template": 0.25}, notes=("too long",))
    turn = Turn(1, 2, said, meant, Reply("no"), "refused")

    assert utterance_from_json(utterance_to_json(said)) == said
    assert understanding_from_json(understanding_to_json(meant)) == meant
    assert turn_to_json(turn)["understanding"]["intent"] is None
    assert turn_to_json(turn)["reply"] == {"text": "no", "speech": "no"}
