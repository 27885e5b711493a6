"""What was said is chosen among what the ears heard, by what can be said now."""

from __future__ import annotations

import gc
import weakref
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.language.sounds import Lexicon, key
from assistant.language.templates import read
from assistant.testing import Conversation
from assistant.turn import Utterance
from assistant.turn.hearing import Hearing, Hypothesis
from assistant.understanding.spoken.choosing import Respelling, written
from assistant.understanding.spoken.paths import Paths
from assistant.understanding.spoken.phrases import plain, sentences
from assistant.understanding.spoken.plan import Filling, Plan, undone

HEATING = '''
from typing import Literal

from assistant import Skill

skill = Skill("heating", sounds_like={"hvac": "age vac"})


@skill.intent("set the hvac to {mode}", "turn [the] heating {mode}")
def mode(mode: Literal["low", "high", "off"]) -> str:
    """Set the heating."""
    return f"The heating is {mode}."
'''


def heard(*open_ear: str, closed: tuple[str, ...] = (), sure: float = 0.9) -> Hearing:
    """Return a hearing of hypotheses, each a point less likely than the one before."""
    both = (("open", open_ear), ("closed", closed))
    made = [
        Hypothesis(text, 100.0 - i, ear, sure if i == 0 else 0.0)
        for ear, texts in both
        for i, text in enumerate(texts)
    ]
    return Hearing(tuple(made), datetime.now(UTC))


def taken(say: Conversation, hearing: Hearing) -> Utterance:
    """Return what the assistant takes a hearing for."""
    return say.assistant.heard(hearing, say.session.id)


@pytest.mark.parametrize(
    ("one", "other"),
    [("two", "to"), ("four", "for"), ("weather", "whether"), ("night", "knight"), ("eight", "ate")],
)
def test_spoken_homophones_have_one_key(one: str, other: str) -> None:
    """Words that sound the same are no distance apart."""
    assert key(one) == key(other)
    assert Lexicon([other]).distances(one)[0] == 0


def test_spoken_distances_follow_the_sound() -> None:
    """What sounds nearer is nearer; a word of digits has no sound and is far from every word."""
    lexicon = Lexicon(["light", "shot", "minute"])

    near, middle, far = lexicon.distances("like")
    assert 0 < near < middle < far
    assert (lexicon.distances("7") > 0).all()


def test_spoken_paths_find_the_way_that_sounds_like_it() -> None:
    """Slips, missed words and words too many lead to the nearest sentence."""
    told = [("dice", read("roll {count} dice")), ("list", read("add {item} to [my|the] list"))]
    paths = Paths(Plan(told, {"dice": {"count": Filling(words=("two", "three", "twenty"))}}))

    assert paths.nearest(["role", "to", "ice"])[0].text == "roll two dice"
    assert paths.nearest(["roll", "twenty", "three", "dice"])[0].text == "roll twenty three dice"
    assert paths.nearest(["at", "oat", "milk", "to", "my", "list"])[0].text == (
        "add oat milk to my list"
    )
    assert paths.nearest([]) == []


def test_spoken_paths_hold_the_cost_against_words_of_the_template() -> None:
    """Words in a free slot cost little and count for nothing."""
    paths = Paths(Plan([("note", read("note {text}"))]))

    way = paths.nearest(["note", "the", "gate", "is", "open"])[0]
    assert way.cost == pytest.approx(way.free)
    assert way.literal == pytest.approx(paths.lexicon.sizes[0])


def test_spoken_paths_go_when_they_are_dropped() -> None:
    """Nothing waits for the collector: in an hour that would be hundreds of megabytes."""
    gc.disable()
    try:
        paths = Paths(Plan([("dice", read("roll the dice"))]))
        paths.nearest(["roll", "a", "dice"])
        gone = weakref.ref(paths)
        del paths
        assert gone() is None
    finally:
        gc.enable()


def test_spoken_words_are_compared_without_contractions() -> None:
    """ "What's" is "what is"; what has no letters can't be said."""
    assert undone("What's 15 % of it?") == ["what", "is", "?", "?", "of", "it"]
    assert Paths(Plan([("p", read("{a} + {b}"))])).nearest(["two", "plus", "two"]) == []


def test_spoken_sentences_are_words_a_grammar_knows(say: Conversation) -> None:
    """No sign and no figure is left; what nobody foresees is unknown; in haste it is "what's"."""
    made = sentences(say.assistant.skills.intents.values(), {"lists": ["birthday presents"]})

    assert all(plain(sentence) == sentence for sentence in made)
    assert any("birthday presents" in sentence for sentence in made)
    assert any(sentence.startswith("add [unk] to") for sentence in made)
    assert any(sentence.startswith("what's ") for sentence in made)


