"""Timers, the stopwatch and far times in conversation, as time goes by."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from assistant.testing import Conversation

# A number lets as many minutes pass, with what is to ring then.
Talk = list[tuple[str, str] | float]

TALKS: dict[str, Talk] = {
    "an answer is for what was asked, whatever has rung since": [
        ("set a soup timer for 6 minutes", "Soup"),
        ("set a bread timer for 30 minutes", "Bread"),
        ("set a cake timer for 20 minutes", "Cake"),
        5,
        ("cancel the timer", "Which one: soup, cake or bread"),
        1,
        ("bread", "^Bread timer cancelled.$"),
        ("my timers", "^- Cake timer: 14 minutes left$"),
    ],
    "what is begun anew is what was chosen": [
        ("set a soup timer for 6 minutes", "Soup"),
        ("set a soup timer for 30 minutes", "Soup"),
        ("set a cake timer for 20 minutes", "Cake"),
        5,
        ("restart the timer", "Which one"),
        1,
        ("the cake one", "^Cake timer set for 20 minutes.$"),
    ],
    "a pause is no part of a length": [
        ("set a timer for 10 minutes", "10 minutes"),
        8,
        ("pause the timer", "2 minutes left, paused"),
        60,
        ("add 5 minutes to the timer", "^15 minute timer: 7 minutes left, paused now.$"),
        ("resume the timer", "7 minutes left"),
        ("restart the timer", "^Timer set for 15 minutes.$"),
    ],
    "what is snoozed keeps its length": [
        ("set a soup timer for 10 minutes", "Soup"),
        12,
        ("snooze for 5 minutes", "Snoozed"),
        ("restart the soup timer", "^Soup timer set for 10 minutes.$"),
    ],
    "a timer is made no longer than one can be": [
        ("set a soup timer for 10 minutes", "Soup"),
        ("make the soup timer 500 days longer", "more than a year"),
        ("add 7000 years to the soup timer", "more than a year"),
        ("my timers", "^- Soup timer: 10 minutes left$"),
    ],
    "what no calendar has is told in a sentence": [
        ("wake me in 8500 years", "^That is further off than any calendar goes; say less.$"),
        ("what is the time in 88888888 hours", "further off"),
        ("what time was it 88888888 hours ago", "further off"),
        ("what is 3 pm plus 240000000 hours", "^240,?000,?000|days after 15:00 is 15:00"),
    ],
    "a new stopwatch begins at zero, to a tenth of a second": [
        ("start the stopwatch", "^Stopwatch started.$"),
        1.235,
        ("stop the stopwatch", "^Stopwatch stopped at 1 minute 14.1 seconds.$"),
        ("start the stopwatch", "^Stopwatch goes on from 1 minute 14.1 seconds.$"),
        ("start a new stopwatch", "^Stopwatch started anew; it was at 1 minute 14.1 seconds.$"),
        2,
        ("lap", "^Lap 1: 2 minutes, 2 minutes in all.$"),
        ("restart the stopwatch", "anew"),
        ("stop the stopwatch", "^Stopwatch stopped at 0 seconds.$"),
        ("undo", "Undone"),
        ("undo", "Undone"),
        ("lap", "^Lap 2: 0 seconds, 2 minutes in all.$"),
    ],
}


@pytest.mark.parametrize("talk", TALKS.values(), ids=TALKS)
def test_skills_timing(say: Conversation, talk: Talk) -> None:
    """Each turn's reply holds what it should."""
    for each in talk:
        if isinstance(each, tuple):
            reply = say(each[0]).reply.text
            assert re.search(each[1], reply), f"{each[0]} -> {reply}"
        else:
            say.clock.at += timedelta(minutes=each)
            say.ring()
