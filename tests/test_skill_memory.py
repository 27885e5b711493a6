"""Facts and notes in conversation: one value of a thing, names, what is asked for."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Meaning, Memory, SkillError, subject_of
from assistant.skill.memory import WriteMemory
from assistant.skill.registry import Registry
from assistant.testing import Conversation
from tests.following import follow
from tests.shelf import Copy, Shelf

SKILL = Path(__file__).parent.parent / "skills" / "memory.py"

TALKS = {
    "the newest value": [
        ("remember that my bike lock is 3391", "^I'll remember that your bike lock is 3391.$"),
        ("remember my bike lock is 8080", "and no longer that your bike lock is 3391"),
        ("what's my bike lock", "^Your bike lock is 8080.$"),
        ("undo", "Undone"),
        ("what's my bike lock", "^Your bike lock is 3391.$"),
        ("remember that i left the ladder at work", "you left the ladder at work"),
        ("remember that the ladder is in the attic", "no longer that you left"),
        ("where is the ladder", "^The ladder is in the attic.$"),
    ],
    "what is one more is kept beside it": [
        ("remember that the door word is sesame", "door word is sesame"),
        ("remember that the door word is fond of tulips", "^I'll remember .* tulips.$"),
        ("what is the door word", "sesame.*tulip"),
        ("remember that the door word is tulip", "no longer that the door word is sesame"),
        ("what is the door word", "^The door word is fond of tulips. The door word is tulip.$"),
        ("what is my dad's door word", "not told me"),
        ("remember that dad likes plums", "dad likes plums"),
        ("what does dad like", "^Dad likes plums.$"),
    ],
    "what was told is a request": [
        ("what is the alarm code", "can't help"),
        ("remember that the alarm code is x9-y!", "the alarm code is x9-y!"),
        ("what is the alarm code", "^The alarm code is x9-y!$"),
        ("tell me the alarm code", "x9-y!"),
        ("forget the alarm code", "Forget that the alarm code is x9-y"),
        ("yes", "Forgotten"),
        ("what is the alarm code", "can't help"),
    ],
    "to be done is no fact": [
        ("remember to water the cactus", "When"),
        ("cancel", "never mind"),
        ("what do you remember", "Nothing yet"),
    ],
    "the user's name": [
        ("what's my name", "have not told me your name"),
        ("my name is Carla", "Carla"),
        ("who am i", "^Your name is Carla.$"),
        ("call me Dr Moss", "Dr Moss"),
        ("do you know my name", "^Your name is Dr Moss.$"),
        ("undo", "Undone"),
        ("tell me my name", "^Your name is Carla.$"),
        ("forget my name", "Forget that your name is Carla"),
        ("yes", "Forgotten"),
        ("what is my name", "have not told me your name"),
    ],
    "notes": [
        ("note that", "What should I note"),
        ("the meter (left) reads 07:15, twice", "Noted: the meter .left. reads 07:15, twice"),
        ("add note ring the vet", "Noted: ring the vet"),
        ("note the shed key is #4", "Noted: the shed key is #4"),
        ("delete the second note", "Delete “ring the vet”"),
        ("no", "It stays"),
        ("delete the shed note", "Delete “the shed key is #4”"),
        ("yes", "Deleted"),
        ("remove my newest note", "Delete “ring the vet”"),
        ("cancel", "never mind|It stays"),
        ("delete the note about cats", "No note is about cats"),
    ],
}


@pytest.mark.parametrize("talk", TALKS.values(), ids=TALKS)
def test_skill_memory_follows_a_conversation(
    say: Conversation, talk: list[tuple[str, str]]
) -> None:
    """Each turn's reply holds what it should."""
    follow(say, talk)


