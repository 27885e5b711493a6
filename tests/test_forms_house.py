"""Forms of the bundled skills, and what is said in a house while one is open."""

from __future__ import annotations

import pytest

from assistant.testing import Conversation

MILK = "Reminder set for tomorrow at 17:00: buy milk."
TWO = "That is 2 things:\n\n1. what time is it\n2. cancel the alarm\n\nShall I do both?"
MUM = "Back to “remind me to call mum”: When?"

SATURDAY = "Changed the day to Saturday, 7 March 2026."

HOUSEHOLD = {
    "a day that has passed": (
        ("set an alarm", "For what time?"),
        ("yesterday", "That day has passed. For what time?"),
        ("yesterday at 7", "Yesterday at 07:00 has passed. For what time?"),
        ("tomorrow at 7", "Alarm set for tomorrow at 07:00."),
    ),
    "another day with the time": (
        ("set an alarm", "For what time?"),
        ("friday", "For what time?"),
        ("saturday at 8", f"{SATURDAY}\n\nAlarm set for Saturday at 08:00."),
    ),
    "an answer that is asked about": (
        ("set a timer", "For how long?"),
        ("for 5", "Did you mean “set a timer for 5 minutes”?"),
        ("no", "OK, I do nothing. Say it in other words.\n\nBack to “set a timer”: For how long?"),
        ("for 5", "Did you mean “set a timer for 5 minutes”?"),
        ("yes", "Timer set for 5 minutes."),
    ),
    "a request is no correction": (
        ("remind me to call mum", "When?"),
        ("wait, what day is it", f"Today is Wednesday, 4 March 2026.\n\n{MUM}"),
        ("at six", "Reminder set for today at 18:00: call mum."),
    ),
    "a text is changed after a yes": (
        ("remind me to call mum", "When?"),
        ("i meant call dad", "Change the task from call mum to call dad?"),
        ("yes", "Changed the task to call dad.\n\nWhen?"),
        ("at six", "Reminder set for today at 18:00: call dad."),
    ),
    "left for something else": (
        ("set an alarm", "For what time?"),
        ("never mind, add eggs to my list", "OK, never mind.\n\nAdded eggs to your shopping list."),
        ("at 7", "I can't help with that. Say “what can you do” to see what I can."),
    ),
    "what else is cancelled": (
        ("set a timer for 9 minutes", "Timer set for 9 minutes."),
        ("remind me to call mum", "When?"),
        ("cancel the timer", f"9 minute timer cancelled.\n\n{MUM}"),
    ),
    "remarks are no answers": (
        ("remind me to call mum", "When?"),
        ("dinner is at seven tonight", "I didn't get that. When? (Or say “cancel”.)"),
        ("sorry, I am late", "I didn't get that. When? (Or say “cancel”.)"),
        ("at six", "Reminder set for today at 18:00: call mum."),
    ),
    "another one of the kind": (
        ("remind me to call mum", "When?"),
        ("remind me to buy milk tomorrow at 5 pm", f"{MILK}\n\n{MUM}"),
    ),
    "an offer above a form": (
        ("remind me to call mum", "When?"),
        ("what time is it and cancel the alarm", TWO),
        ("the first", f"It is 10:00.\n\n{MUM}"),
    ),
    "what a free text may be": (
        ("add something to my list", "What should I add?"),
        ("what are the options", "Say it in your own words. What should I add?"),
        ("never mind", "OK, never mind."),
        ("create a list", "What is it called?"),
        ("what can i say", "Any name will do. What is it called?"),
    ),
    "thinking": (
        ("set a timer", "For how long?"),
        ("hmm let me think", "Take your time. For how long?"),
        ("actually 10 minutes", "Timer set for 10 minutes."),
    ),
}  # fmt: skip
"""What may be said in a house while a form of a bundled skill is open."""


@pytest.mark.parametrize("name", HOUSEHOLD)
def test_forms_of_the_house(say: Conversation, name: str) -> None:
    """Nothing that is said beside a question is taken for a value."""
    for said, answered in HOUSEHOLD[name]:
        assert say(said).reply.text == answered
