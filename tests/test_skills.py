"""The bundled skills, said as people say it: each line is a sentence and what the reply holds."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from assistant import Kept, Told
from assistant.language import templates
from assistant.skill.registry import Registry
from assistant.testing import BERLIN, Conversation
from tests.following import follow

EXAMPLES = 12
"""Examples an intent of a bundled skill has at most."""

# The clock of every conversation stands on Wednesday, 4 March 2026, 10:00 in Berlin.
SINGLE = [
    ("what time is it", "clock.now", r"It is 10:00\."),
    ("What's the time?", "clock.now", "10:00"),
    ("what's the date today", "clock.today", "Wednesday, 4 March 2026"),
    ("what day is the 3rd of may", "clock.weekday", "Sunday, 3 May 2026"),
    ("what weekday is christmas", "clock.weekday", "Friday, 25 December 2026"),
    ("what time is it in tokyo", "clock.elsewhere", "In Tokyo it is 18:00 on Wednesday"),
    ("time in new york please", "clock.elsewhere", "In New York it is 04:00"),
    ("what time is it in sydney right now", "clock.elsewhere", "20:00"),
    ("what time is it in atlantis", "clock.elsewhere", "don't know the time zone of Atlantis"),
    ("set a pasta timer for ten minutes", "timer.start", "Pasta timer set for 10 minutes"),
    ("start a timer for 1h30", "timer.start", "1 hour 30 minutes"),
    ("ping me in half an hour", "timer.start", "30 minutes"),
    ("timer for two and a half hours", "timer.start", "2 hours 30 minutes"),
    ("cancel the timer", "timer.cancel", "No timer is set"),
    ("what timers are running", "timer.running", "No timer is running"),
    ("wake me at half past six", "alarm.set_alarm", "today at 18:30"),
    ("wake me at half past six in the morning", "alarm.set_alarm", "tomorrow at 06:30"),
    ("set an alarm for 7 pm", "alarm.set_alarm", "today at 19:00"),
    ("wake me up on friday at 7", "alarm.set_alarm", "Friday at 07:00"),
    ("do I have an alarm set?", "alarm.pending", "No alarm is set"),
    ("snooze", "alarm.snooze", "Nothing has rung"),
    ("remind me to call mum tomorrow at five", "reminder.add", "tomorrow at 17:00: call mum"),
    ("remind me tomorrow at noon to eat", "reminder.add", "tomorrow at 12:00: eat"),
    ("don't let me forget to pay rent on friday", "reminder.add", "for Friday at 09:00: pay rent"),
    ("remind me to jump yesterday", "reminder.add", "has passed"),
    ("my reminders", "reminder.pending", "No reminder is set"),
    ("what's 15 % of 80", "calculator.calculate", "is 12"),
    ("how much is twenty percent of 50", "calculator.calculate", "is 10"),
    ("what is seven times eight", "calculator.calculate", "56"),
    ("seven times eight", "calculator.calculate", "56"),
    ("what's (2 + 3) * 4", "calculator.calculate", "20"),
    ("what is the square root of 144", "calculator.calculate", "12"),
    ("calculate 2^10", "calculator.calculate", "1,024"),
    ("what is 1 divided by 0", "calculator.calculate", "divides by zero"),
    ("what is 9 to the power of 99999", "calculator", "no answer"),
    ("what is 100 minus 15 percent", "calculator.calculate", "85"),
    ("12 is what percent of 48", "calculator.what_percent", "25 %"),
    ("half of 90", "calculator.calculate", "45"),
    ("convert 5 miles to km", "units.convert", r"8\.05 km"),
    ("how many feet in a mile", "units.convert", "5,280"),
    ("convert 100 celsius to fahrenheit", "units.convert", "212"),
    ("what's 2 cups in ml", "units.convert", "473"),
    ("convert 3 kilos to pounds", "units.convert", r"6\.61"),
    ("convert 5 miles to kilograms", "units.convert", "other things"),
    ("convert 5 florps to km", "units.unknown", "what “5 florps” is"),
    ("convert 10 miles", "units.convert_over", r"16\.09"),
    ("convert 60 mph", "units.convert_over", r"96\.56 kilometers per hour"),
    ("how many cups in a litre", "units.convert", r"^A litre is 4\.23 cups\.$"),
    ("convert 5 miles to florps", "units.unknown", "florps"),
    ("how tall is 5 feet 10 inches in cm", "units.convert", r"177\.8"),
    ("how much is 2 metres in feet and inches", "units.convert", r"6 feet 6\.74 inches"),
    ("turn -290 celsius into kelvin", "units.convert", "absolute zero"),
    ("convert a difference of 10 degrees celsius to fahrenheit", "units.convert", "is 18"),
    ("how many litres are 10 oz", "units.convert", r"0\.2957"),
    ("what is 30 mpg in litres per 100 km", "units.convert", r"7\.84"),
    ("convert $5 to euros", "units.convert", "can't convert money"),
    ("convert 8 Mb to MB", "units.convert", "is 1 MB"),
    ("fourty plus two", "calculator.calculate", "42"),
    ("45 + 20%", "calculator.calculate", "54"),
    ("take 10% off 50", "calculator.calculate", "45"),
    ("how much is three quarters of 120", "calculator.calculate", "90"),
    ("work out 17,5 / 2,5", "calculator.calculate", "comma a decimal point"),
    ("times two", "calculator.calculate", "no result yet"),
    ("how many days until christmas", "countdown.until", r"296 days \(42 weeks and 2 days\)"),
    ("how many days until tomorrow", "countdown.until", "1 day until"),
    ("how many days since new year", "countdown.since", "62 days"),
    ("how many days between the 3rd and the 9th of may", "countdown.between", "6 days"),
    ("roll a die", "dice.roll", r"You rolled [1-6]\."),
    ("roll 3 20 sided dice", "dice.roll", r"You rolled \d+, \d+, \d+ \(\d+ in all\)"),
    ("roll 1000 dice", "dice.roll", "1 to 100 dice"),
    ("flip a coin", "dice.flip", "Heads|Tails"),
    ("pick a number between 5 and 7", "dice.number", r"^[567]\.$"),
    ("choose between tea and coffee", "dice.pick", "Tea|Coffee"),
    ("how much disk space is left", "system.disk", r"GB of \d+ GB are free"),
    ("ram usage", "system.memory", "GB memory are free"),
    ("how long has this computer been running", "system.uptime", "running for"),
    ("battery level", "system.battery", "battery"),
    ("hello", "smalltalk.greet", "Good morning"),
    ("tell me a joke", "smalltalk.joke", "."),
    ("is this private", "smalltalk.privacy", "this machine"),
    ("what can you do", "help.overview", r"\*\*timer\*\*"),
    ("help with timers", "help.about", "Start a timer"),
    ("help with cooking", "help.about", "There is no skill “cooking”"),
    ("thank you", "conversation.thanks", "welcome"),
    ("undo", "conversation.undo", "nothing to undo"),
    ("never mind", "conversation.cancel", "OK"),
    ("what's on my shopping list", "lists.read", "empty"),
    ("what's on it", "lists.read", "Your shopping list is empty"),
    ("what are my lists", "lists.names", "no list yet"),
    ("what are my reminders", "reminder.pending", "No reminder"),
    ("what are my alarms", "alarm.pending", "No alarm"),
    ("what are my timers", "timer.running", "No timer"),
    ("what's the date in three weeks", "clock.weekday", "Wednesday, 25 March 2026"),
    ("what day is it tomorrow", "clock.weekday", "Thursday, 5 March"),
    ("what day is it today", "clock.today", "Wednesday, 4 March"),
    ("what's on my moon list", "lists.read", "no list called moon"),
    ("find my notes about keys", "notes.find", "No note"),
    ("where is my locker key", "memory.recall", "not told me"),
]


@pytest.mark.parametrize(("sentence", "intent", "told"), SINGLE, ids=[s for s, _, _ in SINGLE])
def test_skills_answer_one_sentence(
    say: Conversation, sentence: str, intent: str, told: str
) -> None:
    """A sentence reaches its skill, and the reply holds what it should."""
    turn = say(sentence)

    assert turn.understanding.intent is not None
    assert turn.understanding.intent.startswith(intent)
    assert re.search(told, turn.reply.text), turn.reply.text


TALKS = {
    "timers by name": [
        ("set a pasta timer for ten minutes", "10 minutes"),
        ("set a tea timer for 4 minutes", "Tea timer"),
        ("my timers", "Tea timer: 4 minutes left\n- Pasta timer: 10 minutes left"),
        ("add 5 minutes to the tea timer", "9 minutes left"),
        ("how long is left on the pasta timer", "Pasta timer: 10 minutes left"),
        ("cancel the timer", "Which one: tea or pasta"),
        ("the pasta one", "Pasta timer cancelled"),
        ("undo", "Undone"),
    ],
    "a missing length is asked for": [
        ("set a timer", "For how long"),
        ("ten minutes", "Timer set for 10 minutes"),
    ],
    "all timers after asking": [
        ("timer for 5 minutes", "5 minutes"),
        ("timer for 6 minutes", "6 minutes"),
        ("cancel all timers", "Cancel all 2 timers"),
        ("no", "nothing is changed"),
        ("cancel all timers", "Cancel all 2"),
        ("yes please", "Cancelled 2"),
        ("undo", "Undone"),
        ("my timers", "5 minute timer"),
    ],
    "alarms move and go": [
        ("wake me at 6:30 am", "tomorrow at 06:30"),
        ("move my alarm to 7 am", "tomorrow at 07:00"),
        ("set an alarm for 8 pm", "today at 20:00"),
        ("cancel the alarm", "Which one"),
        ("8 pm", "20:00 cancelled"),
        ("my alarms", "tomorrow at 07:00"),
        ("cancel the alarm", "cancelled"),
        ("undo", "Undone"),
        ("my alarms", "07:00"),
    ],
    "a reminder asks when": [
        ("remind me to water the plants", "When"),
        ("on friday at noon", "for Friday at 12:00: water the plants"),
        ("move the reminder about the plants to tomorrow at 9", "tomorrow at 09:00"),
        ("cancel the reminder about the plants", "Reminder “water the plants” cancelled"),
    ],
    "a question can be left": [
        ("set a reminder", "What should I remind you of"),
        ("cancel", "never mind"),
        ("my reminders", "No reminder"),
    ],
    "lists": [
        ("add milk and eggs to my shopping list", "Added milk and eggs to your shopping"),
        ("what's on it", "- milk\n- eggs"),
        ("take the eggs off", "Took eggs off your shopping list"),
        ("undo", "Undone"),
        ("add milk, bread and butter to my shopping list", "Added bread and butter.*Milk is on it"),
        ("put screws on the to-do list", "your to-do list"),
        ("what's on my shopping list", "- milk\n- eggs\n- bread\n- butter"),
        ("remove the eggs from my shopping list", "Took eggs off"),
        ("i bought butter", "Ticked off butter on your shopping list: 2 things left"),
        ("remove caviar from my list", "is not on any list"),
        ("clear my shopping list", "Take all 2 things off"),
        ("yes", "empty now"),
        ("undo", "Undone"),
        ("my shopping list", "- milk\n- bread"),
        ("create a packing list", "Made a packing list"),
        ("what lists are there", "- packing: 0"),
        ("delete my packing list", "Delete your packing list"),
        ("yes", "gone"),
    ],
    "what is taken off a list": [
        ("add oat milk, two onions, mac and cheese and jam to my shopping list", "Added"),
        ("what's on it", "- oat milk\n- two onions\n- mac and cheese\n- jam"),
        ("take the milk off", "Take oat milk off your shopping list"),
        ("no", "They stay"),
        ("take the onion off", "Took two onions off"),
        ("take the last item off my shopping list", "Take jam off your shopping list"),
        ("yes", "Took jam off"),
        ("cross everything off my shopping list", "Tick off oat milk and mac and cheese"),
        ("yes", "Ticked off oat milk and mac and cheese.*that was all"),
        ("my shopping list", "empty"),
    ],
    "notes": [
        ("note that the spare key is under the blue pot", "Noted: the spare key"),
        ("take a note that the wifi is called penguin", "Noted"),
        ("find my note about the key", "the spare key is under the blue pot"),
        ("my latest note", "penguin"),
        ("delete the note about wifi", "Delete “the wifi is called penguin”"),
        ("yes", "Deleted"),
        ("my notes", "^the spare key is under the blue pot$"),
        ("undo", "Undone"),
        ("my notes", "penguin"),
        ("delete all notes", "Delete all 2 notes"),
    ],
    "memory": [
        ("remember that my locker code is 4711", "your locker code is 4711"),
        ("what is my locker code", "Your locker code is 4711"),
        ("remember that my locker code is 1234", "1234"),
        ("what is my locker code", "Your locker code is 1234"),
        ("undo", "Undone"),
        ("remember that the ladder is behind the shed", "behind the shed"),
        ("where is the ladder", "The ladder is behind the shed"),
        ("what do you remember", "4711.*\n.*ladder"),
        ("forget my locker code", "Forget that your locker code is 4711"),
        ("yes", "Forgotten"),
        ("what is my locker code", "not told me"),
    ],
    "conversation": [
        ("flip a coin", "Heads|Tails"),
        ("roll a die", "You rolled"),
        ("what did I just say", "roll a die"),
        ("add tea to my shopping list", "Added"),
        ("add jam to my shopping list", "Added"),
        ("undo", "Undone: “add jam"),
        ("undo", "Undone: “add tea"),
        ("undo", "nothing to undo"),
    ],
}


@pytest.mark.parametrize("talk", TALKS.values(), ids=TALKS)
def test_skills_follow_a_conversation(say: Conversation, talk: list[tuple[str, str]]) -> None:
    """Follow-ups, answers, undo and cancel work over several turns."""
    follow(say, talk)


def test_skills_alarm_rings_once_and_is_snoozed(say: Conversation) -> None:
    """A timer rings when its time is up, also after a restart, once; snoozed it rings again."""
    say("set a tea timer for 4 minutes")
    assert say.ring() == []
    say.clock.advance(minutes=5)
    assert [a.message for a in say.reopen().ring()] == ["Your tea timer is done."]
    assert say.ring() == []

    assert "10:15" in say("snooze for 10 minutes").reply.text
    say.clock.advance(minutes=11)
    assert len(say.ring()) == 1


def test_skills_time_format_is_the_users(say: Conversation) -> None:
    """Times follow the setting."""
    say.set(time_format="12h")
    say.clock.at = datetime(2026, 3, 4, 15, 5, tzinfo=BERLIN)

    assert say("what time is it").reply.text == "It is 3:05 pm."
    assert "6:30 am" in say("wake me at half past six in the morning").reply.text


def test_skills_alarm_keeps_wall_time_over_a_clock_change(say: Conversation) -> None:
    """An alarm for seven rings at seven by the clock on the wall after the clocks changed."""
    say.clock.at = datetime(2026, 3, 28, 22, 0, tzinfo=BERLIN)
    say("wake me at 7")
    (alarm,) = say.assistant.store.pending()

    assert alarm.due.hour == 7
    assert alarm.due_utc - say.clock() == timedelta(hours=8)


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parent.parent / "skills").glob("*.py")), ids=lambda p: p.stem
)
def test_skills_every_example_is_understood_as_itself(say: Conversation, path: Path) -> None:
    """Each example, its holes filled, reaches the intent it belongs to."""
    skills = say.assistant.skills
    kept = {path.stem: Kept.examples}
    texts = {path.stem: Told.examples}
    situation = replace(say.assistant.situation(say.session.id), kept=kept, texts=texts)
    wrong = []
    for name, intent in skills.intents.items():
        if not name.startswith(path.stem + "."):
            continue
        values = {n: s.type.examples for n, s in intent.slots.items()}
        for example in intent.examples:
            for sample in templates.sample(example, values, limit=3):
                from assistant.turn import Utterance

                said = Utterance(sample.text, say.clock())
                meant = say.assistant.understand(said, situation)
                if meant.intent != name:
                    wrong.append(f"{sample.text} -> {meant.intent}, not {name}")
    assert not wrong, "\n".join(wrong)


BUNDLED = sorted((Path(__file__).parent.parent / "skills").glob("*.py"))


@pytest.mark.parametrize("path", BUNDLED, ids=lambda p: p.stem)
def test_skills_are_code_to_copy(path: Path) -> None:
    """A bundled skill matches no patterns, lists no words, and gives a dozen examples at most."""
    text = path.read_text(encoding="utf-8")
    skills = Registry([], files=[path], packages=False).skills
    many = {n: len(i.examples) for n, i in skills.intents.items() if len(i.examples) > EXAMPLES}

    assert not re.search(r"^import re$|frozenset|\.split\(\)\n\)", text, re.MULTILINE)
    assert many == {}


def test_skills_taking_off_a_list_that_is_not_there_is_a_polite_no(say: Conversation) -> None:
    """The shopping list may be named before anything was put on it."""
    turn = say("take the batteries off the shopping list")

    assert turn.outcome == "failed"
    assert "not on your shopping list" in turn.reply.text


@pytest.mark.parametrize(
    ("first", "then", "due"),
    [
        ("tomorrow at 6:30 am", "to 7", "tomorrow at 07:00"),
        ("at 7:30 pm", "to 8", "today at 20:00"),
        ("tomorrow at 11:30 am", "to 12:30", "tomorrow at 12:30"),
        ("friday at 6:30 am", "to 7", "Friday at 07:00"),
        ("friday at 6:30 am", "to 7 pm", "Friday at 19:00"),
        ("friday at 6:30 am", "to 7 tomorrow", "tomorrow at 07:00"),
        ("at 11 am", "to 9", "today at 21:00"),
    ],
)
def test_skills_a_moved_alarm_keeps_its_day_and_half(
    say: Conversation, first: str, then: str, due: str
) -> None:
    """An alarm that is moved stays on its day, and in the morning where it was in the morning."""
    say(f"set an alarm for {first}")

    assert say(f"move my alarm {then}").reply.text == f"Alarm moved to {due}."
