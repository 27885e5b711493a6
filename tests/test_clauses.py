"""A sentence in clauses is read by the one request in it, where the others leave that as it is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from assistant import Memory
from assistant.language.moods import remarks
from assistant.language.words import normalise
from assistant.skill.declared import Skill
from assistant.testing import WEDNESDAY
from assistant.turn import Candidate, Session, Situation, SlotValue, Understanding, Utterance
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.parsers.clauses import ClausesParser

skill = Skill("garden")


@skill.intent("name my trees", "which trees do i have")
def trees() -> str:
    """Name them."""
    return ""


@skill.intent("plant {kind} at {place}")
def plant(kind: str, place: str, memory: Memory) -> str:
    """Plant one."""
    return ""


@skill.intent("fell everything")
def fell(memory: Memory) -> str:
    """Fell all."""
    return ""


SKILLS: Any = SimpleNamespace(intents=skill.intents)

SURE = {"name my trees": "trees", "plant an oak": "plant", "fell everything": "fell"}
LIKELY = {
    "an oak": "plant",
    "the tall ones": "trees",
    "which ones do i have": "trees",
    "did it rain": "fell",
}


def free(said: Utterance, at: Situation) -> Understanding:
    """Be sure of a few clauses, find others likely, and nothing of a whole sentence."""
    if said.text in SURE:
        start = said.text.find("oak")
        slots = (SlotValue("kind", "oak", "oak", start, start + 3),) if start >= 0 else ()
        return Understanding(f"garden.{SURE[said.text]}", 1.0, slots, parser="classifier")
    likely = Candidate(f"garden.{LIKELY.get(said.text, 'fell')}", 0.3)
    return Understanding(None, alternatives=(likely,))


def read(text: str) -> Understanding:
    parser = ClausesParser(free, SKILLS, Lexicon(skill.intents))
    at = Situation(Session(1, "s", WEDNESDAY), WEDNESDAY)
    meant = parser(Utterance(text, WEDNESDAY), at)
    assert meant is not None
    return meant


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("name my trees, which ones do i have?", "garden.trees"),
        ("name my trees, i love them", "garden.trees"),
        ("i love them. name my trees", "garden.trees"),
        ("plant an oak, my sister likes them", "garden.plant"),
        ("name my trees, did it rain", None),
        ("name my trees, i don't mean the oaks", None),
        ("name my trees, they are two", None),
        ("fell everything, i was joking", None),
        ("name my trees, fell everything", None),
        ("name my trees, whatever", None),
        ("name my trees, the tall ones", None),
        ("name my trees, i, love, them, all", None),
    ],
)
def test_clauses_one_is_the_request(text: str, intent: str | None) -> None:
    """A remark, or a question about the same, leaves it; not what may change it, nor what is done
    at once with a remark that may take it back."""
    assert read(text).intent == intent


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("name my trees and plant an oak", ["garden.plant", "garden.trees"]),
        ("plant an oak and then name my trees", ["garden.plant", "garden.trees"]),
        ("name my trees and name my trees", None),
        ("fell everything and plant an oak", None),
        ("name my trees and bread", None),
        ("name my trees and an oak", None),
        ("and name my trees", None),
    ],
)
def test_clauses_a_question_is_answered_beside_a_request(
    text: str, intents: list[str] | None
) -> None:
    """Of two requests of different kinds one may be more than a question; two are not done."""
    meant = read(text)
    found = [meant.intent, *(each.intent for each in meant.more)]

    assert found == (intents or [None])
    assert all(text[s.start : s.end] == s.text for s in meant.slots)


def test_clauses_words_have_their_places_in_the_sentence() -> None:
    """A value of a later clause is where it stands in the whole."""
    text = "i love them, plant an oak"
    (slot,) = read(text).slots

    assert text[slot.start : slot.end] == "oak"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("i love their crust", True),
        ("barbara is coming too", True),
        ("my wife loves it", True),
        ("i want to see the list", False),
        ("i don't like it", False),
        ("it is for tomorrow", False),
        ("if it rains", False),
        ("which ones are there", False),
        ("plant an oak", False),
        ("i", False),
        ("", False),
    ],
)
def test_clauses_remarks(text: str, told: bool) -> None:
    """What tells something, and holds no word that changes a request."""
    assert remarks(normalise(text)) is told
