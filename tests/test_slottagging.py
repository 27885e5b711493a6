"""Free texts of user skills are tagged by what their examples taught, and taggers are kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import pytest

from assistant.engine.encoder import TokenVectors
from assistant.skill.declared import Skill
from assistant.skill.slots import Confirm
from assistant.testing import WEDNESDAY
from assistant.turn import Candidate, Session, Situation, Utterance
from assistant.understanding import slots
from assistant.understanding.learning.slottagging import SlotTaggers
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.parsers.classified import ClassifierParser
from assistant.understanding.trust import Budgets

skill = Skill("player")


@skill.intent("play {song} by {artist}", "i want to hear {song} of {artist}", "play {song}")
def play(song: str, artist: str = "") -> str:
    """Play a song."""
    return ""


@skill.intent("louder by {steps}")
def louder(steps: int) -> str:
    """Be louder."""
    return ""


@skill.intent("go sell {count} to me", "sell {count} of mine and go on")
def sell(count: int, buyer: str, sure: Annotated[bool, Confirm("Sell {count}?")]) -> str:
    """Sell something, once that is sure."""
    return ""


FILLS = "the long road|queen of hearts|anna lee|blue|golden hour|john|two trees|the band".split("|")
KNOWN = {word: i for i, word in enumerate("play by i want to hear of put on from".split())}


class Look:
    """Stands for an encoder: known words have a vector of their own, all others share one."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, texts):
        self.asked += len(texts)
        made = []
        for text in texts:
            spots = [m.span() for m in re.finditer(r"\S+", text)]
            vectors = np.zeros((len(spots), 16), np.float32)
            for row, (a, b) in enumerate(spots):
                vectors[row, KNOWN.get(text[a:b], 15)] = 1
            made.append(TokenVectors(vectors, np.array(spots).reshape(-1, 2), vectors.sum(0)))
        return made


@pytest.fixture
def taggers(tmp_path: Path) -> SlotTaggers:
    """Return taggers that keep what they learn in an empty folder."""
    return SlotTaggers(Look(), "print", FILLS, tmp_path / "slots")


def test_slottagging_finds_texts_it_never_saw(taggers: SlotTaggers) -> None:
    """Words that are in no example and no fill are found by where they stand."""
    text = "play winter morning by some strangers"
    found = taggers.spans(skill.intents["player.play"], text)

    assert [(text[a:b], name) for a, b, name in found] == [
        ("winter morning", "song"),
        ("some strangers", "artist"),
    ]


def test_slottagging_learns_once(taggers: SlotTaggers, tmp_path: Path) -> None:
    """What was learnt is kept for the next start; damage is made anew; other examples too."""
    look = taggers._tokens
    assert isinstance(look, Look)
    taggers.spans(skill.intents["player.play"], "play x")
    learnt = look.asked
    taggers.spans(skill.intents["player.play"], "play y")
    assert look.asked == learnt + 1

    again = SlotTaggers(look, "print", FILLS, tmp_path / "slots")
    again.spans(skill.intents["player.play"], "play z")
    assert look.asked == learnt + 2

    for file in (tmp_path / "slots").iterdir():
        file.write_bytes(b"damaged")
    third = SlotTaggers(look, "print", FILLS, tmp_path / "slots")
    assert third.spans(skill.intents["player.play"], "play it")
    assert look.asked > learnt + 3


def test_slottagging_leaves_typed_slots_alone(taggers: SlotTaggers) -> None:
    """An intent without free text needs no tagger."""
    assert taggers.spans(skill.intents["player.louder"], "louder by two") == []


def test_slottagging_fills_before_guesses() -> None:
    """A tagged text is taken where no typed value stands; without it the words guess."""
    intent = skill.intents["player.play"]
    text = "put on winter morning from some strangers"

    def fill(tagged: list[tuple[int, int, str]]) -> dict[str, str]:
        found = slots.fill(text, intent.slots, intent.examples, WEDNESDAY, tagged)
        return {slot.name: slot.value for slot in found}

    assert fill([(7, 21, "song"), (27, 41, "artist")]) == {
        "song": "winter morning",
        "artist": "some strangers",
    }
    assert fill([]).get("artist") is None


class Sure:
    """A model that says what it is told to, with thresholds of 0.9 and, for more, 0.7."""

    judges = False

    def __init__(self, intent: str, confidence: float) -> None:
        self.told = Candidate(intent, confidence)

    def prepare(self, skills: object, taught: object) -> bool:
        """Be ready."""
        return True

    def predict(self, text: str) -> tuple[list[Candidate], dict[str, float]]:
        """Return the one candidate."""
        return [self.told], {}

    def rank(self, query: str, texts: Sequence[str]) -> list[float]:
        """Find nothing near."""
        return [0.0 for _ in texts]

    def notes(self, text: str) -> tuple[str, ...]:
        """Have nothing to tell."""
        return ()

    def threshold(self, false_accepts: float) -> float:
        """Return 0.9 for the budget of the tests, 0.7 for a greater one."""
        return 0.9 if false_accepts <= 0.02 else 0.7


@pytest.mark.parametrize(
    ("text", "confidence", "believed"),
    [
        ("a bit louder please", 0.95, True),
        ("a bit louder please", 0.8, False),
        ("a bit of noise please", 0.95, False),
        ("two bits of noise please", 0.8, True),
        ("two bits of noise please", 0.6, False),
    ],
)
def test_parsers_believe_sooner_what_brings_its_values(
    text: str, confidence: float, believed: bool
) -> None:
    """A sentence with the number its skill needs is believed at less, but not at anything.

    One without it that shares no word with the examples is not asked for it.
    """
    assert (understood("player.louder", text, confidence) == "player.louder") is believed


@pytest.mark.parametrize(
    ("text", "confidence", "believed"),
    [
        ("go on and sell 30 to me", 0.72, True),
        ("go on and sell 30 to me", 0.6, False),
        ("go on and sell to me", 0.72, False),
        ("go on and sell 30 ponies to me", 0.72, False),
    ],
)
def test_parsers_begin_a_form_that_asks_before_it_acts(
    text: str, confidence: float, believed: bool
) -> None:
    """Its own question is asked in place of “did you mean”, where it has a value to ask about and
    no word is left."""
    assert (understood("player.sell", text, confidence) == "player.sell") is believed


def understood(intent: str, text: str, confidence: float) -> str | None:
    """Return what is acted on where the model holds an intent for that likely."""
    installed = type("Installed", (), {"intents": skill.intents})()
    parser = ClassifierParser(
        installed,
        Sure(intent, confidence),  # type: ignore[arg-type]
        Budgets(0.02, 0.06),
        lambda intent, text: [],
        Lexicon(skill.intents),
    )
    here = Situation(Session(1, "s", WEDNESDAY), WEDNESDAY)
    meant = parser(Utterance(text, WEDNESDAY), here)

    assert meant is not None
    return meant.intent
