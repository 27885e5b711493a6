"""Timers and the stopwatch in talks: what each does, its undo, its correction, what it asks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant import Lengths
from assistant.testing import Conversation
from tests.following import follow

TALKS = {
    "paused and resumed": [
        ("set a soup timer for 10 minutes", "set"),
        ("+4", ""),
        ("pause the soup timer", "^Soup timer: 6 minutes left, paused.$"),
        ("+30", ""),
        ("how long is left on the soup timer", "6 minutes left, paused"),
        ("pause the timer", "The soup timer is paused already"),
        ("how long has the soup timer been running", "4 minutes of it have passed"),
        ("unpause the soup timer", "^Soup timer: 6 minutes left.$"),
        ("resume it", "is running"),
        ("undo", "Undone"),
        ("my timers", "6 minutes left, paused"),
        ("add 2 minutes to the soup timer", "8 minutes left, paused now"),
        ("continue the timer for soup", "8 minutes left.$"),
    ],
    "the one that can be is meant": [
        ("set a soup timer for 10 minutes", "set"),
        ("set a bread timer for 20 minutes", "set"),
        ("pause the timer", "Which one: soup or bread"),
        ("bread", "Bread timer: 20 minutes left, paused"),
        ("pause the timer", "Soup timer: 10 minutes left, paused"),
        ("resume the timer", "Which one: soup or bread"),
        ("both", "Soup timer: 10 minutes left.\nBread timer: 20 minutes left"),
        ("freeze both timers", "Soup.*paused.\nBread.*paused"),
    ],
    "shortened and lengthened": [
        ("set a soup timer for 10 minutes", "set"),
        ("take 3 minutes off the soup timer", "7 minutes left now"),
        ("no, four", "6 minutes left now"),
        ("undo", "Undone"),
        ("shorten the timer", "By how much"),
        ("two minutes", "left now"),
        ("remove an hour from the soup timer", "has only .* left"),
        ("make the soup timer 5 minutes longer", "left now"),
        ("longer timer", "By how much"),
        ("never mind", "never mind"),
    ],
    "by its length": [
        ("set a timer for 10 minutes", "set"),
        ("set a timer for 20 minutes", "set"),
        ("pause the timer for 20 minutes", "20 minute timer: 20 minutes left, paused"),
        ("reduce the 10 minute timer by 4 minutes", "6 minute timer: 6 minutes left now"),
        ("cancel the longest timer", "20 minute timer cancelled"),
    ],
    "given another length": [
        ("set the timer to 8 minutes", "No timer was running, so I started one"),
        ("change the timer to ten minutes", "Timer set for 10 minutes"),
        ("no, twelve", "Timer set for 12 minutes"),
        ("my timers", "^- 12 minute timer: 12 minutes left$"),
        ("extend the timer to 15 minutes", "Timer set for 15 minutes"),
        ("5 more minutes on the timer", "20 minute timer: 20 minutes left now"),
        ("start over the timer", "Timer set for 20 minutes"),
        ("change the timer", "For how long"),
        ("6 minutes", "Timer set for 6 minutes"),
    ],
    "renamed": [
        ("set a soup timer for 10 minutes", "set"),
        ("rename the soup timer to Tom Yum!", "The soup timer is called Tom Yum!? now"),
        ("my timers", "Tom Yum"),
        ("rename the timer named Tom Yum as consommé", "is called consommé now"),
        ("undo", "Undone"),
        ("rename the timer", "To what"),
        ("broth", "is called broth now"),
        ("name my timer 20 minutes", "is no name"),
        ("undo", "Undone"),
        ("my timers", "Tom Yum"),
    ],
    "started anew": [
        ("set an egg timer for 5 minutes", "set"),
        ("+3", ""),
        ("restart the egg timer", "Egg timer set for 5 minutes"),
        ("my timers", "^- Egg timer: 5 minutes left$"),
        ("+6", ""),
        ("restart the egg timer", "Egg timer set for 5 minutes"),
        ("start the egg timer again", "Egg timer set for 5 minutes"),
        ("my timers", "^- Egg timer: 5 minutes left$"),
    ],
    "stopped as it rings": [
        ("set a soup timer for 5 minutes", "set"),
        ("set a bread timer for 30 minutes", "set"),
        ("+6", ""),
        ("stop the timer", "it is quiet"),
        ("my timers", "^- Bread timer: 24 minutes left$"),
        ("undo", "Undone"),
        ("stop the bread timer", "Bread timer cancelled"),
        ("+3", ""),
        ("stop the timer", "it is quiet"),
        ("stop the timer", "No timer is set"),
    ],
    "several in one breath": [
        ("set timers for 5, 10 and 15 minutes", "Timers set for 5 minutes, 10 minutes and 15"),
        ("undo", "Undone"),
        ("my timers", "No timer is running"),
        ("set two timers, one for 3 minutes and one for 20", "3 minutes and 20 minutes"),
        ("a 5 minute tea timer and a 7 minute egg timer", "Tea timer set for 5 .*[Ee]gg timer set"),
        ("which timer ends first", "3 minute timer"),
        ("what is my longest timer", "20 minute timer"),
        ("cancel the first two timers", "Cancelled 2 timers|Which one"),
    ],
    "until a time": [
        ("set a timer until quarter past eleven", "1 hour 15 minutes, until 11:15"),
        ("no, half past eleven", "1 hour 30 minutes, until 11:30"),
        ("my timers", "^- 1 hour 30 minute timer"),
    ],
    "pomodoros": [
        ("start a pomodoro", "Pomodoro of 25 minutes started"),
        ("+5", ""),
        ("how long is left on the pomodoro timer", "Pomodoro: 20 minutes left"),
        ("pause the pomodoro", "20 minutes left, paused"),
        ("pause the pomodoro", "paused already"),
        ("continue my pomodoro", "20 minutes left.$"),
        ("stop the pomodoro", "cancelled"),
        ("set my pomodoro length to 40 minutes", "take 40 minutes from now on"),
        ("start another pomodoro", "40 minutes started"),
        ("undo", "Undone"),
        ("start a pomodoro of 50 minutes", "50 minutes started"),
        ("no, thirty", "30 minutes started"),
        ("start a pomodoro break", "Break of 5 minutes started"),
        ("cancel the pomodoro", "Which one: break or pomodoro"),
        ("the pomodoro", "Pomodoro cancelled"),
        ("set my pomodoro length to 3 days", "a minute at least and twelve hours at most"),
    ],
    "no name in that": [
        ("set a timer for timer", "can't help"),
        ("set a 5 minute timer for 10 minutes", "is no name"),
        ("set a timer for 5 minutes every day", "can't help"),
        ("set the timer for 6 minutes", "^Timer set for 6 minutes.$"),
        ("set a 5 minute and 3 second timer", "^Timer set for 5 minutes 3 seconds.$"),
    ],
    "all but some": [
        ("set timers for 5, 10 and 15 minutes", "set"),
        ("cancel all timers except the 10 minute one", "Cancel all but 10 minutes"),
        ("yes", "Cancelled 2 timers"),
        ("cancel all timers but the 10 minute timer", "There is no timer but that"),
        ("my timers", "^- 10 minute timer: 10 minutes left$"),
    ],
    "called alike": [
        ("set a tea timer for 5 minutes", "set"),
        ("set a tea timer for 7 minutes", "set"),
        ("cancel the tea timer", r"Which one: tea \(5 minutes\) or tea \(7 minutes\)"),
        ("tea", "leaves it open which one, so nothing is changed"),
        ("cancel the tea timer", "Which one"),
        ("the 7 minute one", "Tea timer cancelled"),
        ("my timers", "^- Tea timer: 5 minutes left$"),
    ],
    "a stopwatch": [
        ("check the stopwatch", "at zero"),
        ("take a lap", "not running"),
        ("start the stopwatch", "Stopwatch started"),
        ("start the stopwatch", "running already"),
        ("+1", ""),
        ("new lap", "Lap 1: 1 minute, 1 minute in all"),
        ("+2", ""),
        ("lap", "Lap 2: 2 minutes, 3 minutes in all"),
        ("stop the stopwatch", "stopped at 3 minutes"),
        ("+5", ""),
        ("read the stopwatch", "3 minutes, stopped.\n- lap 1: 1 minute\n- lap 2: 2 minutes"),
        ("resume the stopwatch", "goes on from 3 minutes"),
        ("undo", "Undone"),
        ("what does the stopwatch say", "3 minutes, stopped"),
        ("reset the stopwatch", "reset"),
        ("reset the stopwatch", "at zero already"),
    ],
}


@pytest.mark.parametrize("talk", TALKS.values(), ids=TALKS)
def test_timers_in_a_talk(say: Conversation, talk: list[tuple[str, str]]) -> None:
    """Each sentence gets its reply; "+5" lets minutes pass, and what is due ring."""
    follow(say, talk)


def test_timers_paused_do_not_ring(say: Conversation) -> None:
    """One that is held rings only once it was resumed and its rest is over."""
    say("set a soup timer for 10 minutes")
    say("pause the soup timer")
    say.clock.advance(minutes=30)
    assert say.ring() == []
    say("resume the soup timer")
    say.clock.advance(minutes=11)
    assert [alarm.message for alarm in say.ring()] == ["Your soup timer is done."]


def test_timers_renamed_ring_by_their_new_name(say: Conversation) -> None:
    """The message tells the name that it has by then."""
    say("set a soup timer for 10 minutes")
    say("rename the soup timer to broth")
    say.clock.advance(minutes=11)
    assert [alarm.message for alarm in say.ring()] == ["Your broth timer is done."]


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("5, 10 and 15 minutes", [5, 10, 15]),
        ("one for 5 minutes and one for 10", [5, 10]),
        ("5 minutes and two hours", [5, 120]),
        ("1 hour and 30 minutes", [60, 30]),
        ("an hour and ten minutes, and 5 minutes", [70, 5]),
        ("a minute and an hour and a half", [1, 90]),
        ("30 and 60 minutes", [30, 60]),
        ("2 and 3 hours", [120, 180]),
    ],
)
def test_timers_lengths_in_one_breath(said: str, minutes: list[int]) -> None:
    """A bare number has the unit of its neighbour; a larger unit begins another length."""
    assert list(Lengths.parse(said)) == [timedelta(minutes=each) for each in minutes]


@pytest.mark.parametrize("said", ["", "5 minutes", "a minute and a half", "5 and 10", "5 and milk"])
def test_timers_lengths_that_are_none(said: str) -> None:
    """One length, numbers without any unit, and other words are refused."""
    with pytest.raises(ValueError, match=r"is|needs"):
        Lengths.parse(said)


@pytest.mark.parametrize(
    ("length", "called"),
    [
        ("5 minutes", "5 minute"),
        ("30 seconds", "30 second"),
        ("2 hours", "2 hour"),
        ("3 days", "3 day"),
        ("1 hour and 30 minutes", "1 hour 30 minute"),
    ],
)
def test_timers_are_called_by_a_length_in_the_singular(
    say: Conversation, length: str, called: str
) -> None:
    """In every sentence that calls one so, when it rings too."""
    say(f"set a timer for {length}")
    say("set a timer for 11 seconds")
    told = [say(f"{act} the {called} timer").reply.text for act in ("pause", "cancel")]
    say(f"set a timer for {length}")
    say.clock.advance(days=4)
    rung = [alarm.message for alarm in say.ring()]
    assert told[0].startswith(f"{called} timer: ")
    assert told[1] == f"{called} timer cancelled."
    assert f"Your {called} timer is done." in rung
