"""What a thing of a list is, how much of it there is, and two of a kind added up."""

from __future__ import annotations

import re

import pytest

from assistant import are, put, same_thing, thing_of
from assistant.language.things import Things, added_up, amount_of


@pytest.mark.parametrize(
    ("said", "count", "unit", "thing"),
    [
        ("three litres of juice", 3, "liter", "juice"),
        ("2 kg rice", 2, "kilogram", "rice"),
        ("300g butter", 300, "gram", "butter"),
        ("half a pound of ham", 0.5, "pound", "ham"),
        ("a dozen rolls", 12, "", "rolls"),
        ("another lemon", 1, "", "lemon"),
        ("a bag of apples", 1, "bag", "apples"),
        ("four tins of tuna", 4, "tin", "tuna"),
        ("3x yoghurt", 3, "", "yoghurt"),
        ("the honey", None, "", "honey"),
        ("5 inch screws", 5, "", "inch screws"),
        ("2 cup cakes", 2, "", "cup cakes"),
        ("glass", None, "", "glass"),
        ("seven", None, "", "seven"),
        ("", None, "", ""),
    ],
)
def test_things_have_an_amount(said: str, count: float | None, unit: str, thing: str) -> None:
    """A number, a measure or what a thing comes in is no part of the thing."""
    amount = amount_of(said)

    assert (amount.count, amount.unit, amount.thing) == (count, unit, thing)


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("3 lemons", "half a dozen lemons", "9 lemons"),
        ("a lemon", "another lemon", "2 lemons"),
        ("lemon", "another lemon", "2 lemons"),
        ("a litre of juice", "2 litres of juice", "3 litres of juice"),
        ("1 kg rice", "250 g rice", "1.25 kg of rice"),
        ("a tin of tuna", "three tins of tuna", "4 tins of tuna"),
        ("2 tins of tuna", "1 kg tuna", None),
        ("lemons", "2 lemons", None),
    ],
)
def test_things_are_added_up(one: str, other: str, together: str | None) -> None:
    """Amounts of one kind are one amount; what measures different things stays apart."""
    assert added_up(one, other) == together


def test_things_are_put_on_a_list_each_kind_once() -> None:
    """What is there already is added up where that can be, gets its amount, or is told."""
    done = put(["juice", "2 lemons", "honey"], ["a litre of juice", "4 lemons", "Honey", "jam"])

    assert done.items == ["a litre of juice", "6 lemons", "honey", "jam"]
    assert (done.added, done.more) == (["jam"], ["a litre of juice", "6 lemons"])
    assert done.old == ["honey"]
    assert put([], ["another lemon"]).items == ["lemon"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("3 bottles of cider", "the cider", True),
        ("250 g butter", "butter", True),
        ("a jar of olives", "two olives", True),
        ("Rook & Sons pickle", "rook and sons pickle", True),
        ("olive oil", "olives", False),
        ("apple juice", "a litre of juice", False),
    ],
)
def test_things_are_the_same_whatever_their_amount(one: str, other: str, same: bool) -> None:
    """Which kind of thing it is does not depend on how much of it is wanted."""
    assert same_thing(one, other) is same
    assert (thing_of(one) == thing_of(other)) is same


def test_things_agree_with_their_verb() -> None:
    """Several, and one in the plural, are; one is."""
    assert [are(["milk"]), are(["eggs"]), are(["glass"]), are(["a", "b"]), are([])] == [
        "is", "are", "is", "are", "is",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "said", ["that", "it", "to talk", "", "the", "the same", "a but not b", "a on my list and b"]
)
def test_things_are_no_empty_words(said: str) -> None:
    """Words that name no thing, and what is to be done, can't be put on a list."""
    assert Things.parse("um, some [red] paint") == "some [red] paint"
    with pytest.raises(ValueError, match="^" + said):
        Things.parse(said)


@pytest.mark.parametrize(
    ("said", "things"),
    [
        ("milk, eggs and bread", True),
        ("milk, we are out of it", False),
        ("milk. I love it", False),
        ("my pay, we'll go out", False),
        ("milk, it", False),
    ],
)
def test_things_are_no_clause(said: str, things: bool) -> None:
    """What tells something behind a mark is no further thing."""
    if things:
        assert Things.parse(said) == said
    else:
        with pytest.raises(ValueError, match=re.escape(said)):
            Things.parse(said)
