"""Examples said in natural English, for offers and suggestions."""

from __future__ import annotations

import pytest

from assistant import Skill
from assistant.language.phrasing import phrased, suggested
from assistant.language.templates import read
from assistant.language.values import slot_type
from assistant.testing import Conversation
from assistant.turn import SlotValue
from assistant.understanding.wording import worded

CANCEL = "(stop|drop) (all|every|all of) [the|my] [{kind}] (lamp|lamps)"

SAID: tuple[tuple[str, dict[str, str], str], ...] = (
    (CANCEL, {}, "stop all the lamps"),
    (CANCEL, {"kind": "red"}, "stop all the red lamps"),
    ("stop [the|my] [{kind}] (lamp|lamps)", {}, "stop the lamp"),
    ("open [a|another|the] [new] [{kind}] box", {"kind": "egg"}, "open an egg box"),
    ("open [a|another|the] [new] [{kind}] box", {"kind": "my egg"}, "open my egg box"),
    ("make (a|an) {kind} box", {"kind": "my egg"}, "make an egg box"),
    ("take [the] {things} off [again]", {"things": "call mum"}, "take call mum off"),
    ("put {things} on [my|the] [{kind}] shelf", {"things": "tins"}, "put tins on my shelf"),
    ("dim the {room} [to {level}] [please]", {"room": "hall"}, "dim the hall"),
    ("dim the {room} [to {level}]", {"room": "hall", "level": "3"}, "dim the hall to 3"),
    ("dim the {room} to {level}", {"level": "3"}, "dim the … to 3"),
    ("[some] rain", {}, "rain"),
)


@pytest.mark.parametrize(("template", "values", "said"), SAID)
def test_an_example_is_said_in_natural_english(
    template: str, values: dict[str, str], said: str
) -> None:
    assert str(phrased(read(template), values)) == said


def test_a_suggestion_shows_dots_for_any_words_and_no_value_twice() -> None:
    template = read("move {thing} from {place} to {other}")
    places = ("the attic", "the cellar")
    values = {"thing": ("milk", "pasta"), "place": places, "other": places}
    told = suggested(
        template, "move milk from the attic to the attic", values, frozenset(["thing"])
    )
    assert told == "move … from the attic to the cellar"


def test_a_suggestion_has_the_holes_of_the_sentence_it_was_made_from() -> None:
    template = read("ring the bell [at {time}]")
    values = {"time": ("noon",)}
    assert suggested(template, "ring the bell", values, frozenset()) == "ring the bell"
    assert suggested(template, "ring the bell at noon", values, frozenset()) == (
        "ring the bell at noon"
    )


def test_what_is_offered_says_all_that_was_understood() -> None:
    skill = Skill("lamps")

    @skill.intent("light the {room}", "light it for {minutes} minutes", "light up")
    def light(room: str, minutes: int = 1) -> str:
        """Light a room."""
        return f"{room} {minutes}"

    intent = skill.intents["lamps.light"]
    room, minutes = SlotValue("room", "hall", "the hall"), SlotValue("minutes", 5, "five")
    assert worded(intent, [room]) == "light the hall"
    assert worded(intent, [room, minutes]) == "light the hall (five)"
    assert worded(intent, [minutes]) == "light it for five minutes"
    assert worded(intent, []) == "light the …"


def test_a_refusal_suggests_no_made_up_words(say: Conversation) -> None:
    say.listen_freely()
    said = ("who on earth still has my atlas", "look the vase up somewhere", "i lost my hat again")
    shown = [c.example for text in said for c in say(text).understanding.alternatives if c.example]
    assert any("…" in example for example in shown)
    made_up = slot_type(str).examples
    assert not [each for each in shown if any(f" {word}" in each for word in made_up[1:])]
