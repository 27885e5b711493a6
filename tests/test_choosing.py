"""Which alarm is meant: whole words, asked where it is open, and never another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.testing import Conversation
from tests.following import follow

MEDICINE = '''
"""Pills, each at its time."""

from datetime import timedelta

from assistant import Alarms, Ask, Choosing, Clock, Skill

skill = Skill("pills")
pills = Choosing(skill, "pill", full="{} pill")


@skill.intent("take {label} in the oven")
def take(label: str, alarms: Alarms, clock: Clock) -> str:
    """Set one."""
    alarms.add(clock.after(timedelta(minutes=1)), "Now.", label)
    return "Set."


@skill.intent("drop [the] [{label}] pill")
def drop(alarms: Alarms, label: str = "") -> str | Ask:
    """Drop one."""
    return pills.cancel(alarms, label)
'''

TALKS = {
    "another name": [
        ("set a tea timer for 4 minutes", "Tea timer set"),
        ("cancel timer named pizza", "No timer is “pizza”; there is: tea"),
        ("cancel the steak timer", "No timer is “steak”"),
        ("my timers", "Tea timer: 4 minutes left"),
    ],
    "an exact name before a part of one": [
        ("set a rice pudding timer for 20 minutes", "set"),
        ("set a rice timer for 15 minutes", "set"),
        ("cancel the rice timer", "Rice timer cancelled"),
        ("cancel the pudding timer", "Rice pudding timer cancelled"),
    ],
    "words inside words": [
        ("set a rice timer for 10 minutes", "set"),
        ("set a price timer for 20 minutes", "set"),
        ("how much longer on the rice timer", "^Rice timer: 10 minutes left.$"),
    ],
    "by length": [
        ("set a timer for three hours", "set"),
        ("set a timer for 5 minutes", "set"),
        ("stop the 3-hour timer", "3 hour timer cancelled"),
    ],
    "a likeness is asked about": [
        ("set a pasta timer for 4 minutes", "set"),
        ("cancel the blue pasta timer", "Do you mean the pasta timer"),
        ("no", "nothing is changed"),
        ("cancel the blue pasta timer", "Do you mean"),
        ("yes", "Pasta timer cancelled"),
    ],
    "both": [
        ("set a pasta timer for 4 minutes", "set"),
        ("set a rice timer for 5 minutes", "set"),
        ("cancel the timer", "Which one: pasta or rice"),
        ("both of them", "Cancelled 2 timers"),
        ("undo", "Undone"),
        ("cancel all timers", "Cancel all 2 timers"),
        ("yes", "Cancelled 2 timers"),
        ("cancel all timers", "No timer is set"),
    ],
    "the second of those asked about": [
        ("set a big pasta timer for 4 minutes", "set"),
        ("set a tea timer for 5 minutes", "set"),
        ("set a small pasta timer for 6 minutes", "set"),
        ("cancel the pasta timer", "Which one: big pasta or small pasta"),
        ("the second one", "Small pasta timer cancelled"),
    ],
    "what was asked about has rung": [
        ("set a pasta timer for 4 minutes", "set"),
        ("set a rice timer for 5 minutes", "set"),
        ("cancel all timers", "Cancel all"),
        ("+6", ""),
        ("yes", "rung or is cancelled already"),
    ],
    "it goes on with what was heard": [
        ("set a pasta timer for 10 minutes", "set"),
        ("set a tea timer for 4 minutes", "set"),
        ("add 5 minutes to the timer", "Which one: tea or pasta"),
        ("the pasta one", "Pasta timer: 15 minutes left"),
        ("no, two", "Pasta timer: 12 minutes left"),
        ("no, three", "Pasta timer: 13 minutes left"),
        ("undo", "Undone"),
        ("my timers", "Tea timer: 4 minutes left.*Pasta timer: 12 minutes left"),
    ],
    "it asks again among those that are left": [
        ("set a big pasta timer for 10 minutes", "set"),
        ("set a small pasta timer for 4 minutes", "set"),
        ("set a tea timer for 5 minutes", "set"),
        ("add 5 minutes to the timer", "Which one: small pasta, tea or big pasta"),
        ("pasta", "Which one: small pasta or big pasta"),
        ("the second", "Big pasta timer: 15 minutes left"),
    ],
    "a misspelt name is asked about": [
        ("set a pasta timer for 10 minutes", "set"),
        ("set a tea timer for 4 minutes", "set"),
        ("add 5 minutes to the psata timer", "Do you mean the pasta timer"),
        ("no", "nothing is changed"),
        ("add 5 minutes to the psata timer", "Do you mean the pasta timer"),
        ("yes", "Pasta timer: 15 minutes left"),
        ("cancel all timers except psata", "No timer is “psata”"),
        ("cancel all timers except tea", "Pasta timer cancelled"),
    ],
    "alarms and reminders go on too": [
        ("wake me at 6:30 am", "06:30"),
        ("set an alarm for 8 pm", "20:00"),
        ("move my alarm to 9 pm", "Which one: today at 20:00 or tomorrow at 06:30"),
        ("the first one", "moved to today at 21:00"),
        ("remind me to call mum at 5 pm", "call mum"),
        ("remind me to water the plants at 6 pm", "water the plants"),
        ("move my reminder to 7 pm", "Which one: call mum or water the plants"),
        ("plants", "moved to today at 19:00: water the plants"),
    ],
    "the last is the newest or the last to ring": [
        ("set a pasta timer for 10 minutes", "set"),
        ("+1", ""),
        ("set a tea timer for 4 minutes", "set"),
        ("+1", ""),
        ("cancel the last timer", "Which one: tea or pasta"),
        ("the last one", "Pasta timer cancelled"),
        ("cancel the newest timer", "Tea timer cancelled"),
    ],
    "alarms by their time": [
        ("wake me at 6:30 am", "06:30"),
        ("set an alarm for 8 pm", "20:00"),
        ("cancel the alarm", "Which one: today at 20:00 or tomorrow at 06:30"),
        ("the one at half past six", "Alarm for tomorrow at 06:30 cancelled"),
        ("cancel the 9 pm alarm", "No alarm rings at 21:00"),
        ("cancel the alarm at 8 am", "No alarm rings at 08:00"),
        ("set an alarm for 8 am", "tomorrow at 08:00"),
        ("cancel the alarm at 8", "Which one: today at 20:00 or tomorrow at 08:00"),
        ("8 pm", "today at 20:00 cancelled"),
        ("move my alarm to 9 am", "moved to tomorrow at 09:00"),
    ],
    "reminders by what they are about": [
        ("remind me to call mum at 5 pm", "call mum"),
        ("remind me to water the plants tomorrow at noon", "water the plants"),
        ("cancel the reminder about the plants", "Reminder “water the plants” cancelled"),
        ("cancel the reminder to call dad", "Do you mean the reminder “call mum”"),
    ],
}


@pytest.mark.parametrize("talk", TALKS.values(), ids=TALKS)
def test_choosing_in_a_talk(say: Conversation, talk: list[tuple[str, str]]) -> None:
    """Each question leaves nothing done but what is then chosen."""
    follow(say, talk)


def test_choosing_outlives_a_restart_in_a_strangers_skill(
    say: Conversation, tmp_path: Path
) -> None:
    """A skill of somebody else gets the same by one line, and its question stays open."""
    path = tmp_path / "pills.py"
    path.write_text(MEDICINE, encoding="utf-8")
    say.use(path)
    say("take red in the oven")
    say("take blue in the oven")
    assert say("drop the pill").reply.text == "Which one: red or blue?"

    assert say.reopen()("the blue one").reply.text == "Blue pill cancelled."
