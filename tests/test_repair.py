"""What the second checkpoint is for in the chat: frustration is noticed, names fill slots."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Person, Place
from assistant.skill.declared import Skill
from assistant.testing import WEDNESDAY, Conversation
from assistant.turn import Candidate, Entity, SlotValue, Turn, Understanding, Utterance
from assistant.understanding import entities as naming
from assistant.understanding.parsers.chain import Link

skill = Skill("post")


@skill.intent("write to {who}", "write to {who} in {where}")
def write(who: Person, where: Place | None = None) -> str:
    """Write a letter."""
    return ""


@skill.intent("look up {topic}")
def look_up(topic: str) -> str:
    """Look something up."""
    return ""


class Mood:
    """Reads what it is told to, as the checkpoint would."""

    state = ""
    ready = True

    def __init__(self, sentiment: str, *entities: Entity) -> None:
        self.sentiment = sentiment
        self.entities = entities

    def load(self) -> None:
        """Be loaded."""

    def spans(self, intent: object, text: str) -> list[tuple[int, int, str]]:
        """Find no free texts."""
        return []

    def read(self, text: str, meant: Understanding) -> Understanding:
        """Return the understanding with what it was told."""
        return replace(meant, sentiment=self.sentiment, entities=self.entities)


class Guess:
    """A parser that refuses, and thinks of timers."""

    def __call__(self, utterance: Utterance, session: object) -> Understanding:
        """Return a refusal with runners-up."""
        likely = (
            Candidate("timer.start", 0.1, "set a timer for ten minutes"),
            Candidate("dice.flip", 0.1, "flip a coin"),
        )
        return Understanding(None, alternatives=likely)


def annoyed(say: Conversation, sentiment: str = "negative") -> Conversation:
    """Let every sentence that is no example be refused in that mood."""
    assistant = say.assistant
    assistant._features = Mood(sentiment)  # type: ignore[assignment]
    assistant._install()
    *first, _ = assistant._reading.links
    links = (*first, Link("classifier", Guess()))
    assistant._reading = replace(assistant._reading, links=links)
    return say


def test_repair_two_frustrated_misses_bring_choices(say: Conversation) -> None:
    """The second miss said in anger is answered with numbered choices and an offer to learn."""
    annoyed(say)
    assert "Try saying" in say("beep me in ten minutes").reply.text

    turn = say("beep me in ten minutes you useless thing")

    assert "1. set a timer for ten minutes" in turn.reply.text
    assert "teach me" in turn.reply.text
    assert turn.outcome == "asked"


@pytest.mark.parametrize("sentiment", ["neutral", "positive"])
def test_repair_needs_the_mood(say: Conversation, sentiment: str) -> None:
    """Without frustration the second miss is refused as plainly as the first."""
    annoyed(say, sentiment)
    say("beep me in ten minutes")

    assert "Try saying" in say("beep me in ten minutes").reply.text


def test_repair_choice_is_done_and_learnt(say: Conversation) -> None:
    """A number does what was meant by the words, and is remembered; undo unlearns."""
    annoyed(say)
    say("beep me in ten minutes")
    say("beep me in ten minutes")

    done = say("1")

    assert "10 minutes" in done.reply.text
    assert "remember" in done.reply.text
    again = say("beep me in ten minutes")
    assert (again.understanding.parser, again.understanding.intent) == ("taught", "timer.start")
    say("undo")
    say("undo")
    assert say("beep me in ten minutes").understanding.intent is None


def test_repair_none_leaves(say: Conversation) -> None:
    """The choices can be left."""
    annoyed(say)
    say("beep me")
    say("beep me")

    assert say("none of them").reply.text == "OK, never mind."


def test_repair_number_out_of_reach_is_a_sentence(say: Conversation) -> None:
    """A number that was not offered changes nothing."""
    annoyed(say)
    say("beep me")
    say("beep me")

    assert "2 to choose from" in say("7").reply.text


def test_repair_taught_sentence_stands_for_another(say: Conversation) -> None:
    """ "When I say … I mean …" works at once, is listed, and can be forgotten."""
    assert "From now on" in say("when I say bedtime I mean set an alarm for 6:30 am").reply.text

    assert "06:30" in say("Bedtime!").reply.text
    assert "bedtime" in say("what have i taught you").reply.text
    say("forget what bedtime means")
    assert say("bedtime").understanding.intent is None


def test_repair_without_features_refuses_plainly(say: Conversation) -> None:
    """Without the second checkpoint nothing of this happens, and nothing breaks."""
    assert say("beep me").understanding.sentiment is None
    assert "I can't help" in say("beep me").reply.text


def entity(text: str, kind: str, word: str) -> Entity:
    """Return a word of a text as an entity."""
    start = text.index(word)
    return Entity(kind, word, start, start + len(word), 0.9)


def test_repair_entities_fill_people_and_places() -> None:
    """A person and a place that no words point at are filled by their entities."""
    text = "zoe in oslo should hear from me"
    found = (entity(text, "person", "zoe"), entity(text, "place", "oslo"))
    specs = skill.intents["post.write"].slots

    assert naming.from_entities((), specs, (), WEDNESDAY) == ()
    filled = {s.name: s.value for s in naming.from_entities((), specs, found, WEDNESDAY)}

    assert filled == {"who": "zoe", "where": "oslo"}
    assert isinstance(filled["where"], Place)


def test_repair_entities_correct_a_guess_of_their_type_only() -> None:
    """A guessed place gives way to a recognised one; free text that was found stays."""
    text = "write something to zoe"
    guess = SlotValue("who", Person("something to zoe"), "something to zoe", 6, 22)
    found = (entity(text, "person", "zoe"),)
    assert naming.from_entities((guess,), skill.intents["post.write"].slots, found, WEDNESDAY)[
        0
    ] == SlotValue("who", Person("zoe"), "zoe", 19, 22)

    topic = SlotValue("topic", "zoe's recipes", "zoe's recipes", 0, 13)
    assert naming.from_entities(
        (topic,), skill.intents["post.look_up"].slots, found, WEDNESDAY
    ) == (topic,)


def test_repair_entity_fills_required_text() -> None:
    """A required free text that nothing filled takes the name that was said."""
    text = "i wonder about paris"
    filled = naming.from_entities(
        (), skill.intents["post.look_up"].slots, (entity(text, "place", "paris"),), WEDNESDAY
    )

    assert [(s.name, s.value) for s in filled] == [("topic", "paris")]


def test_repair_skill_with_a_place_is_filled_in_the_chat(say: Conversation, tmp_path: Path) -> None:
    """In a whole turn the entity reaches the skill; without the head it asks."""
    file = tmp_path / "travel.py"
    file.write_text(
        "from assistant import Place, Skill\n"
        'skill = Skill("travel")\n'
        '@skill.intent("travel to {where}")\n'
        'def go(where: Place) -> str:\n    """Travel."""\n    return f"Off to {where}."\n'
    )
    say.use(file)

    class Travel:
        def __call__(self, utterance: Utterance, session: object) -> Understanding:
            return Understanding("travel.go", 0.9, parser="classifier")

    def heard(*entities: Entity) -> Turn:
        say.assistant._features = Mood("neutral", *entities)  # type: ignore[assignment]
        links = (Link("classifier", Travel()),)
        say.assistant._reading = replace(say.assistant._reading, links=links)
        return say("oslo is where we are off to")

    assert heard(Entity("place", "oslo", 0, 4, 0.9)).reply.text == "Off to oslo."
    assert heard().outcome == "asked"
