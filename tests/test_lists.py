"""Things said in one breath are parted and told again, and compared as things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import joined, same_thing, split_list


@pytest.mark.parametrize(
    ("said", "things"),
    [
        ("milk and eggs", ["milk", "eggs"]),
        ("milk, bread, and the butter", ["milk", "bread", "butter"]),
        ("1,000 paper cups and 2.5 litres of milk", ["1,000 paper cups", "2.5 litres of milk"]),
        ("mac and cheese and some jam", ["mac and cheese", "jam"]),
        ("salt and vinegar crisps, salt and pepper", ["salt and vinegar crisps", "salt", "pepper"]),
        ("M&M's & coke", ["M&M's", "coke"]),
        ("C++ book & Hart & Moore's gin", ["C++ book", "Hart & Moore's gin"]),
        ("two and a half pounds of ham and rice", ["two and a half pounds of ham", "rice"]),
        ("tea + Coffee plus cake.", ["tea", "Coffee", "cake"]),
        ("black-and-white film", ["black-and-white film"]),
        ("bread\nmilk\n\nmilk", ["bread", "milk"]),
        ("a brandy, and also sand", ["a brandy", "sand"]),
        ("the", ["the"]),
        (" , and ", []),
        ("", []),
    ],
)
def test_lists_are_parted(said: str, things: list[str]) -> None:
    """Commas, words, signs and lines part things; numbers and pairs with one name stay whole."""
    assert split_list(said) == things


def test_lists_of_choices_are_parted_by_or() -> None:
    """The words that part things can be told."""
    assert split_list("tea or coffee and cake", joints=("and", "or")) == ["tea", "coffee", "cake"]
    assert split_list("oat milk or milk") == ["oat milk or milk"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("the Egg", "a dozen eggs", True),
        ("jalapeño", "jalapenos", True),
        ("two onions", "an onion", True),
        ("loaf of bread", "loaves of bread", True),
        ("glass", "glasses", True),
        ("tea", "steak", False),
        ("egg", "eggplant", False),
        ("milk", "oat milk", False),
        ("to-do", "to do", True),
    ],
)
def test_lists_compare_things(one: str, other: str, same: bool) -> None:
    """Case, article, amount, accents and number do not count; every word does."""
    assert same_thing(one, other) is same


WORDS = st.text("bcdfgh", min_size=1, max_size=6)


@given(st.lists(WORDS, unique=True))
def test_lists_told_are_heard_again(things: list[str]) -> None:
    """What is joined is parted into the same things."""
    assert split_list(joined(things)) == things


@given(st.text())
def test_lists_lose_no_letters(text: str) -> None:
    """Whatever is said, each thing stands in it as it was."""
    assert all(thing in text for thing in split_list(text))


def test_lists_keep_what_is_known_as_one() -> None:
    """A thing that is known as one is not parted, whatever joins its words."""
    said = "gin and it, tea and milk"

    assert split_list(said) == ["gin", "it", "tea", "milk"]
    assert split_list(said, whole=["Gin and it", "milk"]) == ["gin and it", "tea", "milk"]
