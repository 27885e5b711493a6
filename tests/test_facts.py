"""What a fact is about, and which other it takes the place of."""

from __future__ import annotations

import pytest

from assistant import replaces, subject_of
from assistant.language.facts import Fact, Name, Text


@pytest.mark.parametrize(
    ("fact", "subject"),
    [
        ("my bike lock is 3391", "bike lock"),
        ("The alarm code = 12 34", "alarm code"),
        ("dad's birthday is on the 5th", "dad's birthday"),
        ("we keep the good plates in the cellar", "good plates"),
        ("i left my umbrella at work", "umbrella"),
        ("carla hates olives", ""),
        ("i am allergic to cats", ""),
        ("it is cold", ""),
        ("the man whom i met on the train to rome is nice", ""),
        ("", ""),
    ],
)
def test_facts_are_about_what_stands_before_the_verb(fact: str, subject: str) -> None:
    """A thing of a few words, without "my" and "the"; nothing where it can't be told."""
    assert subject_of(fact) == subject


@pytest.mark.parametrize(
    ("new", "old", "answer"),
    [
        ("my bike lock is 3391", "the bike lock is 12", True),
        ("the ladder is in the attic", "i put the ladder behind the shed", True),
        ("my cat is called tom", "my cat is named jerry", True),
        ("my cat is old", "my cat is grey", True),
        ("the password is swordfish", "the password is x12", True),
        ("my cat is called tom", "my cat is grey", False),
        ("my cat is in the attic", "my cat is called tom", False),
        ("carla hates olives", "carla likes jazz", False),
        ("my cat is fond of fish", "my cat is grey", False),
        ("Carla hates olives", "carla hates olives", True),
    ],
)
def test_facts_take_the_place_of_one_kind(new: str, old: str, answer: bool) -> None:
    """A thing has one value, place and name; what is told in more words is one more."""
    assert replaces(new, old) is answer


@pytest.mark.parametrize(
    ("kind", "said", "good"),
    [
        (Text, "buy stamps!", True),
        (Text, "that", False),
        (Text, "", False),
        (Fact, "the gate is open", True),
        (Fact, "to call the vet", False),
        (Fact, "carla", False),
        (Fact, "the pears", False),
        (Fact, "buying pears", False),
        (Fact, "swimming class is at 7", True),
        (Name, "Jean-Luc", True),
        (Name, "dr o'neill", True),
        (Name, "a cab", False),
        (Name, "tomorrow", False),
        (Name, "me back", False),
        (Name, "the queen of all of england", False),
        (Name, "42", False),
    ],
)
def test_facts_and_names_are_told_from_other_words(kind: type[Text], said: str, good: bool) -> None:
    """What is no text, fact or name is refused by its type."""
    if good:
        assert kind.parse(said) == said
    else:
        with pytest.raises(ValueError, match=f"^{said}$"):
            kind.parse(said)