def test_skill_memory_tells_what_was_kept_by_numbers(say: Conversation) -> None:
    """Facts kept under numbers, as they once were, are told, replaced and forgotten."""
    from assistant.skill.given import WriteMemory
    from assistant.turn import Reply, Understanding, Utterance

    old = WriteMemory("memory", "1", "my bike lock is 3391")
    said = Utterance("remember that my bike lock is 3391", say.clock())
    session = say.session
    with say.assistant.store.transaction(alone=True) as transaction:
        transaction.record(session, said, Understanding(None), Reply(""), "answered", [old])

    assert say("what is my bike lock").reply.text == "Your bike lock is 3391."
    assert "no longer" in say("remember that my bike lock is 77").reply.text
    assert say("what do you remember").reply.text == "- Your bike lock is 77."


def test_skill_memory_names_what_it_does_not_know() -> None:
    """A refusal quotes what was asked for, in whichever hole it was heard."""
    intents = Registry([], files=[SKILL], packages=False).skills.intents
    nothing: dict[str, Any] = {
        "memory": Memory("memory", Shelf()),
        "meaning": Meaning(lambda *_: []),
    }
    for heard in ({"known": "boat code"}, {"thing": "boat code"}):
        with pytest.raises(SkillError, match=r"about “boat code”.*notes about boat code"):
            intents["memory.recall"].function(**nothing, **heard)
        with pytest.raises(SkillError, match="nothing about boat code"):
            intents["memory.forget"].function(**nothing, **heard)


TOLD = (
    "my bike lock is 3391",
    "the bike lock is red",
    "i left the ladder at work",
    "carla hates olives",
    "Carla hates olives",
    "my name is Carla",
)

VALUES = st.lists(st.sampled_from(TOLD), min_size=1, max_size=3) | st.sampled_from([*TOLD, 7])


@given(written=st.lists(st.tuples(st.integers(1, 4), VALUES | st.none()), max_size=9))
def test_skill_memory_finds_facts_wherever_they_are_kept(written: list[tuple[int, Any]]) -> None:
    """Under whichever key, alone or in a list, now or by turns before: as when all are read."""
    skill = runpy.run_path(str(SKILL))
    shelf = Shelf({"1": "my bike lock is 12"})
    memory = Memory("memory", shelf)
    for key, value in written:
        if value is None:
            memory.pop(str(key), None)
        else:
            memory[str(key)] = value
        for subject in {subject_of(fact) for fact in TOLD}:
            told = [f for f in skill["facts_in"](memory) if subject and subject_of(f) == subject]
            assert sorted(skill["told_of"](subject, memory)) == sorted(told)
    for fact in TOLD:
        skill["drop"](fact, memory)
        assert fact not in skill["facts_in"](memory)
    assert not {*skill["facts_in"](memory)}.intersection(TOLD)


DONE = st.tuples(
    st.sampled_from(["set", "del", "has", "clear", "keys"]),
    st.integers(0, 50),
    st.integers(),
)


@given(there=st.integers(0, 40), done=st.lists(DONE, max_size=60))
def test_memory_is_as_a_dictionary(there: int, done: list[tuple[str, int, int]]) -> None:
    """Whatever is written, dropped and asked, in any order, with few values stored or many."""
    shelf = Shelf({str(n): n for n in range(there)})
    plain, memory = dict(shelf), Memory("x", shelf)
    for what, key, value in [(what, str(n), value) for what, n, value in done]:
        if what == "set":
            plain[key] = memory[key] = value
        elif what == "del" and key in plain:
            del plain[key], memory[key]
        elif what == "clear" and not value % 9:
            plain.clear()
            memory.clear()
        assert (key in memory, memory.get(key)) == (key in plain, plain.get(key))
        assert what != "keys" or [*memory] == [*plain]
        assert len(memory) == len(plain)
        assert memory.made(Copy).rows == plain
    assert dict(memory) == plain
    for effect in memory.effects:
        if isinstance(effect, WriteMemory):
            shelf[effect.key] = effect.value
        else:
            del shelf[effect.key]
    assert shelf == plain
