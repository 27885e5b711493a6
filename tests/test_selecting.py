"""One of several named things is chosen by whatever tells it from the others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import choose
from assistant.language.selecting import sharing

TIMERS = {
    "pasta": "10 minutes",
    "tea": "4 minutes",
    "rice pudding": "20 minutes",
    "rice": "15 minutes",
    "steak": "2 hours",
}
ALARMS = ("today at 20:00", "tomorrow at 07:00", "Friday at 07:30")


def names(timer: str) -> list[str]:
    """Return what a timer of the table is called."""
    return [timer, TIMERS[timer]]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("pasta", "pasta"),
        ("the pasta one please", "pasta"),
        ("the Tea timer", "tea"),
        ("rice", "rice"),
        ("the rice one", "rice"),
        ("the pudding", "rice pudding"),
        ("the second one", "tea"),
        ("the last", "steak"),
        ("number two", "tea"),
        ("number one", "pasta"),
        ("the ten minute one", "pasta"),
        ("my 2-hour timer", "steak"),
        ("ten", "pasta"),
        ("the fifteen minute rice timer", "rice"),
        ("the second rice one", "rice"),
        ("pasta and tea", "pasta, tea"),
        ("the first and the third", "pasta, rice pudding"),
        ("all", "pasta, tea, rice pudding, rice, steak"),
        ("all five of them", "pasta, tea, rice pudding, rice, steak"),
        ("all but the tea timer", "pasta, rice pudding, rice, steak"),
        ("everything except for pasta and rice", "tea, rice pudding, steak"),
        ("both rice timers", "rice pudding, rice"),
        ("the longest", "steak"),
        ("the shortest timer", "tea"),
        ("the shortest rice one", "rice"),
        ("the one that rings first", "pasta"),
        ("the one which goes off next", "pasta"),
        ("the next", "pasta"),
        ("the very last one", "steak"),
        ("the first two", "pasta, tea"),
        ("the last three timers", "rice pudding, rice, steak"),
        ("the first two rice ones", "rice pudding, rice"),
        ("the one for 10 minutes", "pasta"),
        ("both the tea timer and the steak", "tea, steak"),
        ("all apart from the tea timer", "pasta, rice pudding, rice, steak"),
        ("everything other than pasta and rice", "tea, rice pudding, steak"),
    ],
)
def test_selecting_what_is_meant(said: str, meant: str) -> None:
    """Names, words, places, values, and several at once are clear."""
    chosen = choose(list(TIMERS), said, names, "timer")

    assert chosen.clear
    assert chosen.options == meant.split(", ")


@pytest.mark.parametrize(
    "said",
    ["pizza", "green tea", "tea and pizza", "ea", "the sixth one", "all three", "both", "none",
     "the eleven minute one", "the ten minute tea timer", "all but pizza", "neither", "30",
     "all but " * 200],
)  # fmt: skip
def test_selecting_what_is_not_there(said: str) -> None:
    """What no option fits wholly means none of them: a part of a word, one word of two."""
    assert choose(list(TIMERS), said, names, "timer").options == []


@pytest.mark.parametrize(
    ("said", "meant", "clear"),
    [
        ("the last one", "pasta, tea", False),
        ("the first", "pasta, tea", False),
        ("the one that ends last", "tea", True),
        ("the newest", "pasta", True),
        ("the most recent timer", "pasta", True),
        ("the last two", "", False),
    ],
)
def test_selecting_by_when_they_were_made(said: str, meant: str, clear: bool) -> None:
    """A place is clear where it is the same in the order of the options and of their making."""
    made = {"pasta": 3, "rice": 2, "tea": 1}
    chosen = choose(list(made), said, noun="timer", made=made.__getitem__)

    assert (", ".join(chosen.options), chosen.clear) == (meant, clear)


def test_selecting_what_is_nearly_there() -> None:
    """A misspelt name is a guess to ask about; what is to be spared is none."""
    assert sharing(list(TIMERS), "the psata timer", names, "timer") == ["pasta"]
    assert sharing(list(TIMERS), "the pizza timer", names, "timer") == []
    assert sharing(list(TIMERS), "all but the psata timer", names, "timer") == []


@pytest.mark.parametrize("said", ["", "the timer", "that one", "it"])
def test_selecting_among_several_is_open(said: str) -> None:
    """Where nothing tells them apart, all fit and it is not clear; one alone is."""
    chosen = choose(list(TIMERS), said, names, "timer")

    assert (len(chosen.options), chosen.clear) == (5, False)
    assert choose(["tea"], said, noun="timer").clear


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("8 pm", 0),
        ("eight", 0),
        ("at seven", 1),
        ("07:00", 1),
        ("tomorrow's", 1),
        ("the friday one", 2),
        ("the one at half past seven", 2),
    ],
)
def test_selecting_by_a_clock_time(said: str, place: int) -> None:
    """A time with am and pm open fits both."""
    assert choose(ALARMS, said, noun="alarm").options == [ALARMS[place]]
    assert choose(ALARMS, "8 am", noun="alarm").options == []


@given(st.text(), st.lists(st.text(max_size=20), max_size=5))
def test_selecting_takes_any_text(said: str, options: list[str]) -> None:
    """Whatever is said of whatever there is, some of the options come back."""
    chosen = choose(options, said, noun="timer")

    assert all(option in options for option in chosen.options)
    assert chosen.options or not chosen.clear


@given(st.lists(st.text("abcdefg", min_size=4), min_size=1, max_size=4, unique=True))
def test_selecting_by_the_exact_name(options: list[str]) -> None:
    """Each option is chosen by its own name."""
    assert all(choose(options, each).options == [each] for each in options)
