"""Bare words: it is asked what they are about, and chosen by a word, a place or ruling out."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from assistant.language.selecting import ruled_out
from assistant.language.words import normalise
from assistant.skill.declared import Skill
from assistant.testing import WEDNESDAY
from assistant.turn import (
    OFFER,
    Candidate,
    OpenQuestion,
    Session,
    Situation,
    Understanding,
    Utterance,
)
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.parsers.bare import WHICH, BareParser
from assistant.understanding.parsers.offered import answered, kept

skill = Skill("garden")


@skill.intent("name all my trees")
def trees() -> str:
    """Name them."""
    return ""


@skill.intent("plant a tree [at {place}]", "a new tree [at {place}]")
def plant(place: str) -> str:
    """Plant one."""
    return ""


@skill.intent("fell the tree at {place}", "chop down a tree")
def fell(place: str) -> str:
    """Fell one."""
    return ""


@skill.intent("water the lawn", "plant grass")
def lawn() -> str:
    """Water it."""
    return ""


SKILLS: Any = SimpleNamespace(intents=skill.intents)
ALL = ("garden.fell", "garden.trees", "garden.plant", "garden.lawn")


def read(
    text: str,
    alternatives: tuple[str, ...] = ALL,
    question: OpenQuestion | None = None,
    **meant: Any,
) -> Understanding:
    """Return what a text means where the classifier is sure of nothing, or of what is told."""
    likely = tuple(Candidate(f"{name}", 0.1) for name in alternatives)
    told = Understanding(**{"intent": None, "alternatives": likely, **meant})
    parser = BareParser(lambda said, at: told, SKILLS, Lexicon(skill.intents))
    at = Situation(Session(1, "s", WEDNESDAY, question), WEDNESDAY)
    found = parser(Utterance(text, WEDNESDAY), at)
    assert found is not None
    return found


def names(meant: Understanding | None) -> list[str]:
    """Return what is meant, or what is offered."""
    assert meant is not None
    return [meant.intent] if meant.intent else [offer.intent for offer in meant.offered]


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("trees", ["garden.trees", "garden.plant", "garden.fell"]),
        ("the tree", ["garden.trees", "garden.plant", "garden.fell"]),
        ("plant", ["garden.plant", "garden.lawn"]),
        ("lawn", []),
        ("spade", []),
        ("plant tree", []),
        ("what about that tree", []),
    ],
)
def test_bare_words_are_asked_about(text: str, offered: list[str]) -> None:
    """Two or three requests that have the word are offered, in the order of their skill; a word
    that one alone has, and a longer sentence, are left as they were read."""
    assert names(read(text)) == offered


def test_bare_words_are_left_where_something_is_known() -> None:
    """What is acted on, what is offered for a reason of its own and what a question waits for."""
    waits = OpenQuestion("Where?", "garden.plant", slot="place")

    assert names(read("tree", intent="garden.lawn")) == ["garden.lawn"]
    assert names(read("tree", why="“tree”")) == []
    assert names(read("tree", mood="telling")) == []
    assert names(read("tree", question=waits)) == []
    assert names(read("tree", alternatives=ALL[:1])) == []


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("plant", ["garden.plant"]),
        ("the former", ["garden.trees"]),
        ("the latter", ["garden.fell"]),
        ("the second one", ["garden.plant"]),
        ("chop", ["garden.fell"]),
        ("not plant", ["garden.trees", "garden.fell"]),
        ("not the latter", ["garden.trees", "garden.plant"]),
        ("anything but the first one", ["garden.plant", "garden.fell"]),
        ("no, not the chopping", None),
        ("no", ["otherwise"]),
        ("none of these", None),
    ],
)
def test_bare_words_are_chosen_or_ruled_out(said: str, meant: list[str] | None) -> None:
    """A word of one of the offers alone, a place, or what is not meant; None says nothing of it."""
    found = answered(said, question("trees"), SKILLS, WEDNESDAY)

    assert (found and names(found)) == meant


def test_bare_words_with_one_left_are_done() -> None:
    """Of two the other is meant; of three one asks anew."""
    two = answered("not plant", question("plant"), SKILLS, WEDNESDAY)
    three = answered("not plant", question("trees"), SKILLS, WEDNESDAY)

    assert two is not None
    assert two.intent == "garden.lawn"
    assert three is not None
    assert (three.intent, three.why) == (None, WHICH)


def question(word: str) -> OpenQuestion:
    """Return the question which of the requests with a word is meant."""
    offers = read(word).offered
    return OpenQuestion("Which?", OFFER, kept(offers, len(offers), word, learn=False))


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        ("not the first", "the first"),
        ("I don't mean the oak", "the oak"),
        ("No, not that one", "that one"),
        ("not", ""),
        ("the knot", ""),
        ("the one that is not red", ""),
    ],
)
def test_bare_words_ruled_out_are_told(said: str, rest: str) -> None:
    """What stands behind a denial at the beginning is what is not meant."""
    assert ruled_out(said) == rest


def test_meanings_that_a_skill_explains_are_requests() -> None:
    """“What is a …” asks for nothing, but where an example asks what just that is."""
    told = Skill("told")

    @told.intent("what are perennials", "tell me about perennials")
    def perennials() -> str:
        """Explain them."""
        return ""

    lexicon = Lexicon(told.intents)
    moods = {said: lexicon.taken(normalise(said)).mood for said in MEANINGS}

    assert moods == MEANINGS


MEANINGS = {
    "what is a perennial": "request",
    "what does perennial mean": "request",
    "define perennials": "request",
    "what is a timer": "meaning",
    "what does timer mean": "meaning",
    "define mean": "meaning",
    "don't water the perennials": "forbidding",
}