def test_spoken_both_ears_are_weighed(say: Conversation) -> None:
    """The closed ear's words win where they are a command and the open ear's only sound like it."""
    utterance = taken(
        say, heard("set a time of for ten minutes", closed=("set a timer for ten minutes",))
    )

    assert utterance.text == "set a timer for ten minutes"
    assert utterance.heard == "set a time of for ten minutes"
    assert utterance.source == "voice"
    assert utterance.confidence > 0.8


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("set a timer for to minutes", "set a timer for two minutes"),
        ("set a timer four for minutes", "set a timer for four minutes"),
        ("wake me at seven thirty p m", "wake me at seven thirty pm"),
        ("how many daze until christmas", "how many day until christmas"),
    ],
)
def test_spoken_slots_repair_what_sounds_the_same(say: Conversation, said: str, meant: str) -> None:
    """Numbers, times and homophones are repaired by the slot they must fill."""
    assert taken(say, heard(said)).text == meant


@pytest.mark.parametrize(
    "said",
    [
        "the printing press in the only sense with which we are concerned",
        "friday resume",
        "would you like roast will struck coffee",
    ],
)
def test_spoken_other_words_stand_as_they_are(say: Conversation, said: str) -> None:
    """What is like nothing that can be said is left to be refused."""
    utterance = taken(say, heard(said))

    assert utterance.text == said
    assert utterance.heard == ""
    assert say.assistant.respond(utterance, say.session.id).outcome == "refused"


def test_spoken_contractions_are_no_slip(say: Conversation) -> None:
    """ "What's" taken as "what is" is not worth a word."""
    assert taken(say, heard("what's on my shopping list")).heard == ""


def test_spoken_nothing_is_nothing(say: Conversation) -> None:
    """Noise without a word gives an utterance without a word."""
    assert taken(say, heard()).text == ""


def test_spoken_answers_come_first_while_a_question_is_open(say: Conversation) -> None:
    """An open question makes its answers sayable, and shortens the wait."""
    say("add milk to my shopping list")
    say("clear my shopping list")
    sayable = say.assistant.sayable(say.session.id)

    assert sayable.expects == "short"
    assert "yes please" in sayable.sentences
    assert taken(say, heard("yes pleas")).text == "yes please"


def test_spoken_commands_are_complete_unless_they_may_go_on(say: Conversation) -> None:
    """A whole command ends the wait; free words at its end may go on."""
    complete = say.assistant.sayable(say.session.id).complete

    assert complete("what time is it")
    assert complete("set a timer for ten minutes")
    assert not complete("set a timer for")
    assert not complete("note that the gate")
    assert not complete("")


def test_spoken_stored_names_are_listened_for(say: Conversation) -> None:
    """Names of lists and what is on them are among what can be said."""
    say("create a list called camping gear")

    assert any("camping gear" in s for s in say.assistant.sayable(say.session.id).sentences)


def test_spoken_badly_heard_words_are_read_back_before_something_is_lost(
    say: Conversation,
) -> None:
    """A careful intent asks first where the words are in doubt, and acts on yes."""
    say("add milk to my shopping list")
    doubtful = Utterance("remove milk from my shopping list", say.clock(), "voice", confidence=0.7)
    asked = say.assistant.respond(doubtful, say.session.id)
    assert asked.outcome == "asked"
    assert "Did you say" in asked.reply.text
    assert "milk" in say("what's on my shopping list").reply.text

    say.assistant.respond(doubtful, say.session.id)
    assert say("yes").outcome == "answered"
    assert "milk" not in say("what's on my shopping list").reply.text


def test_spoken_noise_does_nothing(say: Conversation) -> None:
    """Words that were hardly heard are not acted upon, and that is said."""
    noise = Utterance("roll two dice", say.clock(), "voice", confidence=0.3)
    turn = say.assistant.respond(noise, say.session.id)

    assert turn.outcome == "refused"
    assert "I'm not sure that I heard “roll two dice”" in turn.reply.text
    assert say("roll two dice").outcome == "answered"


def test_spoken_clear_words_act_at_once(say: Conversation) -> None:
    """Well heard words, and typed ones, are not read back."""
    say("add milk to my shopping list")
    sure = Utterance("remove milk from my shopping list", say.clock(), "voice", confidence=0.9)

    assert say.assistant.respond(sure, say.session.id).outcome == "answered"


def test_spoken_respelt_words_are_heard_and_written_back(say: Conversation, tmp_path: Path) -> None:
    """A word the model does not know is heard as it sounds."""
    skill = tmp_path / "heating.py"
    skill.write_text(HEATING, encoding="utf-8")
    say.use(skill)

    assert "set the age vac to high" in say.assistant.sayable(say.session.id).sentences
    assert taken(say, heard("set the age vac to hi")).text == "set the hvac to high"


def test_spoken_respelling_touches_whole_words_only() -> None:
    """A respelling inside another word stays."""
    respelt = Respelling({"hvac": "age vac"})

    assert respelt.back("the age vacuum and the age vac") == "the age vacuum and the hvac"
    assert Respelling({}).back("as it is") == "as it is"
    assert written("at seven p m") == "at seven pm"
